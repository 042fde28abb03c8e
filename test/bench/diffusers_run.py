"""One text-to-image run of diffusers, eager, float32, CPU: python diffusers_run.py DIR STEPS [SIZE [THREADS]].

Prints one JSON line: load seconds, seconds per step (median of all but the first), total seconds, peak memory in MB.
"""

import json
import resource
import sys
import time

import torch
from diffusers import StableDiffusionPipeline

folder, steps = sys.argv[1], int(sys.argv[2])
size = int(sys.argv[3]) if len(sys.argv) > 3 else 512
if len(sys.argv) > 4:
    torch.set_num_threads(int(sys.argv[4]))
began = time.perf_counter()
pipe = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32, safety_checker=None)
pipe.set_progress_bar_config(disable=True)
loaded = time.perf_counter()
marks = []


def mark(_pipe, _step, _timestep, kwargs):
    marks.append(time.perf_counter())
    return kwargs


with torch.no_grad():
    pipe("a red house on a hill", num_inference_steps=steps, width=size, height=size, guidance_scale=7.5,
         generator=torch.Generator().manual_seed(0), callback_on_step_end=mark)
ended = time.perf_counter()
spans = sorted(b - a for a, b in zip(marks, marks[1:]))
print(json.dumps({
    "loadSeconds": round(loaded - began, 2),
    "secondsPerStep": round(spans[len(spans) // 2], 3),
    "totalSeconds": round(ended - began, 2),
    "peakMB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
}))
