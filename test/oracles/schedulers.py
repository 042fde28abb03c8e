"""Scheduler trajectories of diffusers: writes test/fixtures/schedulers/trajectories.json.

Run: python3 test/oracles/schedulers.py   (packages: test/oracles/requirements.txt)

Each case is a scheduler_config.json, what is asked of it, the latents after some or all steps of a run with a
stand-in for the UNet, and the predicted original of the step in the middle (PNDM has none). The stand-in is a cheap
nonlinear function in float32 +, -, *, / only, which electron/engine/schedulers/trajectories.test.ts computes bit for
bit the same. Arrays are base64 of little-endian float32.

torch's float32 square root, logarithm and exponential come from MKL, which picks its kernel by the processor's
brand: on AMD one root in five is off in the last place, on Intel with AVX2 none. So the reference that is written
down is diffusers with these three correctly rounded, which is the same everywhere; each case also tells how far
plain diffusers on the machine that ran this went from it, at any step: `plainError`, relative to max(1, |x|), and
`plainTimestepError`, in timesteps.

Long for one file, as it is one thing: the list of cases, and the run that all of them go through.
"""

import base64
import itertools
import json
import logging
import os
import warnings
from pathlib import Path

os.environ["DIFFUSERS_VERBOSITY"] = "error"
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import diffusers
import numpy as np
import torch
from diffusers.schedulers import scheduling_euler_ancestral_discrete as ancestral
from torch.utils._python_dispatch import TorchDispatchMode

torch.set_num_threads(1)

CLASSES = {
    "ddim": diffusers.DDIMScheduler,
    "pndm": diffusers.PNDMScheduler,
    "euler": diffusers.EulerDiscreteScheduler,
    "euler_a": diffusers.EulerAncestralDiscreteScheduler,
    "dpmpp_2m": diffusers.DPMSolverMultistepScheduler,
}
BY_CLASS_NAME = {c.__name__: c for c in CLASSES.values()}
SPACINGS = ["leading", "linspace", "trailing"]
PREDICTIONS = {
    "ddim": ["epsilon", "v_prediction", "sample"],
    "pndm": ["epsilon", "v_prediction"],
    "euler": ["epsilon", "v_prediction", "sample"],
    "euler_a": ["epsilon", "v_prediction"],
    "dpmpp_2m": ["epsilon", "v_prediction", "sample"],
}
SHAPE = (1, 2, 2, 3)
COUNT = 12
ALL_STEPS_UP_TO = 7


def pattern(factor, offset, modulus):
    """Multiples of 1/256 in [-2, 2), exact in float32."""
    values = [((k * factor + offset) % modulus) / 256 - 2 for k in range(COUNT)]
    return torch.tensor(values, dtype=torch.float32).reshape(SHAPE)


LATENTS = pattern(389, 11, 1021)
ORIGINAL = pattern(211, 5, 1019)
MODEL_BIAS = pattern(37, 3, 128) + 2


def model(sample, timestep):
    x = sample
    slope = torch.tensor(float(timestep), dtype=torch.float32) * np.float32(2**-11) + np.float32(0.25)
    return slope * x + (np.float32(0.75) * x) / (x * x + np.float32(1)) - np.float32(0.125) * MODEL_BIAS


