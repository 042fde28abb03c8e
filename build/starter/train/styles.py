"""Seven ways to paint the same layers: each style has looks of its own."""
import numpy as np
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter, map_coordinates, shift

from canvas import SIZE, mix, rgb

STYLES = ("plain", "pixel art", "watercolor", "sketch", "neon", "papercut", "poster")
OUTLINED = ("land", "subject", "cloud")


def over(base, mask, colour):
    """Lays a colour over the picture through a mask."""
    return base + (colour - base) * mask[:, :, None]


def rim(mask, width):
    """The inner edge of a mask, `width` (odd: 3, 5) px wide counted both ways."""
    image = Image.fromarray((mask * 255).astype(np.uint8))
    lean = np.asarray(image.filter(ImageFilter.MinFilter(width)), np.float32) / 255
    edge = mask - lean
    edge[-2:], edge[:, :1], edge[:, -1:] = 0, 0, 0
    return edge


def saturate(colour, amount):
    """More (above 1) or less (below 1) colour around the same brightness."""
    grey = colour.mean(-1, keepdims=True)
    return np.clip(grey + (colour - grey) * amount, 0, 1)


def flat(colour):
    """The average of a gradient."""
    return colour.mean((0, 1)) if colour.ndim == 3 else colour


def plain(sky, layers, rng, pal):
    base = np.broadcast_to(sky, (SIZE, SIZE, 3)).copy()
    for layer in layers:
        base = over(base, layer.mask, layer.colour)
    return base


def pixel_art(sky, layers, rng, pal):
    """A 32 x 32 picture with hard edges and few colours, each pixel 4 x 4 px."""
    def small(a):
        return a.reshape(32, 4, 32, 4, -1).mean((1, 3))
    steps = np.round(np.linspace(0, 31, 32) / 4) * 4
    column = sky[::4][np.clip(steps, 0, 31).astype(int)]
    base = np.broadcast_to(column, (32, 32, 3)).copy()
    for layer in layers:
        mask = small(layer.mask)[:, :, 0]
        if layer.kind != "light":
            mask = (mask > 0.42).astype(np.float32)
        elif layer.mask.max() > 0.9:  # stars, discs, windows: whole pixels
            mask = (mask > 0.26).astype(np.float32)
        else:  # glows and haze: four steps; rain: faint pixels
            mask = np.round(mask * 4) / 4
        colour = layer.colour[::4] if layer.colour.ndim == 3 else layer.colour
        base = over(base, mask, saturate(colour, 1.2))
    base = np.round(base * 15) / 15
    return base.repeat(4, 0).repeat(4, 1)


