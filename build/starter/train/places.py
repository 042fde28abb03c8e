"""The eight places. Each function adds its layers and returns the ground line.

The ground line is the height (y, px) on which a subject stands. Compositions
are steady (horizon near the same height, big shapes, regular rows) because a
small model learns those well.
"""
from canvas import SIZE, Layer, Mask, below, height_at, mix, vertical, wave

PLACES = ("mountains", "hills", "sea", "desert", "forest", "city", "lake", "field")


def peaks(layers, rng, pal, base, high, depth, count, snow=True):
    """A row of faceted peaks: a lit left face, a dark right face, a white cap."""
    left, right, caps = Mask(), Mask(), Mask()
    step = SIZE / count
    offset = rng.uniform(-0.5, 0.5)
    for k in range(count + 1):
        x = (k + offset + rng.uniform(-0.2, 0.2)) * step
        h = high * rng.uniform(0.62, 1.0)
        w = h * rng.uniform(0.8, 1.0)
        top = (x, base - h)
        foot = (x + rng.uniform(-0.1, 0.2) * w, base + 8)
        left.poly([(x - w, base + 8), top, foot])
        right.poly([(x + w, base + 8), top, foot])
        if snow:
            s = 0.34
            caps.poly([(x - w * s, base - h * (1 - s)), top, (x + w * s, base - h * (1 - s)),
                       (x + w * s * 0.4, base - h * (1 - s) - 3), (x, base - h * (1 - s) + 4),
                       (x - w * s * 0.45, base - h * (1 - s) - 2)])
    l, r = left.done(), right.done()
    rock = pal.snowy((126, 134, 176))
    layers.append(Layer((l + r).clip(0, 1), pal.lit(rock, depth)))
    layers.append(Layer(r, pal.lit(mix_rgb(rock, (46, 52, 96), 0.5), depth), "shade"))
    if snow:
        layers.append(Layer(caps.done(), pal.lit((250, 252, 255), depth * 0.8), "shade"))


def mix_rgb(a, b, t):
    """Two 0 to 255 colours mixed."""
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def conifers(rng, line, step, tall, jitter=0.25):
    """A row of fir trees that stand on a skyline."""
    mask = Mask()
    x = rng.uniform(-step, 0)
    while x < SIZE + step:
        h = tall * rng.uniform(1 - jitter, 1 + jitter)
        y = height_at(line, x) + 3
        w = h * 0.3
        mask.poly([(x - w, y), (x, y - h * 0.7), (x + w, y)])
        mask.poly([(x - w * 0.75, y - h * 0.36), (x, y - h), (x + w * 0.75, y - h * 0.36)])
        x += step * rng.uniform(0.8, 1.2)
    return mask.done()


def mountains(layers, rng, pal):
    peaks(layers, rng, pal, 84, 44, 0.75, 3, snow=False)
    peaks(layers, rng, pal, 92, 62, 0.28, 2)
    line = wave(rng, 98, 10, 1.2)
    layers.append(Layer(conifers(rng, line, 7, 13), pal.green(2, 0.2)))
    layers.append(Layer(Mask().poly(below(line)).done(), vertical(pal.green(1), pal.green(2), 90, 130)))
    return 108


def hills(layers, rng, pal):
    for k, (base, high, bumps) in enumerate([(78, 18, 1.1), (92, 20, 0.8), (110, 16, 0.6)]):
        line = wave(rng, base, high, bumps)
        depth = (0.7, 0.3, 0.0)[k]
        if k < 2:
            trees = Mask()
            for _ in range(3):
                x = rng.uniform(6, 122)
                r = 4 + 2.5 * k
                trees.ellipse(x, height_at(line, x) - r * 0.5, r, r * 1.15)
            layers.append(Layer(trees.done(), pal.green(2, depth)))
        layers.append(Layer(Mask().poly(below(line)).done(),
                            vertical(pal.green(0, depth), pal.green(1, depth), base - 16, base + 26)))
    return 112


def water(layers, rng, pal, y, orb_x):
    """Water from y downwards, with the light of the sun or the moon in it."""
    deep = pal.lit((20, 92, 168))
    layers.append(Layer(Mask().rect(0, y, SIZE, SIZE).done(),
                        vertical(mix(pal.lit((70, 160, 214)), pal.haze, 0.55), deep, y, 122)))
    lines = Mask()
    for row in range(5):
        yy = y + 6 + row * row * 1.4 + row * 4
        for k in range(3):
            x = (k + (row % 2) * 0.5) * 44 + rng.uniform(-8, 8)
            lines.rect(x, yy, x + 12 + 3 * row, yy + 1.4 + row * 0.25)
    layers.append(Layer(lines.done() * 0.75, mix(pal.lit((150, 210, 240)), pal.haze, 0.3), "shade"))
    if pal.weather in ("clear", "cloudy"):
        glow = Mask()
        for row in range(6):
            yy, half = y + 3 + row * 7, 9 - row * 1.0 + rng.uniform(-2, 2)
            glow.ellipse(orb_x, yy, half, 1.6)
        layers.append(Layer(glow.done() * 0.85, pal.orb, "light"))


