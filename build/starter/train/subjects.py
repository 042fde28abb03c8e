"""The subjects. Each function draws one thing, standing at (x, y) in px.

Subjects are big (about a quarter of the picture) and made of few shapes.
`colour` is the colour word of the caption, for those that have one.
"""
import numpy as np

from canvas import SIZE, Layer, Mask, mix, rgb
from palettes import COLOURS

COLOURED = ("boat", "house", "balloon", "tent")
ON_GROUND = ("house", "tree", "cactus", "tent", "windmill", "castle", "lighthouse")
BY_PLACE = {  # what may stand where; the sky subjects fit everywhere
    "mountains": ("house", "tree", "tent", "castle"),
    "hills": ("house", "tree", "windmill", "castle", "tent"),
    "sea": ("boat", "boat", "boat", "lighthouse"),
    "desert": ("cactus", "cactus", "tent"),
    "forest": ("house", "tent"),
    "city": (),
    "lake": ("boat", "boat", "house"),
    "field": ("house", "tree", "windmill"),
}
IN_SKY = ("birds", "balloon", "rainbow", "aurora")


def shape(layers, mask, colour, kind="subject"):
    layers.append(Layer(mask.done(), colour, kind))


def window_light(pal):
    """Windows shine when it is dark."""
    return pal.lit((60, 76, 120)) if pal.time == "day" else rgb(255, 224, 130)


def boat(layers, rng, pal, x, y, colour):
    shape(layers, Mask().rect(x - 1, y - 36, x + 1, y), pal.lit((90, 60, 44)))
    shape(layers, Mask().poly([(x + 2, y - 36), (x + 2, y - 5), (x + 22, y - 5)]), pal.lit(COLOURS[colour]))
    shape(layers, Mask().poly([(x - 2, y - 30), (x - 2, y - 5), (x - 15, y - 5)]), pal.lit((250, 246, 236)))
    shape(layers, Mask().poly([(x - 24, y - 2), (x + 26, y - 2), (x + 17, y + 8), (x - 16, y + 8)]),
          pal.lit((136, 78, 48)))


def house(layers, rng, pal, x, y, colour):
    shape(layers, Mask().rect(x + 8, y - 36, x + 13, y - 20), pal.lit((120, 90, 84)))
    shape(layers, Mask().rect(x - 17, y - 20, x + 17, y + 4), pal.lit((244, 226, 196)))
    shape(layers, Mask().poly([(x - 22, y - 19), (x, y - 38), (x + 22, y - 19)]),
          pal.lit(pal.snowy(COLOURS[colour]) if colour == "white" else COLOURS[colour]))
    shape(layers, Mask().rect(x - 3, y - 10, x + 4, y + 4), pal.lit((110, 66, 46)), "shade")
    shape(layers, Mask().rect(x - 13, y - 14, x - 7, y - 7).rect(x + 8, y - 14, x + 14, y - 7),
          window_light(pal), "light")


def tree(layers, rng, pal, x, y, colour):
    shape(layers, Mask().poly([(x - 3, y - 26), (x + 3, y - 26), (x + 5, y + 4), (x - 5, y + 4)]),
          pal.lit((104, 70, 48)))
    crown = Mask().ellipse(x, y - 42, 17, 16).ellipse(x - 12, y - 32, 13, 11).ellipse(x + 12, y - 32, 13, 11)
    shape(layers, crown, pal.green(1) if pal.season != "summer" else pal.lit((66, 150, 70)))
    shape(layers, Mask().ellipse(x - 5, y - 45, 9, 8).ellipse(x - 13, y - 34, 6, 5), pal.green(0), "shade")


def cactus(layers, rng, pal, x, y, colour):
    mask = Mask().rect(x - 5, y - 42, x + 5, y + 4).ellipse(x, y - 42, 5)
    for side, h, top in ((-1, y - 18, y - 32), (1, y - 24, y - 38)):
        mask.rect(min(x, x + side * 18), h - 4, max(x, x + side * 18), h + 3)
        mask.rect(x + side * 16 - 4, top, x + side * 16 + 4, h + 3).ellipse(x + side * 16, top, 4)
    shape(layers, mask, pal.lit((46, 138, 84)))
    shape(layers, Mask().rect(x - 2, y - 40, x, y + 4), pal.lit((110, 190, 120)), "shade")


def tent(layers, rng, pal, x, y, colour):
    shape(layers, Mask().poly([(x - 22, y + 5), (x, y - 24), (x + 22, y + 5)]), pal.lit(COLOURS[colour]))
    inside = rgb(255, 214, 120) if pal.time != "day" else pal.lit((70, 50, 50))
    shape(layers, Mask().poly([(x - 8, y + 5), (x, y - 16), (x + 8, y + 5)]), inside, "light")


def windmill(layers, rng, pal, x, y, colour):
    shape(layers, Mask().poly([(x - 6, y - 36), (x + 6, y - 36), (x + 11, y + 5), (x - 11, y + 5)]),
          pal.lit((246, 236, 216)))
    shape(layers, Mask().poly([(x - 8, y - 35), (x, y - 46), (x + 8, y - 35)]), pal.lit((176, 70, 54)))
    shape(layers, Mask().rect(x - 3, y - 6, x + 3, y + 5), pal.lit((110, 66, 46)), "shade")
    arms, turn = Mask(), rng.uniform(0.3, 1.2)
    for k in range(4):
        a = turn + k * np.pi / 2
        tip, side = np.array([np.cos(a), np.sin(a)]) * 25, np.array([-np.sin(a), np.cos(a)]) * 5
        hub = np.array([x, y - 37])
        arms.poly([tuple(hub), tuple(hub + tip), tuple(hub + tip + side), tuple(hub + tip * 0.25 + side)])
    shape(layers, arms, pal.lit((120, 76, 56)))


