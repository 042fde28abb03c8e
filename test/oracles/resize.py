"""Resizing and pixel conversion by Pillow and diffusers' VaeImageProcessor, for electron/engine/image.

Writes test/fixtures/image/resize.json. Input images are a formula (see `pixels`), which the test repeats; small
results are stored whole, large ones as sha256. Everything is compared bit by bit.
"""

import base64
import hashlib
import json
from pathlib import Path

import diffusers
import numpy as np
import PIL
import torch
from diffusers.image_processor import VaeImageProcessor
from PIL import Image

MODES = {"stretch": "default", "crop": "crop", "fill": "fill"}
STORE_WHOLE_BYTES = 400

SMALL = [1, 2, 3, 5, 8, 13]
# width, height, new width, new height
LARGE = [
    (640, 480, 512, 512),
    (480, 640, 512, 512),
    (100, 100, 512, 768),
    (1023, 767, 64, 64),
    (1500, 40, 64, 64),
    (37, 1200, 256, 64),
    (512, 512, 512, 512),
    (513, 511, 512, 512),
    (97, 64, 64, 64),
    (64, 97, 64, 64),
    (63, 65, 65, 63),
    (1, 300, 128, 64),
    (300, 2, 64, 256),
]


def pixels(width: int, height: int) -> Image.Image:
    """Noise of all values with stretches of black and white, where filters overshoot."""
    i = np.arange(width * height * 3, dtype=np.uint64)
    mixed = (i * 2654435761 + 12345) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    value = (mixed >> 24).astype(np.int64)
    hard = (i // 7) % 3
    value = np.where(hard == 1, np.where(value > 127, 255, 0), value)
    return Image.fromarray(value.astype(np.uint8).reshape(height, width, 3))


def stored(data: bytes) -> str:
    return base64.b64encode(data).decode() if len(data) <= STORE_WHOLE_BYTES else hashlib.sha256(data).hexdigest()


def main() -> None:
    processor = VaeImageProcessor()
    sizes = [(a, b, c, d) for a in SMALL for b in (1, 3, 8) for c in SMALL for d in (2, 5, 13)] + LARGE
    cases = []
    for width, height, new_width, new_height in sizes:
        for mode, theirs in MODES.items():
            try:
                result = processor.resize(pixels(width, height), new_height, new_width, resize_mode=theirs)
            except ValueError:
                result = None  # nothing left of the inner image
            cases.append([width, height, new_width, new_height, mode, result and stored(result.tobytes())])

    every_byte = Image.fromarray(np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3))
    normalized = processor.preprocess(every_byte)[0, 0].numpy()
    generator = torch.Generator().manual_seed(0)
    decoded = torch.randn((1, 3, 8, 8), generator=generator)
    # exactly halfway between two bytes, for as many bytes as float32 can hit
    halves = (torch.arange(0, 255, 4, dtype=torch.float32) + 0.5) / 255 * 2 - 1
    decoded[0, 0] = halves.reshape(8, 8)
    image01 = processor.postprocess(decoded, output_type="np")[0].transpose(2, 0, 1)
    rgb = np.asarray(processor.postprocess(decoded, output_type="pil")[0])

    def floats(array: np.ndarray) -> str:
        return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()

    fixture = {
        "versions": {"diffusers": diffusers.__version__, "pillow": PIL.__version__},
        "storeWholeBytes": STORE_WHOLE_BYTES,
        "cases": cases,
        "normalized": floats(normalized),
        "decoded": floats(decoded[0].numpy()),
        "image01": floats(image01),
        "rgb": base64.b64encode(rgb.tobytes()).decode(),
    }
    path = Path(__file__).parent.parent / "fixtures" / "image" / "resize.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(fixture, separators=(",", ":")).replace("],[", "],\n[")
    path.write_text(text + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