def sea(layers, rng, pal, orb_x=64):
    water(layers, rng, pal, 76, orb_x)
    return 104


def lake(layers, rng, pal, orb_x=64):
    peaks(layers, rng, pal, 74, 40, 0.4, 3)
    line = wave(rng, 76, 6, 1.5)
    layers.append(Layer(conifers(rng, line, 8, 13), pal.green(2, 0.25)))
    layers.append(Layer(Mask().poly(below(line)).done(), pal.green(2, 0.25), "shade"))
    water(layers, rng, pal, 80, orb_x)
    shore = Mask().ellipse(rng.choice([4, 124]), 132, 66, 22).done()
    layers.append(Layer(shore, vertical(pal.green(0), pal.green(1), 110, 128)))
    return 104


def desert(layers, rng, pal):
    mesa = Mask()
    for _ in range(2):
        x, w, h = rng.uniform(0, 110), rng.uniform(16, 30), rng.uniform(16, 26)
        mesa.poly([(x - 4, 86), (x, 80 - h), (x + w, 80 - h), (x + w + 5, 86)])
    layers.append(Layer(mesa.done(), pal.lit(pal.snowy((206, 110, 78)), 0.35)))
    for k, (base, high) in enumerate([(84, 10), (98, 15), (114, 12)]):
        line = wave(rng, base, high, 0.9)
        sand = [(240, 208, 140), (236, 190, 110), (224, 166, 84)][k]
        low = mix_rgb(pal.snowy(sand), (190, 110, 60), 0.35)
        layers.append(Layer(Mask().poly(below(line)).done(),
                            vertical(pal.lit(pal.snowy(sand), 0.3 - 0.15 * k),
                                     pal.lit(low), base - high, base + 34)))
    return 110


def forest(layers, rng, pal):
    for k, (base, tall, step) in enumerate([(82, 30, 13), (96, 38, 17), (112, 46, 23)]):
        line = wave(rng, base, 5, 1)
        depth = (0.75, 0.38, 0.04)[k]
        leaf = pal.green(2 if pal.season != "spring" else 1 + k % 2, depth)
        if pal.season == "winter":
            leaf = pal.lit((190, 214, 228) if k < 2 else (226, 236, 246), depth)
        layers.append(Layer(conifers(rng, line, step, tall), leaf))
        layers.append(Layer(Mask().poly(below(line)).done(),
                            pal.green(1, depth) if k == 2 else leaf, "shade"))
    return 118


def city(layers, rng, pal):
    for k, (low, high, depth) in enumerate([(40, 66, 0.7), (16, 56, 0.15)]):
        towers, windows, x = Mask(), Mask(), -4 * rng.randint(0, 3)
        while x < SIZE:
            w = rng.choice((20, 28))
            top = 108 - 8 * round(rng.uniform(low, high) / 8)
            towers.rect(x, top, x + w, 112)
            if rng.random() < 0.3:
                towers.rect(x + w / 2 - 1, top - 8, x + w / 2 + 1, top)
            if k == 1:
                for yy in range(top + 4, 104, 8):
                    for xx in range(x + 4, x + w - 4, 8):
                        if rng.random() < 0.7:
                            windows.rect(xx, yy, xx + 4, yy + 4)
            x += w + (4 if rng.random() < 0.3 else 0)
        wall = pal.lit([(110, 124, 168), (70, 84, 130)][k], depth)
        layers.append(Layer(towers.done(), vertical(wall, mix(wall, pal.haze, 0.25), 50, 112)))
        if k == 1:
            glow = pal.lit((190, 226, 246)) if pal.time in ("day", "dawn") else pal.orb
            layers.append(Layer(windows.done(), glow, "light"))
    street = pal.snowy((84, 88, 104))
    layers.append(Layer(Mask().rect(0, 108, SIZE, SIZE).done(), pal.lit(street)))
    dashes = Mask()
    for k in range(5):
        dashes.rect(k * 32 - 4, 117, k * 32 + 12, 120)
    layers.append(Layer(dashes.done(), pal.lit((240, 226, 170)), "shade"))
    return 112


def field(layers, rng, pal):
    line = wave(rng, 76, 8, 1.2)
    layers.append(Layer(Mask().poly(below(line)).done(), pal.green(2, 0.5)))
    crop = {"summer": [(152, 96, 200), (246, 206, 80), (228, 72, 78)], "autumn": [(236, 178, 64)],
            "spring": [(246, 150, 190)], "winter": [(190, 206, 226)]}[pal.season]
    crop = rng.choice(crop)
    layers.append(Layer(Mask().rect(0, 78, SIZE, SIZE).done(), vertical(pal.green(1, 0.2), pal.green(1), 78, 128)))
    rows, x0 = Mask(), rng.uniform(48, 80)
    for k in range(-7, 8):
        rows.poly([(x0 + k * 4 - 1.2, 78), (x0 + k * 4 + 1.2, 78),
                   (x0 + k * 34 + 10, 130), (x0 + k * 34 - 10, 130)])
    layers.append(Layer(rows.done(), vertical(pal.lit(crop, 0.3), pal.lit(crop), 78, 120)))
    return 108