class CorrectlyRounded(TorchDispatchMode):
    """Float32 roots, logarithms and exponentials by way of double."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        aten = torch.ops.aten
        exact = {aten.sqrt.default: torch.sqrt, aten.log.default: torch.log, aten.exp.default: torch.exp}.get(func)
        if func is aten.pow.Tensor_Scalar and args[1] == 0.5:
            exact = torch.sqrt
        if exact is not None and args[0].dtype == torch.float32:
            return exact(args[0].double()).float()
        return func(*args, **(kwargs or {}))


class Noise:
    """The draws of one run, in order."""

    def __init__(self):
        self.calls = 0

    def __call__(self, shape=None, **_):
        self.calls += 1
        return pattern(131, 177 * self.calls, 1013)


def packed(values):
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()


def build(config, name, sigmas, in_pipeline):
    own = BY_CLASS_NAME[config["_class_name"]].from_config(config)
    if in_pipeline:
        # its constructor rewrites the scheduler's config
        own = diffusers.StableDiffusionPipeline(None, None, None, None, own, None, None, requires_safety_checker=False).scheduler
    target = CLASSES[name] if name else type(own)
    if target is type(own) and sigmas is None:
        return own
    kwargs = {"use_karras_sigmas": True} if sigmas == "karras" else {}
    return target.from_config(own.config, **kwargs)


def trajectory(config, steps, name, sigmas, in_pipeline, strength):
    scheduler = build(config, name, sigmas, in_pipeline)
    noise = Noise()
    ancestral.randn_tensor = noise
    scheduler.set_timesteps(steps)
    timesteps = scheduler.timesteps
    begin = 0
    if strength is None:
        if len(timesteps) > 1 and timesteps[0] == timesteps[1]:
            # without a begin index diffusers would look for the timestep, take the second one and run off the end
            scheduler.set_begin_index(0)
        latents = LATENTS * scheduler.init_noise_sigma
    else:
        begin = max(steps - min(int(steps * strength), steps), 0)
        timesteps = timesteps[begin:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(begin)
        latents = scheduler.add_noise(ORIGINAL, LATENTS, timesteps[:1])
    visited = [latents]
    originals = []
    for t in timesteps:
        output = model(scheduler.scale_model_input(latents, t), t)
        result = scheduler.step(output, t, latents)
        latents = result.prev_sample
        visited.append(latents)
        originals.append(predicted_original(scheduler, result))
    return float(scheduler.init_noise_sigma), timesteps, visited, originals, noise.calls, begin


def predicted_original(scheduler, result):
    if isinstance(scheduler, diffusers.DPMSolverMultistepScheduler):
        return scheduler.model_outputs[-1]
    return getattr(result, "pred_original_sample", None)


def largest_error(found, expected):
    pairs = zip(found, expected)
    return max(float(((a - b).abs() / b.abs().clamp(min=1)).max()) for a, b in pairs)


def run(config, steps, name=None, sigmas=None, in_pipeline=False, strength=None):
    asked = (config, steps, name, sigmas, in_pipeline, strength)
    _, plain_timesteps, plain_visited, *_ = trajectory(*asked)
    with CorrectlyRounded():
        init_noise_sigma, timesteps, visited, originals, noise_calls, begin = trajectory(*asked)
    start, latents = visited[0], visited[1:]
    if not all(x.isfinite().all() for x in visited):
        raise SystemExit(f"not finite: {asked}")
    last = len(latents) - 1
    stored = list(range(last + 1)) if steps <= ALL_STEPS_UP_TO else sorted({last // 2, last})
    case = {"config": config, "steps": steps}
    case |= {"name": name} if name else {}
    case |= {"sigmas": sigmas} if sigmas else {}
    case |= {"asInPipeline": in_pipeline}
    case |= {"strength": strength, "beginIndex": begin} if strength is not None else {}
    original = originals[last // 2]
    case |= {"original": packed(original)} if original is not None else {}
    return case | {
        "plainError": largest_error(plain_visited, visited),
        "plainTimestepError": float((plain_timesteps - timesteps).abs().max()),
        "initNoiseSigma": init_noise_sigma,
        "timesteps": packed(timesteps.numpy()),
        "noiseCalls": noise_calls,
        "start": packed(start),
        "stored": stored,
        "latents": [packed(latents[i]) for i in stored],
    }


SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
SD15 = SD | {
    "_class_name": "PNDMScheduler", "num_train_timesteps": 1000, "set_alpha_to_one": False, "skip_prk_steps": True,
    "steps_offset": 1, "trained_betas": None, "clip_sample": False,
}
SD21 = SD | {
    "_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "set_alpha_to_one": False, "skip_prk_steps": True,
    "steps_offset": 1, "trained_betas": None, "clip_sample": False, "prediction_type": "v_prediction",
}
# as the first Stable Diffusion files were: fields left out
OLD = SD | {"_class_name": "PNDMScheduler", "skip_prk_steps": True}
OLD_DDIM = SD | {"_class_name": "DDIMScheduler", "clip_sample": True, "set_alpha_to_one": False}
OLD_EULER = SD | {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading", "steps_offset": 0}
OFFSET_LEFT_OUT = SD | {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading"}


def config_of(name, **fields):
    return {"_class_name": CLASSES[name].__name__} | SD | fields


def grid():
    for name in CLASSES:
        karras = [False, True] if name in ("euler", "dpmpp_2m") else [False]
        for prediction, spacing, use_karras in itertools.product(PREDICTIONS[name], SPACINGS, karras):
            fields = {"prediction_type": prediction, "timestep_spacing": spacing, "steps_offset": 1}
            fields |= {"skip_prk_steps": True} if name == "pndm" else {}
            fields |= {"clip_sample": False} if name == "ddim" else {}
            fields |= {"use_karras_sigmas": True} if use_karras else {}
            for steps in (1, 2, 3, 7, 20, 50):
                yield run(config_of(name, **fields), steps)


def variations():
    ramp = [0.001 + 0.002 * i for i in range(20)]
    for name in CLASSES:
        base = {"skip_prk_steps": True} if name == "pndm" else {}
        for fields in (
            {"beta_schedule": "linear", "beta_start": 0.0015, "beta_end": 0.0195},
            # not from its noisy end, where diffusers' Euler ancestral takes the root of a negative number
            {"beta_schedule": "squaredcos_cap_v2", "timestep_spacing": "leading"},
            {"trained_betas": ramp, "num_train_timesteps": 20},
            {"num_train_timesteps": 50, "timestep_spacing": "leading"},
            {"timestep_spacing": "leading", "steps_offset": 0},
            {"timestep_spacing": "leading", "steps_offset": 3},
        ):
            for steps in (4, 13):
                yield run(config_of(name, **(base | fields)), steps)
        yield run(config_of(name, **base, timestep_spacing="trailing"), 61)
        yield run(config_of(name, **base), 250)
        if name != "pndm":
            zero = {"rescale_betas_zero_snr": True, "prediction_type": "v_prediction"}
            for spacing in SPACINGS:
                yield run(config_of(name, **zero, timestep_spacing=spacing, clip_sample=False), 6)
    one_by_one = {
        "ddim": [
            {"set_alpha_to_one": True, "clip_sample": False},
            {"set_alpha_to_one": False, "clip_sample": False},
            {"clip_sample": True},
            {"clip_sample": True, "clip_sample_range": 1.5, "prediction_type": "v_prediction"},
            {"clip_sample": True, "clip_sample_range": 0.5, "prediction_type": "sample"},
        ],
        "pndm": [
            {"skip_prk_steps": prk, "set_alpha_to_one": one, "prediction_type": prediction, "timestep_spacing": spacing}
            for prk, one, prediction, spacing in itertools.product(
                [False, True], [True, False], ["epsilon", "v_prediction"], SPACINGS
            )
        ],
        "euler": [
            {"use_exponential_sigmas": True},
            {"use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 10.0},
            {"use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
            {"final_sigmas_type": "sigma_min"},
            {"interpolation_type": "log_linear"},
            {"timestep_type": "continuous", "prediction_type": "v_prediction"},
            {"timestep_type": "continuous", "prediction_type": "epsilon"},
            {"prediction_type": "original_sample"},
            {"use_karras_sigmas": True, "beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02},
        ],
        "dpmpp_2m": [
            {"solver_order": 1},
            {"solver_order": 3},
            {"solver_order": 3, "final_sigmas_type": "sigma_min"},
            {"solver_order": 3, "lower_order_final": False, "final_sigmas_type": "sigma_min"},
            {"solver_type": "heun"},
            {"solver_type": "bh2"},
            {"lower_order_final": False},
            {"lower_order_final": False, "euler_at_final": True, "final_sigmas_type": "sigma_min"},
            {"final_sigmas_type": "sigma_min"},
            {"use_lu_lambdas": True},
            {"use_exponential_sigmas": True},
            {"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1},
            {"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1, "timestep_spacing": "trailing"},
            {"beta_schedule": "squaredcos_cap_v2", "use_karras_sigmas": True},
            {"solver_order": 3, "use_karras_sigmas": True, "prediction_type": "v_prediction"},
        ],
    }
    for name, all_fields in one_by_one.items():
        for fields in all_fields:
            for steps in (5, 17):
                yield run(config_of(name, **fields), steps)


def changes():
    """Another scheduler than the model's, as the pipeline and from_config make it."""
    for config in (SD15, SD21, OLD, OLD_DDIM, OLD_EULER, OFFSET_LEFT_OUT):
        for name in (None, *CLASSES):
            yield run(config, 9, name=name, in_pipeline=True)
        for name in ("euler", "dpmpp_2m"):
            yield run(config, 9, name=name, sigmas="karras", in_pipeline=True)
    yield run(SD15, 50, in_pipeline=True)
    yield run(SD21, 50, in_pipeline=True)
    yield run(OFFSET_LEFT_OUT, 9, sigmas="karras", in_pipeline=True)


