"""Trains the denoiser together with the text encoder on the latents.

Captions are worded anew each time a picture comes up. The text encoder sees
them as the pipeline gives them: padded to 77 tokens with the end token. The
denoiser predicts v (Salimans and Ho, 2022), which fixes the overall brightness
better than the noise does; middle noise levels come up a little more often.

    python train_unet.py --data data.npz --work FOLDER --tokenizer FOLDER --seconds 4000
"""
import argparse
import glob
import json
import random
import time

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.attention import SDPBackend, sdpa_kernel
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import captions
import common
import sample
from muon import Muon
from scenes import sheet
from train_tokenizer import load
from train_vae import LATENT

WIDTH = 128  # of the text encoder


def build_text(tokenizer):
    """A small CLIP text encoder."""
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=384, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=77, projection_dim=WIDTH,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id))


def build_unet():
    """The denoiser: the blocks of Stable Diffusion 1.x on 16 x 16 latents."""
    return UNet2DConditionModel(
        sample_size=16, in_channels=LATENT, out_channels=LATENT, layers_per_block=1, norm_num_groups=16,
        block_out_channels=(64, 128, 144), cross_attention_dim=WIDTH, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"))


def latents(work):
    """All latents that are there by now (float16), and how many shards."""
    paths = sorted(p for p in glob.glob(f"{work}/latents-*.npy") if ".part" not in p)
    return np.concatenate([np.load(p) for p in paths]), len(paths)


def steps_of_noise(count):
    """Time steps 0 to 999, evenly spread over the batch, denser in the middle."""
    u = (torch.arange(count) + torch.rand(count)) / count
    u = u + 0.4 * torch.sin(2 * torch.pi * u) / (2 * torch.pi)
    return (u * 1000).long().clamp(0, 999)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="for the descriptions")
    parser.add_argument("--work", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--seconds", type=float, default=4000)
    parser.add_argument("--batch", type=int, default=40)
    parser.add_argument("--workers", type=int, default=1, help="processes of one thread each; see README")
    parser.add_argument("--lr", type=float, default=1.5e-3)
    args = parser.parse_args()
    if args.workers > 1:  # started once per worker by torchrun
        dist.init_process_group("gloo")
    common.start(4 + common.rank())
    rng = random.Random(time.time_ns())  # wording goes on differently after a restart
    specs = json.loads(str(np.load(args.data)["specs"]))
    tokenizer, vae = load(args.tokenizer), AutoencoderKL.from_pretrained(f"{args.work}/vae").eval()
    text, unet = build_text(tokenizer), build_unet()
    for module in (text, unet):
        print(type(module).__name__, round(sum(p.numel() for p in module.parameters()) / 1e6, 2), "M")
    optimizer = Muon([*text.parameters(), *unet.parameters()], args.lr, decay=0.01, adam=0.3,
                     plain=[m.weight for m in text.modules() if isinstance(m, torch.nn.Embedding)])
    run = common.Run({"text": text, "unet": unet}, args.lr, args.seconds, f"{args.work}/unet.pt", 0.998, optimizer)
    noise = DDPMScheduler(**{k: v for k, v in sample.SCHEDULE.items() if k != "steps_offset"})
    pipe = sample.pipeline(vae, text, tokenizer, unet)
    data, shards = latents(args.work)
    total = 0.0
    while run.share < 1:
        picks = np.random.randint(0, len(data), args.batch)
        z = torch.from_numpy(data[picks].astype(np.float32))
        words = [captions.caption(specs[k], rng) for k in picks]
        ids = tokenizer(words, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        t, eps = steps_of_noise(args.batch), torch.randn_like(z)
        with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):  # others learn slowly on a CPU
            out = unet(noise.add_noise(z, eps, t), t, text(ids)[0]).sample
        loss = (out.float() - noise.get_velocity(z, eps, t)).square().mean()
        saved = run.update(loss)
        total += loss.item()
        if run.step % 100 == 0 and common.rank() == 0:
            print(f"step {run.step} loss {total / 100:.4f} {run.used:.0f} s, {len(data)} pictures", flush=True)
            total = 0.0
            if len(glob.glob(f"{args.work}/latents-*.npy")) != shards:
                data, shards = latents(args.work)
        if (saved or run.share >= 1) and common.rank() == 0:
            run.swap()
            sheet(sample.draw(pipe, sample.PROMPTS), 6).save(f"{args.work}/unet-{int(run.used):05d}.png")
            run.swap()
            run.last = time.time()
    if common.rank() == 0:
        run.save()


if __name__ == "__main__":
    main()
