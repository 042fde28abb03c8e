"""Normal noise of torch's CPU generator: writes test/fixtures/random/randn.json.

Run: python3 test/oracles/randn.py   (packages: test/oracles/requirements.txt; x86-64 with AVX2)

A case is one generator and the calls made on it in order. A call holds the element count, the sha256 of the
float32 little-endian bytes, and up to 8 first and last values (base64 of the same bytes) to see what differs.
"""

import base64
import hashlib
import json
from pathlib import Path

import torch

SEEDS = [0, 1, 42, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**63, 2**64 - 1]
AROUND_BLOCKS = [15, 16, 17, 31, 32, 33, 47, 48, 49]
LATENTS = 4 * 64 * 64
SHOWN = 8


def packed(values):
    return base64.b64encode(values.numpy().astype("<f4").tobytes()).decode()


def call(generator, count):
    values = torch.randn(count, generator=generator)
    digest = hashlib.sha256(values.numpy().astype("<f4").tobytes()).hexdigest()
    return {"count": count, "sha256": digest, "first": packed(values[:SHOWN]), "last": packed(values[-SHOWN:])}


def case(seed, counts):
    generator = torch.Generator("cpu").manual_seed(seed)
    return {"seed": str(seed), "calls": [call(generator, count) for count in counts]}


torch.set_num_threads(1)
cases = [case(3, [count]) for count in range(1, 41)]
cases += [case(seed, [count]) for seed in SEEDS for count in (5, 16, 23, LATENTS)]
# further calls: the cached second value of an odd one-by-one draw must survive block draws
cases += [case(seed, AROUND_BLOCKS) for seed in SEEDS]
cases += [case(seed, [1, 16, 1, 17, 3, 33, 2, 15, 0, 1, 100, 1]) for seed in (0, 9, 2**40 + 3)]
cases += [case(11, [LATENTS] * 4), case(12, [1, LATENTS, 1]), case(13, [4 * 96 * 64 + 3, 7]), case(14, [2**20 + 1])]

path = Path(__file__).parents[1] / "fixtures/random/randn.json"
path.parent.mkdir(parents=True, exist_ok=True)
lines = ",\n".join(json.dumps(one) for one in cases)
path.write_text(f'{{ "torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')
print(f"{path}: {len(cases)} cases, {path.stat().st_size} bytes")
