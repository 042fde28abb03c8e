"""Trains the autoencoder: 128 x 128 px to 16 x 16 latents and back.

Small channel counts keep it fast on one core; twelve latent channels (Stable
Diffusion has four) keep the pictures sharp. The loss is the mean absolute
error of the colours and of their differences to the neighbours, which favours
clean edges. A little noise on the latents makes the decoder forgive the
small errors of the denoiser.

    python train_vae.py --data data.npz --work FOLDER --seconds 1900
"""
import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

import common
from scenes import sheet

CHANNELS = (24, 48, 96, 128)
LATENT = 12
LOGVAR = -5.0  # aimed log variance of the latents' noise: a deviation of 0.08


def build():
    """The autoencoder in the layout of Stable Diffusion 1.x, with fewer channels."""
    vae = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=LATENT, sample_size=128, norm_num_groups=8,
        block_out_channels=CHANNELS, layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)
    with torch.no_grad():
        # The usual start lets the signal fade along the path through 14 convolutions, and training
        # begins blind: keep its strength, begin with weak side branches and little latent noise.
        for name, module in vae.named_modules():
            if isinstance(module, torch.nn.Conv2d):
                side = name.endswith(("conv1", "conv2"))
                fan = module.weight[0].numel()
                module.weight.normal_(0, (0.2 if name.endswith("conv2") else 1.4 if side else 1.0) / fan ** 0.5)
                module.bias.zero_()
        vae.quant_conv.weight[LATENT:] *= 0.1
        vae.quant_conv.bias[LATENT:] = LOGVAR
    return vae


def edges(x):
    """Differences to the lower and to the right neighbour."""
    return x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]


def batch(pictures, share):
    """Crops of 64 px at first; whole pictures now and then, and mostly at the end."""
    whole = np.random.rand() < (0.15 if share < 0.55 else 0.9)
    picks = np.random.randint(0, len(pictures), 3 if whole else 8)
    if whole:
        x = pictures[picks]
    else:
        y0, x0 = np.random.randint(0, 9, 2) * 8
        x = pictures[picks, y0:y0 + 64, x0:x0 + 64]
    x = common.to_tensor(x)
    return x.flip(3) if np.random.rand() < 0.5 else x


def loss_of(vae, x):
    """The training loss of a batch and, for the log, its mean absolute error."""
    with torch.autocast("cpu", torch.bfloat16):
        posterior = vae.encode(x).latent_dist
        out = vae.decode(posterior.sample()).sample
    out = out.float()
    error = F.l1_loss(out, x)
    slope = sum(F.l1_loss(a, b) for a, b in zip(edges(out), edges(x)))
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    calm = 3e-3 * mean.square().mean() + 1e-3 * (logvar - LOGVAR).square().mean()
    return error + F.mse_loss(out, x) + 0.6 * slope + calm, error.item()


def show(run, vae, pictures, path):
    """Originals above, what comes back below; returns the mean absolute error."""
    run.swap()
    x = common.to_tensor(pictures[:16])
    with torch.no_grad():
        y = vae.decode(vae.encode(x).latent_dist.mode()).sample
    run.swap()
    rows = [pictures[:8], common.to_pictures(y)[:8], pictures[8:16], common.to_pictures(y)[8:]]
    sheet(list(np.concatenate(rows)), 8).save(path)
    return (y - x).abs().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True, help="folder of checkpoints and pictures to look at")
    parser.add_argument("--seconds", type=float, default=1900)
    parser.add_argument("--lr", type=float, default=1.5e-4)
    args = parser.parse_args()
    common.start(1)
    pictures, _ = common.load_data(args.data)
    vae = build()
    run = common.Run({"vae": vae}, args.lr, args.seconds, f"{args.work}/vae.pt", ema=0.997)
    began = time.time()
    while run.share < 1:
        loss, error = loss_of(vae, batch(pictures[:-200], run.share))
        saved = run.update(loss)
        if run.step % 50 == 0:
            print(f"step {run.step} loss {loss.item():.4f} l1 {error:.4f} {run.used:.0f} s "
                  f"(wall {time.time() - began:.0f} s)", flush=True)
        if saved:
            print("held-out l1", round(show(run, vae, pictures[-200:], f"{args.work}/vae.png"), 4), flush=True)
    run.save()
    print("held-out l1", round(show(run, vae, pictures[-200:], f"{args.work}/vae.png"), 4), flush=True)


if __name__ == "__main__":
    main()
