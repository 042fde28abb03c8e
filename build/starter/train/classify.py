"""Measures how well generated pictures follow their prompts.

A small convolutional network learns time of day, place and style from drawn
pictures; then it judges 200 generated ones. A picture counts as right for an
attribute when the network reads the attribute that the prompt asked for.

    python classify.py train --data data.npz --work FOLDER
    python classify.py judge --model MODEL_FOLDER --work FOLDER
"""
import argparse
import json
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import captions
import common
import sample
from places import PLACES
from scenes import TIMES, choose, example, sheet
from styles import STYLES

ATTRIBUTES = {"time": TIMES, "place": PLACES, "style": STYLES}


class Judge(nn.Module):
    """Four strided convolutions, then one answer per attribute."""

    def __init__(self):
        super().__init__()
        widths, layers = (3, 24, 48, 96, 128), []
        for a, b in zip(widths, widths[1:]):
            layers += [nn.Conv2d(a, b, 4, 2, 1), nn.GroupNorm(8, b), nn.SiLU()]
        self.body = nn.Sequential(*layers, nn.Conv2d(128, 128, 3, 1, 1), nn.SiLU(), nn.AvgPool2d(2), nn.Flatten())
        self.heads = nn.ModuleDict({k: nn.Linear(128 * 16, len(v)) for k, v in ATTRIBUTES.items()})

    def forward(self, x):
        x = self.body(x)
        return {k: head(x) for k, head in self.heads.items()}


def labels(specs):
    """Numbers of the attributes' words, one tensor per attribute."""
    return {k: torch.tensor([words.index(s[k]) for s in specs]) for k, words in ATTRIBUTES.items()}


def right(judge, pictures, specs):
    """For each attribute, which pictures the network reads as described (bool [n])."""
    with torch.no_grad():
        parts = [judge(common.to_tensor(pictures[k:k + 50])) for k in range(0, len(pictures), 50)]
    truth = labels(specs)
    return {k: (torch.cat([p[k] for p in parts]).argmax(1) == truth[k]).numpy() for k in ATTRIBUTES}


def report(hits):
    """Per cent right per attribute and with all of them right."""
    figures = {k: round(100 * float(v.mean()), 1) for k, v in hits.items()}
    figures["all"] = round(100 * float(np.logical_and.reduce(list(hits.values())).mean()), 1)
    return figures


def train(args):
    """Trains the network for a few passes over the drawn pictures."""
    pictures, specs = common.load_data(args.data)
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), 1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=args.steps)
    for step in range(args.steps):
        picks = np.random.randint(0, len(pictures), 48)
        x = common.to_tensor(pictures[picks])
        x = x.flip(3) if step % 2 else x
        x = x + torch.randn_like(x) * random.choice((0, 0.03, 0.1))  # generated pictures are not as clean
        if step % 3 == 0:
            x = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear") if step % 2 else x
        with torch.autocast("cpu", torch.bfloat16):
            out = judge(x)
        truth = labels([specs[k] for k in picks])
        loss = sum(F.cross_entropy(out[k].float(), truth[k]) for k in ATTRIBUTES)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 199:
            print(f"step {step + 1} loss {loss.item():.3f}", flush=True)
    torch.save(judge.state_dict(), f"{args.work}/judge.pt")
    drawn = [example(seed) for seed in range(900000, 901000)]
    print("on 1000 new drawn pictures, % right:",
          report(right(judge, np.stack([d[0] for d in drawn]), [d[1] for d in drawn])))


def judge_model(args):
    """Generates pictures for new descriptions and prints the figures."""
    from diffusers import StableDiffusionPipeline
    rng = random.Random(77)
    specs = [choose(rng) for _ in range(args.count)]
    prompts = [captions.caption(spec, rng, complete=True) for spec in specs]
    pipe = StableDiffusionPipeline.from_pretrained(args.model, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    pictures = np.stack(sample.draw(pipe, prompts, 1000, args.steps, args.guidance, at_once=20))
    judge = Judge()
    judge.load_state_dict(torch.load(f"{args.work}/judge.pt", weights_only=True))
    hits = right(judge, pictures, specs)
    print(f"{args.count} pictures, {args.steps} steps, guidance {args.guidance}, % right:", report(hits))
    sheet(list(pictures[:60]), 10).save(f"{args.work}/judged.png")
    wrong = [{"prompt": p, "wrong": [k for k in hits if not hits[k][j]]} for j, p in enumerate(prompts)]
    with open(f"{args.work}/judged.json", "w") as file:
        json.dump([w for w in wrong if w["wrong"]], file, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("train", "judge"))
    parser.add_argument("--data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--model")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--steps", type=int, default=20, help="steps of sampling")
    parser.add_argument("--guidance", type=float, default=4.0)
    args = parser.parse_args()
    common.start(6)
    random.seed(6)
    if args.what == "train":
        args.steps = 1200
        train(args)
    else:
        judge_model(args)


if __name__ == "__main__":
    main()
