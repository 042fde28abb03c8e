"""Antialiased shapes and layers: the drawing kit of the scenes.

All lengths are in pixels of the finished 128 x 128 picture. A shape is a
mask (float32, 0 to 1); a layer is a mask with a colour, drawn over what lies
behind it. Keeping layers apart until the end lets every style treat outlines,
shadows and edges in its own way.
"""
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

SIZE = 128
OVER = 3  # supersampling: shapes are drawn at 3 x and averaged down


class Mask:
    """Collects shapes of one colour; `done` returns them as one mask."""

    def __init__(self):
        self.image = Image.new("L", (SIZE * OVER, SIZE * OVER), 0)
        self.pen = ImageDraw.Draw(self.image)

    def poly(self, points, fill=255):
        """A filled polygon through (x, y) points."""
        self.pen.polygon([(x * OVER, y * OVER) for x, y in points], fill=fill)
        return self

    def ellipse(self, x, y, rx, ry=None, fill=255):
        """A filled ellipse around (x, y)."""
        ry = rx if ry is None else ry
        box = [(x - rx) * OVER, (y - ry) * OVER, (x + rx) * OVER, (y + ry) * OVER]
        self.pen.ellipse(box, fill=fill)
        return self

    def rect(self, x0, y0, x1, y1, fill=255):
        """A filled rectangle; the far edges are not part of it."""
        if x1 > x0 and y1 > y0:
            box = [x0 * OVER, y0 * OVER, x1 * OVER - 1, y1 * OVER - 1]
            self.pen.rectangle(box, fill=fill)
        return self

    def line(self, points, width):
        """A polyline of the given width."""
        points = [(x * OVER, y * OVER) for x, y in points]
        self.pen.line(points, fill=255, width=max(1, round(width * OVER)), joint="curve")
        return self

    def done(self):
        """The mask, averaged down to the picture's size."""
        small = self.image.reduce(OVER)
        return np.asarray(small, np.float32) / 255


@dataclass
class Layer:
    """One colour laid through a mask.

    colour: (3,) or (128, 1, 3), red, green and blue from 0 to 1.
    kind:   "land", "subject", "cloud" (all three get outlines and shadows in
            the styles that have them), "shade" (no outline) or "light"
            (glows; never darkened).
    """

    mask: np.ndarray
    colour: np.ndarray
    kind: str = "land"


def rgb(red, green, blue):
    """A colour from the usual 0 to 255 numbers."""
    return np.array([red, green, blue], np.float32) / 255


def mix(a, b, amount):
    """From a (amount 0) to b (amount 1)."""
    return a + (b - a) * np.float32(amount)


def vertical(top, bottom, y0=0, y1=SIZE):
    """A colour that runs from `top` at y0 to `bottom` at y1."""
    t = np.clip((np.arange(SIZE, dtype=np.float32) - y0) / max(1, y1 - y0), 0, 1)
    return mix(top, bottom, 0) + (bottom - top) * t[:, None, None]


def below(points):
    """The polygon that fills everything below a skyline of (x, y) points."""
    return [(-2, SIZE + 2)] + list(points) + [(SIZE + 2, SIZE + 2)]


def wave(rng, base, height, bumps):
    """A smooth skyline: `bumps` humps, at most `height` px above `base`."""
    x = np.arange(-4, SIZE + 8, 4)
    phase, second = rng.uniform(0, 6.28), rng.uniform(0, 6.28)
    y = np.sin(x / SIZE * 6.283 * bumps + phase)
    y = y + 0.35 * np.sin(x / SIZE * 6.283 * bumps * 2.3 + second)
    y = base - height * (y / 1.35 + 1) / 2
    return list(zip(x.tolist(), y.tolist()))


def height_at(points, x):
    """The height y of a skyline at x."""
    return float(np.interp(x, [p[0] for p in points], [p[1] for p in points]))
