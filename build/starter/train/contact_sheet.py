"""Joins pictures that `reprise generate` made into a contact sheet, each with its prompt under it.

    reprise generate --prompts contact_sheet_prompts.txt $(printf -- '--seed 100 %.0s' {1..24}) --out pictures
    python contact_sheet.py pictures --out sheet.png
"""
import argparse
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from canvas import SIZE

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
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    pictures = [Image.open(path) for path in sorted(args.folder.glob("*.png"))]
    rows = -(-len(pictures) // COLUMNS)
    out = Image.new("RGB", (COLUMNS * (CELL + 8) + 8, rows * (CELL + LINE + 10) + 8), (250, 249, 246))
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(11)
    for k, picture in enumerate(pictures):
        prompt = json.loads(picture.text["reprise"])["prompt"]
        x, y = 8 + k % COLUMNS * (CELL + 8), 8 + k // COLUMNS * (CELL + LINE + 10)
        out.paste(picture.resize((CELL, CELL), Image.LANCZOS), (x, y))
        pen.multiline_text((x, y + CELL + 3), wrapped(pen, prompt, font, CELL), (60, 58, 66), font, spacing=2)
    out.save(args.out, optimize=True)
    print(f"{args.out}: {out.size[0]} x {out.size[1]} px")


if __name__ == "__main__":
    main()
