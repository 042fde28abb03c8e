"""Colours: skies by time of day, grounds by place and season, and the light.

Every time of day has a few skies (top, middle, horizon) that differ clearly
from those of the other times, so that the time shows in every style.
"""
import numpy as np

from canvas import SIZE, mix, rgb

SKIES = {
    "day": [((52, 140, 232), (120, 192, 246), (206, 236, 252)),
            ((40, 160, 222), (110, 208, 238), (214, 244, 246)),
            ((70, 130, 220), (130, 180, 240), (220, 236, 250))],
    "sunset": [((88, 40, 116), (226, 74, 92), (255, 176, 76)),
               ((120, 36, 90), (240, 92, 60), (255, 196, 84)),
               ((62, 40, 124), (206, 64, 120), (255, 150, 92))],
    "dawn": [((156, 184, 236), (246, 196, 220), (255, 234, 200)),
             ((172, 164, 228), (250, 190, 206), (255, 226, 206)),
             ((140, 196, 222), (224, 208, 232), (255, 222, 208))],
    "night": [((8, 12, 44), (22, 34, 92), (60, 76, 146)),
              ((14, 8, 46), (40, 28, 96), (84, 64, 140)),
              ((4, 20, 44), (12, 48, 84), (44, 96, 128))],
}
# Light of the sun or the sky on the ground: multiply, then mix some of a veil in.
LIGHT = {
    "day": ((1.0, 1.0, 1.0), (255, 255, 255), 0.0),
    "sunset": ((0.82, 0.56, 0.52), (120, 40, 96), 0.22),
    "dawn": ((0.94, 0.88, 0.94), (250, 206, 216), 0.24),
    "night": ((0.34, 0.42, 0.62), (20, 30, 92), 0.22),
}
ORB = {"day": (255, 240, 130), "sunset": (255, 232, 140),
       "dawn": (255, 250, 214), "night": (252, 246, 214)}
GREENS = {"summer": ((126, 196, 92), (72, 158, 78), (40, 112, 66)),
          "autumn": ((240, 178, 70), (222, 116, 48), (166, 66, 44)),
          "spring": ((168, 212, 110), (244, 164, 190), (224, 110, 150)),
          "winter": ((244, 248, 255), (212, 226, 242), (120, 150, 168))}
COLOURS = {"red": (222, 54, 50), "blue": (50, 100, 220), "yellow": (250, 206, 50),
           "white": (248, 246, 240), "purple": (150, 70, 190)}


class Palette:
    """The colours of one picture."""

    def __init__(self, rng, time, weather, season):
        self.time, self.weather, self.rng = time, weather, rng
        self.season = "winter" if weather == "snow" else season
        sky = [rgb(*c) for c in rng.choice(SKIES[time])]
        shift = np.array([rng.uniform(-0.03, 0.03) for _ in range(3)], np.float32)
        sky = [np.clip(c + shift, 0, 1) for c in sky]
        grey = {"clear": 0, "cloudy": 0.12, "rain": 0.4, "snow": 0.25,
                "fog": 0.35, "storm": 0.45}[weather]
        dull = {"storm": 0.6, "rain": 0.82}.get(weather, 1.0)
        sky = [mix(c, np.full(3, c.mean(), np.float32), grey) * dull for c in sky]
        self.sky = [c.astype(np.float32) for c in sky]
        mul, veil, self.amount = LIGHT[time]
        self.mul = np.array(mul, np.float32) * {"storm": 0.72, "rain": 0.88}.get(weather, 1)
        self.veil = rgb(*veil)
        self.boost = 1.0  # raised while subjects are drawn, so that they stand out at night
        self.haze = self.sky[2] if time != "night" else mix(self.sky[1], self.sky[2], 0.5)
        self.orb = rgb(*ORB[time])

    def sky_column(self, horizon):
        """The sky as a (128, 1, 3) column that reaches its last colour at the horizon."""
        t = np.clip(np.arange(SIZE, dtype=np.float32) / horizon, 0, 1)
        stops = np.stack(self.sky)
        column = np.stack([np.interp(t, [0, 0.55, 1], stops[:, k]) for k in range(3)], -1)
        return column[:, None].astype(np.float32)

    def lit(self, colour, depth=0.0):
        """A colour (0 to 255) in this light; depth 1 is lost in the haze."""
        base = rgb(*colour) if not isinstance(colour, np.ndarray) else colour
        base = mix(base * self.mul * self.boost, self.veil * self.mul.max(), self.amount)
        fog = 0.85 if self.weather == "fog" else 0.62
        return np.clip(mix(base, self.haze, min(0.92, depth * fog)), 0, 1)

    def green(self, k, depth=0.0):
        """Ground or leaf colour k (0 light, 1 middle, 2 dark) of the season."""
        return self.lit(GREENS[self.season][k], depth)

    def snowy(self, colour):
        """The colour, white where snow lies in this weather."""
        return (236, 242, 252) if self.weather == "snow" else colour
