"""What the sky does: sun, moon, stars, clouds, rain, snow, fog, lightning."""
import numpy as np
from scipy.ndimage import gaussian_filter

from canvas import SIZE, Layer, Mask, mix, rgb


def orb(layers, rng, pal, x):
    """The sun or the moon with its glow; the stars of a clear night."""
    heavy = pal.weather in ("rain", "storm")
    if pal.time == "night":
        if pal.weather in ("clear", "snow"):
            stars = Mask()
            for gx in range(6):
                for gy in range(3):
                    r = rng.choice([0.9, 1.2, 1.7])
                    stars.ellipse(gx * 22 + 8 + rng.uniform(-7, 7), gy * 20 + 9 + rng.uniform(-6, 6), r)
            layers.append(Layer(stars.done(), rgb(255, 252, 226), "light"))
        y, r = rng.uniform(22, 30), rng.uniform(10, 13)
    elif pal.time == "day":
        y, r = rng.uniform(20, 28), rng.uniform(10, 12)
    elif pal.time == "sunset":
        y, r = rng.uniform(62, 68), rng.uniform(15, 19)
    else:
        y, r = rng.uniform(52, 60), rng.uniform(11, 14)
    if heavy:
        return
    rows, cols = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    far = np.sqrt((cols - x) ** 2 + (rows - y) ** 2)
    reach = {"day": 34, "sunset": 62, "dawn": 50, "night": 36}[pal.time]
    glow = np.clip(1 - far / reach, 0, 1) ** 2 * 0.6
    layers.append(Layer(glow, mix(pal.orb, pal.haze, 0.25), "light"))
    disc = Mask().ellipse(x, y, r)
    if pal.time == "night" and rng.random() < 0.35:
        disc.ellipse(x + r * 0.5, y - r * 0.25, r * 0.86, fill=0)
    strength = 0.6 if pal.weather == "fog" else 1
    layers.append(Layer(disc.done() * strength, pal.orb, "light"))


def cloud(mask, rng, x, y, s):
    """One flat-bottomed cloud, about 2.6 s wide."""
    mask.ellipse(x, y - s * 0.45, s * 0.62, s * 0.6).ellipse(x - s * 0.7, y - s * 0.2, s * 0.45, s * 0.4)
    mask.ellipse(x + s * 0.75, y - s * 0.22, s * 0.5, s * 0.44)
    mask.rect(x - s * 1.0, y - s * 0.2, x + s * 1.1, y + s * 0.18)
    mask.ellipse(x - s, y, s * 0.2).ellipse(x + s * 1.1, y, s * 0.2)


def clouds(layers, rng, pal):
    """Clouds by weather: none to one when clear, rows of them otherwise."""
    white = {"day": (255, 255, 255), "sunset": (255, 168, 140), "dawn": (255, 244, 246),
             "night": (104, 118, 176)}[pal.time]
    colour = mix(rgb(*white), pal.sky[1], 0.15)
    if pal.weather == "clear":
        spots = [(rng.uniform(10, 118), rng.uniform(18, 44), rng.uniform(9, 13))] if rng.random() < 0.4 else []
    elif pal.weather == "cloudy":
        spots = [(x + rng.uniform(-8, 8), rng.uniform(16, 48), rng.uniform(13, 18)) for x in (14, 50, 86, 120)]
    elif pal.weather in ("rain", "storm"):
        dark = 0.5 if pal.weather == "storm" else 0.25
        colour = mix(mix(colour, pal.sky[0], 0.55), np.zeros(3, np.float32), dark)
        spots = [(x + rng.uniform(-6, 6), rng.uniform(14, 26), rng.uniform(20, 25)) for x in (4, 44, 84, 124)]
    else:
        spots = []
    if spots:
        mask = Mask()
        for x, y, s in spots:
            cloud(mask, rng, x, y, s)
        layers.append(Layer(mask.done(), colour, "cloud"))


def fall(layers, rng, pal):
    """Rain, snow, fog and lightning in front of everything."""
    if pal.weather in ("rain", "storm"):
        mask = Mask()
        for gx in range(7):
            for gy in range(5):
                x, y = gx * 20 + (gy % 2) * 10 + rng.uniform(-3, 3), gy * 27 + rng.uniform(-5, 5)
                mask.line([(x, y), (x - 4, y + 13)], 1.4)
        layers.append(Layer(mask.done() * 0.6, mix(rgb(214, 230, 250), pal.haze, 0.2), "light"))
    if pal.weather == "storm":
        x = rng.uniform(30, 98)
        bolt = Mask().poly([(x + 5, 28), (x - 7, 54), (x, 54), (x - 6, 78), (x + 11, 47), (x + 3, 47), (x + 12, 28)])
        mask = bolt.done()
        layers.append(Layer(gaussian_filter(mask, 6) * 0.8, rgb(200, 190, 255), "light"))
        layers.append(Layer(mask, rgb(255, 250, 190), "light"))
    if pal.weather == "snow":
        mask = Mask()
        for gx in range(6):
            for gy in range(6):
                mask.ellipse(gx * 22 + (gy % 2) * 11 + rng.uniform(-5, 5), gy * 22 + 8 + rng.uniform(-5, 5),
                             rng.choice([1.4, 1.9, 2.4]))
        layers.append(Layer(mask.done(), mix(rgb(255, 255, 255), pal.haze, 0.12), "light"))
    if pal.weather == "fog":
        rows = np.arange(SIZE, dtype=np.float32)[:, None] + np.zeros((1, SIZE), np.float32)
        for y in (70, 92):
            drift = y + 4 * np.sin(np.arange(SIZE) / SIZE * 6.28 + rng.uniform(0, 6.28))
            band = np.exp(-((rows - drift) / 9) ** 2).astype(np.float32)
            layers.append(Layer(band * 0.7, pal.haze, "light"))
