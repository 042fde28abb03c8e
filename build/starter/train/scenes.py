"""Scenes: draws one picture from a seed or from a description.

`python scenes.py sheet.png` writes a sheet of examples to look at;
`python scenes.py data.npz --data 24000` draws the training pictures.
"""
import argparse
import json
import random
import time
from multiprocessing import Pool

import numpy as np
from PIL import Image

import places
import subjects
import weather
from canvas import SIZE
from palettes import COLOURS, Palette, SKIES
from styles import PAINT, STYLES

TIMES = tuple(SKIES)
WEATHERS = ("clear", "cloudy", "rain", "snow", "fog", "storm")
WEIGHTS = (54, 15, 8, 11, 7, 5)


def choose(rng):
    """A random description that makes sense: a dict of words."""
    spec = {"time": rng.choice(TIMES), "place": rng.choice(places.PLACES),
            "weather": rng.choices(WEATHERS, WEIGHTS)[0],
            "style": rng.choices(STYLES, (24, 14, 13, 12, 13, 12, 12))[0],
            "season": "summer", "subject": None, "colour": None}
    if spec["place"] in ("mountains", "hills", "forest", "lake", "field") and rng.random() < 0.24:
        spec["season"] = rng.choice(("autumn", "spring"))
    pick = rng.random()
    standing = subjects.BY_PLACE[spec["place"]]
    if standing and pick < 0.5:
        spec["subject"] = rng.choice(standing)
    elif pick < 0.72:
        spec["subject"] = rng.choice(("birds", "balloon", "balloon", "rainbow", "aurora"))
        if spec["subject"] == "aurora":
            spec["time"], spec["weather"] = "night", rng.choice(("clear", "clear", "snow"))
        if spec["subject"] == "rainbow":
            spec["time"] = rng.choice(("day", "day", "dawn", "sunset"))
            spec["weather"] = rng.choice(("clear", "cloudy", "rain"))
    if spec["subject"] in subjects.COLOURED:
        spec["colour"] = rng.choice(tuple(COLOURS))
    return spec


def render(spec, rng):
    """Draws a description as uint8 [128, 128, 3]; rng varies what is not said."""
    pal = Palette(rng, spec["time"], spec["weather"], spec["season"])
    layers, orb_x = [], rng.uniform(28, 100)
    weather.orb(layers, rng, pal, orb_x)
    subject, draw = spec["subject"], subjects.DRAW.get(spec["subject"])
    if subject in ("aurora", "rainbow"):
        draw(layers, rng, pal, 64, 40, None)
    weather.clouds(layers, rng, pal)
    sky_x = 34 if orb_x > 64 else 94
    if subject == "birds":
        draw(layers, rng, pal, rng.uniform(50, 78), rng.uniform(24, 42), None)
    place = getattr(places, spec["place"])
    wet = spec["place"] in ("sea", "lake")
    ground = place(layers, rng, pal, orb_x) if wet else place(layers, rng, pal)
    pal.boost = {"night": 1.5, "sunset": 1.2}.get(spec["time"], 1.0)
    if subject == "balloon":
        draw(layers, rng, pal, sky_x + rng.uniform(-8, 8), rng.uniform(28, 46), spec["colour"])
    elif subject and subject not in subjects.IN_SKY:
        x = rng.uniform(36, 92)
        if spec["place"] == "lake" and subject == "house":
            ground, x = 112, (28 if layers[-1].mask[-1, 10] > 0.5 else 100)
        draw(layers, rng, pal, round(x), ground, spec["colour"])
    weather.fall(layers, rng, pal)
    picture = PAINT[spec["style"]](pal.sky_column(88), layers, rng, pal)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def example(seed):
    """Picture and description number `seed`."""
    rng = random.Random(seed)
    spec = choose(rng)
    return render(spec, rng), spec


def sheet(pictures, columns):
    """Pictures side by side in rows, as one PIL image."""
    rows = -(-len(pictures) // columns)
    out = np.zeros((rows * SIZE, columns * SIZE, 3), np.uint8)
    for k, picture in enumerate(pictures):
        y, x = k // columns * SIZE, k % columns * SIZE
        out[y:y + SIZE, x:x + SIZE] = picture
    return Image.fromarray(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--data", type=int, default=0, metavar="COUNT", help="draw this many into an .npz")
    parser.add_argument("--first", type=int, default=0, help="seed of the first picture")
    parser.add_argument("--count", type=int, default=60, help="pictures on the sheet")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    start, total = time.time(), args.data or args.count
    with Pool(args.processes) as pool:
        made = pool.map(example, range(args.first, args.first + total), chunksize=50)
    print(f"{total} pictures, {(time.time() - start) / total * 1e3:.1f} ms each")
    if args.data:
        np.savez(args.out, pictures=np.stack([m[0] for m in made]), specs=json.dumps([m[1] for m in made]))
    else:
        sheet([m[0] for m in made], 10).save(args.out)


if __name__ == "__main__":
    main()
