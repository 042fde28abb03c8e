"""Turns the drawn pictures into latents, in shards, with the trained autoencoder.

First it levels the latent channels: their mean and deviation are worked into
the 1 x 1 convolutions on both sides of the latents, so that every channel has
mean 0 and deviation 1 and the scaling factor of the autoencoder is 1. Half of
the pictures, by chance, are mirrored (no caption speaks of left or right).

    python encode.py --data data.npz --work FOLDER
"""
import argparse
import os

import numpy as np
import torch

import common
from train_vae import build


def encode(vae, x):
    """Latents (their mean, without noise) of a batch of pictures."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return vae.encode(x).latent_dist.mode().float()


def level(vae, z):
    """Works mean and deviation of the latents z into the autoencoder."""
    mean, std = z.mean((0, 2, 3)), z.std((0, 2, 3))
    count = len(mean)
    into, out = vae.quant_conv, vae.post_quant_conv
    with torch.no_grad():
        out.bias += out.weight[:, :, 0, 0] @ mean
        out.weight *= std.view(1, -1, 1, 1)
        into.bias[:count] = (into.bias[:count] - mean) / std
        into.weight[:count] /= std.view(-1, 1, 1, 1)
        into.bias[count:] -= 2 * std.log()
    vae.register_to_config(scaling_factor=1.0)
    return mean, std


def trained(path):
    """The autoencoder with the averaged weights of its checkpoint."""
    vae = build()
    state = torch.load(path, weights_only=True)
    with torch.no_grad():
        for p, a in zip(vae.parameters(), state["average"]):
            p.copy_(a)
    return vae.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--shard", type=int, default=2000, help="pictures per shard")
    args = parser.parse_args()
    common.start(2)
    pictures, _ = common.load_data(args.data)
    folder = f"{args.work}/vae"
    if not os.path.exists(folder):
        vae = trained(f"{args.work}/vae.pt")
        sample = common.to_tensor(pictures[:512])
        print("mean, deviation:", *level(vae, torch.cat([encode(vae, x) for x in sample.split(16)])))
        vae.save_pretrained(folder)
    vae = type(build()).from_pretrained(folder).eval()
    flips = np.random.default_rng(3).random(len(pictures)) < 0.5
    for first in range(0, len(pictures), args.shard):
        path = f"{args.work}/latents-{first:06d}.npy"
        if os.path.exists(path):
            continue
        parts = []
        last = min(first + args.shard, len(pictures))
        for k in range(first, last, 16):
            chosen = pictures[k:min(k + 16, last)].copy()
            mirrored = flips[k:min(k + 16, last)]
            chosen[mirrored] = chosen[mirrored, :, ::-1]
            parts.append(encode(vae, common.to_tensor(chosen)).numpy().astype(np.float16))
        np.save(f"{path}.part.npy", np.concatenate(parts))
        os.replace(f"{path}.part.npy", path)
        print("encoded", first + args.shard, flush=True)


if __name__ == "__main__":
    main()