def image_to_image():
    for config, steps, strength in itertools.product((SD15, SD21), (10, 7), (0.15, 0.5, 0.8, 1.0)):
        for name in CLASSES:
            yield run(config, steps, name=name, in_pipeline=True, strength=strength)
        for name in ("euler", "dpmpp_2m"):
            yield run(config, steps, name=name, sigmas="karras", in_pipeline=True, strength=strength)
    yield run(SD15, 50, in_pipeline=True, strength=0.3)


groups = {"grid": grid, "variations": variations, "changes": changes, "image-to-image": image_to_image}
cases = [case | {"group": group} for group, cases_of in groups.items() for case in cases_of()]
for name, cls in CLASSES.items():
    of_name = [c for c in cases if c.get("name", None) == name or ("name" not in c and c["config"]["_class_name"] == cls.__name__)]
    errors = [c["plainError"] for c in of_name]
    timestep_errors = [c["plainTimestepError"] for c in of_name]
    print(f"{name}: {len(errors)} cases, plain diffusers within {max(errors):.2g}, timesteps within {max(timestep_errors):.2g}")

path = Path(__file__).parents[1] / "fixtures/schedulers/trajectories.json"
path.parent.mkdir(parents=True, exist_ok=True)
lines = ",\n".join(json.dumps(case) for case in cases)
path.write_text(f'{{ "diffusers": "{diffusers.__version__}", "cases": [\n{lines}\n]}}\n')
print(f"{path}: {len(cases)} cases, {path.stat().st_size} bytes")