def noise(rng, sigma):
    """Smooth noise, about -1 to 1."""
    field = np.random.default_rng(rng.getrandbits(32)).standard_normal((SIZE // 4, SIZE // 4)).astype(np.float32)
    field = gaussian_filter(field, sigma / 4, mode="wrap")
    field = np.asarray(Image.fromarray(field).resize((SIZE, SIZE), Image.BICUBIC))
    return field / (np.abs(field).max() + 1e-6)


def watercolor(sky, layers, rng, pal):
    """Pale pigment with dark rims and blooms, uneven edges, white paper around."""
    paper = rgb(252, 250, 244)
    base = np.broadcast_to(sky, (SIZE, SIZE, 3)).copy()
    for layer in layers:
        colour = saturate(layer.colour, 1.15)
        base = over(base, layer.mask * (0.95 if layer.kind != "light" else 0.8), colour)
        if layer.kind in OUTLINED:
            base = base * (1 - 0.4 * rim(layer.mask, 3)[:, :, None])
    wash = 0.24 + 0.18 * noise(rng, 12)
    base = mix(base, paper, 1) * wash[:, :, None] + base * (1 - wash[:, :, None])
    rows, cols = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    dy, dx = noise(rng, 8) * 2.2, noise(rng, 8) * 2.2
    base = np.stack([map_coordinates(base[:, :, k], [rows + dy, cols + dx], order=1, mode="nearest")
                     for k in range(3)], -1)
    edge = np.minimum(np.minimum(rows, SIZE - 1 - rows), np.minimum(cols, SIZE - 1 - cols))
    inside = np.clip((edge - 7 - 4 * noise(rng, 10)) / 3, 0, 1)
    return over(np.broadcast_to(paper, base.shape), inside, base)


def sketch(sky, layers, rng, pal):
    """Dark pencil lines over a thin wash of colour, with wide hatching in the dark."""
    paper = rgb(246, 241, 229)
    wash = np.broadcast_to(mix(paper, saturate(sky, 0.95), 0.56), (SIZE, SIZE, 3)).copy()
    ink = np.zeros((SIZE, SIZE), np.float32)
    for layer in layers:
        wash = over(wash, layer.mask, mix(paper, saturate(layer.colour, 0.95), 0.5))
        if layer.kind != "light":
            ink = ink * (1 - layer.mask)
        if layer.kind in OUTLINED or (layer.kind == "light" and layer.mask.max() > 0.99):
            ink = np.maximum(ink, rim(layer.mask, 3))
        elif layer.kind == "shade":
            ink = np.maximum(ink, rim(layer.mask, 3) * 0.4)
    rows, cols = np.mgrid[0:SIZE, 0:SIZE]
    hatch = ((rows + cols) % 8 < 2).astype(np.float32)
    dark = np.clip(0.78 - wash.mean(-1), 0, 0.3)
    wash = wash * (1 - (hatch * dark * 1.1)[:, :, None])
    return over(wash, np.clip(ink * 1.1, 0, 0.9), rgb(44, 42, 54))


def neon(sky, layers, rng, pal):
    """Glowing outlines over a dark ground that keeps the colours of the sky."""
    night = rgb(14, 6, 32)
    bright = {"day": 0.62, "dawn": 0.52}.get(pal.time, 0.42)
    base = np.broadcast_to(mix(night, saturate(sky, 1.5), bright), (SIZE, SIZE, 3)).copy()
    tubes = np.zeros((SIZE, SIZE, 3), np.float32)
    for layer in layers:
        colour = saturate(flat(layer.colour), 2.2)
        colour = np.clip(colour / max(0.2, colour.max()), 0, 1)
        if layer.kind == "light":
            tubes = over(tubes, layer.mask, colour)
        else:
            keep = layer.mask if layer.kind != "shade" else layer.mask * 0.3
            base = over(base, keep, mix(night, saturate(flat(layer.colour), 1.4), 0.2))
            tubes = tubes * (1 - keep[:, :, None])
            edge = rim(layer.mask, 3) * (1 if layer.kind != "shade" else 0.5)
            tubes = np.maximum(tubes, edge[:, :, None] * colour)
    glow = np.stack([gaussian_filter(tubes[:, :, k], 3.5) for k in range(3)], -1)
    return 1 - (1 - base) * (1 - tubes) * (1 - np.clip(glow * 0.9, 0, 1))


def papercut(sky, layers, rng, pal):
    """Sheets of coloured paper that throw soft shadows on each other."""
    rows = np.arange(SIZE, dtype=np.float32)
    bent = 5 * np.sin(np.arange(SIZE) / SIZE * 6.28 + rng.uniform(0, 6.28))
    band = np.floor(np.clip((rows[:, None] + bent[None]) / 19, 0, 5.9))
    base = sky[np.clip(band * 19, 0, SIZE - 1).astype(int), 0]
    step = (band - np.roll(band, 4, 0)) > 0
    step[:4] = False
    base = base * (1 - 0.14 * gaussian_filter(step.astype(np.float32), 1.2)[:, :, None])
    for layer in layers:
        if layer.kind in OUTLINED:
            shadow = gaussian_filter(shift(layer.mask, (-1.0, 3), order=0), 2.4)
            base = base * (1 - 0.5 * shadow[:, :, None])
        base = over(base, layer.mask, saturate(flat(layer.colour), 1.15))
        if layer.kind in OUTLINED:
            base = base + 0.12 * rim(layer.mask, 3)[:, :, None]
    return base


def poster(sky, layers, rng, pal):
    """A travel poster: strong flat colours, sky in bands, a cream frame."""
    bands = sky[np.clip((np.arange(SIZE) // 16) * 16 + 8, 0, SIZE - 1)]
    base = np.broadcast_to(saturate(bands, 1.3), (SIZE, SIZE, 3)).copy()
    for layer in layers:
        colour = saturate(flat(layer.colour), 1.35)
        mask = layer.mask if layer.kind != "light" else np.clip(layer.mask * 1.1, 0, 1)
        base = over(base, mask, np.clip((colour - 0.5) * 1.12 + 0.5, 0, 1))
    base = np.clip((base - 0.5) * 1.08 + 0.5, 0, 1) * rgb(255, 248, 232)
    frame = np.ones((SIZE, SIZE), np.float32)
    frame[8:-8, 8:-8] = 0
    return over(base, frame, rgb(247, 236, 208))


PAINT = dict(zip(STYLES, (plain, pixel_art, watercolor, sketch, neon, papercut, poster)))