def castle(layers, rng, pal, x, y, colour):
    wall = pal.lit((196, 190, 204))
    mask = Mask().rect(x - 18, y - 20, x + 18, y + 5)
    for dx, top, w in ((-20, 34, 6), (20, 34, 6), (0, 44, 7)):
        mask.rect(x + dx - w, y - top, x + dx + w, y + 5)
    shape(layers, mask, wall)
    roofs = Mask()
    for dx, top, w in ((-20, 34, 8), (20, 34, 8), (0, 44, 9)):
        roofs.poly([(x + dx - w, y - top), (x + dx, y - top - 14), (x + dx + w, y - top)])
    shape(layers, roofs, pal.lit((70, 88, 176)))
    shape(layers, Mask().rect(x - 4, y - 10, x + 4, y + 5).ellipse(x, y - 10, 4), pal.lit((90, 60, 56)), "shade")
    shape(layers, Mask().rect(x - 2, y - 34, x + 2, y - 27).rect(x - 22, y - 26, x - 18, y - 19)
          .rect(x + 18, y - 26, x + 22, y - 19), window_light(pal), "light")


def lighthouse(layers, rng, pal, x, y, colour):
    y -= 8
    shape(layers, Mask().ellipse(x, y + 12, 34, 13), pal.lit(pal.snowy((96, 92, 100))))
    if pal.time in ("night", "sunset"):
        beam = Mask().poly([(x, y - 50), (x - 90, y - 70), (x - 90, y - 34)])
        layers.append(Layer(beam.done() * 0.45, rgb(255, 240, 170), "light"))
    shape(layers, Mask().poly([(x - 6, y - 44), (x + 6, y - 44), (x + 9, y + 6), (x - 9, y + 6)]),
          pal.lit((248, 244, 238)))
    stripes = Mask().poly([(x - 7, y - 34), (x + 7, y - 34), (x + 8, y - 22), (x - 8, y - 22)])
    stripes.poly([(x - 8, y - 11), (x + 8, y - 11), (x + 9, y + 1), (x - 9, y + 1)])
    shape(layers, stripes, pal.lit((216, 56, 50)), "shade")
    shape(layers, Mask().poly([(x - 8, y - 53), (x, y - 62), (x + 8, y - 53)]), pal.lit((176, 44, 44)))
    shape(layers, Mask().rect(x - 5, y - 53, x + 5, y - 44), rgb(255, 236, 150), "light")


def balloon(layers, rng, pal, x, y, colour):
    shape(layers, Mask().line([(x - 9, y + 14), (x - 4, y + 27)], 1).line([(x + 9, y + 14), (x + 4, y + 27)], 1),
          pal.lit((70, 50, 40)), "shade")
    envelope = Mask().ellipse(x, y, 18, 18).poly([(x - 16, y + 8), (x + 16, y + 8), (x + 5, y + 23), (x - 5, y + 23)])
    shape(layers, envelope, pal.lit(COLOURS[colour]))
    light = (255, 255, 255) if colour != "white" else (240, 150, 70)
    shape(layers, Mask().ellipse(x, y, 7, 18).poly([(x - 7, y + 6), (x + 7, y + 6), (x + 2, y + 23), (x - 2, y + 23)]),
          pal.lit(mix(np.array(COLOURS[colour], np.float32), np.array(light, np.float32), 0.6) / 255), "shade")
    shape(layers, Mask().rect(x - 5, y + 26, x + 5, y + 33), pal.lit((140, 90, 54)))


def birds(layers, rng, pal, x, y, colour):
    ink = pal.lit((30, 32, 50)) if pal.time != "night" else pal.lit((230, 230, 255))
    mask = Mask()
    for k in range(rng.randint(3, 5)):
        bx, by = x + (k - 2) * 15 + rng.uniform(-3, 3), y + (k % 2) * 12 + rng.uniform(-5, 5)
        s = rng.uniform(6, 8)
        mask.line([(bx - s, by - s * 0.55), (bx - s * 0.4, by - s * 0.5), (bx, by),
                   (bx + s * 0.4, by - s * 0.5), (bx + s, by - s * 0.55)], 2)
    shape(layers, mask, ink, "shade")


def rainbow(layers, rng, pal, x, y, colour):
    bands = ((226, 70, 70), (246, 160, 60), (250, 226, 80), (90, 190, 100), (70, 130, 230), (140, 90, 200))
    for k, band in enumerate(bands):
        mask = Mask().ellipse(64, 92, 70 - 4 * k).ellipse(64, 92, 66 - 4 * k, fill=0)
        layers.append(Layer(mask.done() * 0.85, mix(pal.lit(band), pal.haze, 0.15), "light"))


def aurora(layers, rng, pal, x, y, colour):
    xs = np.arange(SIZE, dtype=np.float32)
    rows = np.arange(SIZE, dtype=np.float32)[:, None]
    for k, tint in enumerate(((90, 255, 170), (120, 200, 255), (210, 120, 255))):
        line = 52 - 12 * k + 9 * np.sin(xs / SIZE * 6.28 * 1.3 + rng.uniform(0, 6.28))
        up = np.clip((line - rows) / 30, 0, 1)
        mask = np.where(rows < line, (1 - up) ** 1.5, np.clip(1 - (rows - line) / 4, 0, 1))
        layers.append(Layer((mask * 0.6).astype(np.float32), rgb(*tint), "light"))


DRAW = {f.__name__: f for f in (boat, house, tree, cactus, tent, windmill, castle, lighthouse,
                                balloon, birds, rainbow, aurora)}
