"""Builds the pipeline that a user of the model will run, and samples from it."""
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

PROMPTS = [
    "mountains at sunset", "pixel art of a castle on hills by day", "watercolor of a lake at dawn with a red boat",
    "neon city at night", "a pine forest in the snow at night, northern lights", "desert at sunset with a cactus, poster",
    "pencil sketch of a house near the mountains by day", "papercut of a hot air balloon over a field at sunrise",
    "a lighthouse on the sea at night, masterpiece, 4k", "rolling hills with a windmill on a sunny day",
    "a forest in the fog at dawn, watercolour", "city in the rain at dusk, highly detailed",
]
SCHEDULE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
            "prediction_type": "v_prediction", "steps_offset": 1}


def scheduler():
    """DPM++ 2M, the scheduler of the model."""
    return DPMSolverMultistepScheduler(**SCHEDULE, algorithm_type="dpmsolver++", solver_order=2)


def pipeline(vae, text_encoder, tokenizer, unet):
    """A Stable Diffusion pipeline of these parts."""
    pipe = StableDiffusionPipeline(vae=vae, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet,
                                   scheduler=scheduler(), safety_checker=None, feature_extractor=None,
                                   requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def draw(pipe, prompts, seed=0, steps=20, guidance=4.0, at_once=16):
    """Pictures for prompts, uint8 [128, 128, 3]; every prompt gets the seeds from `seed` on."""
    made = []
    for k in range(0, len(prompts), at_once):
        some = prompts[k:k + at_once]
        noise = [torch.Generator().manual_seed(seed + k + j) for j in range(len(some))]
        with torch.no_grad():
            out = pipe(some, num_inference_steps=steps, guidance_scale=guidance, generator=noise, output_type="np")
        made += [(p * 255 + 0.5).astype("uint8") for p in out.images]
    return made
