"""Draws the contact sheet: 24 prompts, one seed, with the exported model.

    python contact_sheet.py --model MODEL_FOLDER --out sheet.png
"""
import argparse

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image, ImageDraw, ImageFont

import common
import sample
from canvas import SIZE

PROMPTS = [
    "mountains at sunset", "a lake at dawn with a red boat", "pixel art of a castle on hills by day",
    "neon city at night", "watercolor of a field at sunrise with a windmill", "desert at sunset with a cactus, vintage poster",
    "a pine forest at night with northern lights", "papercut of mountains by day with a yellow hot air balloon",
    "pencil sketch of a house near the mountains", "a lighthouse on the sea at night, masterpiece, 4k",
    "rolling hills with a tree on a sunny day", "watercolour of a forest in the fog at dawn",
    "city in the rain at dusk, highly detailed", "synthwave sea at sunset with a sailboat", "pixel art, snowy mountains at night",
    "a lavender field by day, rainbow, illustration", "travel poster of a lake with mountains at noon",
    "papercut of a forest at sunset with birds", "autumn hills in the morning with a cottage, watercolor",
    "desert at night with a tent, starry sky", "thunderstorm over the sea at night, lightning",
    "sketch of a sailboat on the ocean by day", "cherry blossom forest at dawn, papercut", "neon desert at night with a cactus",
]
CELL, LINE, COLUMNS = SIZE * 3 // 2, 30, 6


def wrapped(pen, text, font, width):
    """The text in lines no wider than `width` px."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines[:2])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=4.0)
    args = parser.parse_args()
    common.start(0)
    pipe = StableDiffusionPipeline.from_pretrained(args.model, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    pictures = [sample.draw(pipe, [p], args.seed, args.steps, args.guidance)[0] for p in PROMPTS]
    rows = -(-len(PROMPTS) // COLUMNS)
    out = Image.new("RGB", (COLUMNS * (CELL + 8) + 8, rows * (CELL + LINE + 10) + 8), (250, 249, 246))
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(11)
    for k, (prompt, picture) in enumerate(zip(PROMPTS, pictures)):
        x, y = 8 + k % COLUMNS * (CELL + 8), 8 + k // COLUMNS * (CELL + LINE + 10)
        out.paste(Image.fromarray(picture).resize((CELL, CELL), Image.LANCZOS), (x, y))
        pen.multiline_text((x, y + CELL + 3), wrapped(pen, prompt, font, CELL), (60, 58, 66), font, spacing=2)
    out.save(args.out, optimize=True)
    print(f"{args.out}: {out.size[0]} x {out.size[1]} px")


if __name__ == "__main__":
    main()
