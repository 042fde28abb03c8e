"""Goes on with the decoder alone, for sharper pictures.

Once the latents are fixed the encoder must not change, but the decoder still
may. It sees latents with varying noise, so that it also learns to clear up
the small errors of the denoiser. It sees whole pictures only: the group norms
make crops look different to it. Writes FOLDER/vae-final now and then.

    python train_decoder.py --data data.npz --work FOLDER --seconds 3000
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

import common
from scenes import sheet
from train_unet import latents
from train_vae import edges

HELD = 16  # the first latents are kept out of training, to look at


class Decoder(torch.nn.Module):
    """The part of the autoencoder that turns latents into pictures."""

    def __init__(self, vae):
        super().__init__()
        self.post_quant_conv, self.decoder = vae.post_quant_conv, vae.decoder

    def forward(self, z):
        return self.decoder(self.post_quant_conv(z))


def crispness(x):
    """Local strength of the edges: the root mean square of the differences in 4 x 4 px.

    A blurred edge has less of it than a sharp one, wherever exactly it lies.
    """
    return [(F.avg_pool2d(d.square(), 4) + 1e-4).sqrt() for d in edges(x)]


def targets(pictures, flips):
    """The pictures that belong to latents: mirrored where `encode.py` mirrored."""
    out = pictures.copy()
    out[flips] = out[flips, :, ::-1]
    return out


def show(run, vae, work, data, pictures, flips):
    """Saves the averaged decoder; originals above, decoded below."""
    run.swap()
    vae.save_pretrained(f"{work}/vae-final")
    wanted = targets(pictures[:HELD], flips[:HELD])
    with torch.no_grad():
        out = vae.decode(torch.from_numpy(data[:HELD].astype(np.float32))).sample
    run.swap()
    got = common.to_pictures(out)
    sheet(list(np.concatenate([wanted[:8], got[:8], wanted[8:], got[8:]])), 8).save(f"{work}/decoder.png")
    return (out - common.to_tensor(wanted)).abs().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--seconds", type=float, default=3000)
    parser.add_argument("--lr", type=float, default=1.2e-4)
    parser.add_argument("--batch", type=int, default=3)
    args = parser.parse_args()
    common.start(8)
    pictures, _ = common.load_data(args.data)
    flips = np.random.default_rng(3).random(len(pictures)) < 0.5  # as in encode.py
    vae = AutoencoderKL.from_pretrained(f"{args.work}/vae").train()
    decoder = Decoder(vae)
    run = common.Run({"decoder": decoder}, args.lr, args.seconds, f"{args.work}/decoder.pt", ema=0.998)
    data, _ = latents(args.work)
    while run.share < 1:
        picks = np.random.randint(HELD, len(data), args.batch)
        x = common.to_tensor(targets(pictures[picks], flips[picks]))
        z = torch.from_numpy(data[picks].astype(np.float32))
        z = z + torch.randn_like(z) * torch.rand(len(z), 1, 1, 1) * 0.16
        with torch.autocast("cpu", torch.bfloat16):
            out = decoder(z)
        out = out.float()
        error = F.l1_loss(out, x)
        loss = error + 0.8 * sum(F.l1_loss(a, b) for a, b in zip(edges(out), edges(x)))
        loss = loss + 0.6 * sum(F.l1_loss(a, b) for a, b in zip(crispness(out), crispness(x)))
        saved = run.update(loss)
        if run.step % 50 == 0:
            print(f"step {run.step} loss {loss.item():.4f} l1 {error.item():.4f} {run.used:.0f} s", flush=True)
        if saved or run.share >= 1:
            print("l1", round(show(run, vae, args.work, data, pictures, flips), 4), flush=True)
    run.save()


if __name__ == "__main__":
    main()
