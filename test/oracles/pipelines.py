"""Tiny random-weight Stable Diffusion pipelines and what diffusers makes of them.

For every case: a checkpoint in diffusers layout, the request, and (latents after every step, image before
rounding) from diffusers on the CPU in float32. Run: python pipelines.py [OUT] (default ../fixtures/pipelines).
`python pipelines.py OUT --random SEED COUNT` makes cases of random architectures instead, for a wider search.
"""

import argparse
import json
import random
import shutil
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMPipeline,
    DDIMScheduler,
    DDPMPipeline,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
    UNet2DModel,
)
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

torch.set_num_threads(1)
HERE = Path(__file__).parent
SCHEDULERS = {
    "ddim": DDIMScheduler,
    "pndm": PNDMScheduler,
    "euler": EulerDiscreteScheduler,
    "euler_a": EulerAncestralDiscreteScheduler,
    "dpmpp_2m": DPMSolverMultistepScheduler,
}
SD_BETAS = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000)
TRAINING_TEXT = "a small red house on a green hill at sunset, mountains and lakes in fog, watercolor, highly detailed"


def make_tokenizer(folder, pad="<|endoftext|>"):
    """A CLIP byte-level BPE of a few hundred entries; ids of bos and eos are the last two, as in CLIP's."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix="", unk_token="<|endoftext|>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(False)])
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=400, end_of_word_suffix="</w>", initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([TRAINING_TEXT] * 20, trainer)
    merges = [tuple(m) for m in json.loads(tokenizer.to_str())["model"]["merges"]]
    vocab = {}
    for token in alphabet + [a + "</w>" for a in alphabet] + [a + b for a, b in merges]:
        vocab.setdefault(token, len(vocab))
    for token in ("<|startoftext|>", "<|endoftext|>"):
        vocab[token] = len(vocab)
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(f"{a} {b}" for a, b in merges) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(
        {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": pad, "unk_token": "<|endoftext|>"}))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "bos_token": "<|startoftext|>",
         "eos_token": "<|endoftext|>", "pad_token": pad, "unk_token": "<|endoftext|>", "do_lower_case": True}))
    return len(vocab)


def randomize(model, generator):
    """Weights large enough that every layer matters; norms near 1."""
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            fan_in = parameter[0].numel()
            parameter.data.normal_(0, 1.0 / fan_in**0.5, generator=generator)
        else:
            parameter.data.normal_(1.0 if "norm" in name and name.endswith("weight") else 0.0, 0.1, generator=generator)


def make_model(folder, spec):
    """Writes a checkpoint in diffusers layout; see MODELS for what a spec holds."""
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(spec["weight_seed"])
    parts = FAMILIES[spec.get("family", "sd")](folder, spec)
    networks = [part for part in parts.values() if isinstance(part, torch.nn.Module)]
    for network in networks:
        randomize(network.eval(), generator)
    scheduler = SCHEDULERS[spec["scheduler"]["name"]](**SD_BETAS, **spec["scheduler"].get("config", {}))
    dtype = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}[spec.get("dtype", "F32")]
    pipe = parts.pop("pipeline")(scheduler=scheduler, **parts, **spec.get("pipeline_config", {}))
    tokenizers = [name for name in ("tokenizer", "tokenizer_2") if (folder / name).exists()]
    for name in tokenizers:  # transformers would write them in its own way
        (folder / name).rename(folder.with_name(f"{folder.name}.{name}"))
    pipe.to(dtype).save_pretrained(folder, variant=spec.get("variant"), max_shard_size=spec.get("shard", "10GB"))
    for name in tokenizers:
        shutil.rmtree(folder / name)
        folder.with_name(f"{folder.name}.{name}").rename(folder / name)
    if spec.get("text_prefix"):
        file = next((folder / "text_encoder").glob("*.safetensors"))
        tensors = {f"text_model.{k.removeprefix('text_model.')}": v for k, v in load_file(file).items()}
        save_file(tensors, file, metadata={"format": "pt"})
    if spec.get("legacy_vae_names"):
        file = next((folder / "vae").glob("*.safetensors"))
        names = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
        tensors = {}
        for key, value in load_file(file).items():
            for new, old in names.items():
                if ".attentions." in key:
                    key = key.replace(f".{new}.", f".{old}.")
            tensors[key] = value
        save_file(tensors, file, metadata={"format": "pt"})


def text_config(vocab, config):
    return CLIPTextConfig(vocab_size=vocab, bos_token_id=vocab - 2, eos_token_id=vocab - 1, max_position_embeddings=77, **config)


def autoencoder(spec):
    if "tiny_vae" in spec:
        return AutoencoderTiny(**spec["tiny_vae"])
    return AutoencoderKL(in_channels=3, out_channels=3, **spec["vae"])


def stable_diffusion(folder, spec):
    vocab = make_tokenizer(folder / "tokenizer", spec.get("pad", "<|endoftext|>"))
    return dict(
        pipeline=StableDiffusionPipeline, text_encoder=CLIPTextModel(text_config(vocab, spec["text"])),
        unet=UNet2DConditionModel(cross_attention_dim=spec["text"]["hidden_size"], **spec["unet"]), vae=autoencoder(spec),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def stable_diffusion_xl(folder, spec):
    """With `text` both text encoders, without it the refiner's one."""
    vocab = make_tokenizer(folder / "tokenizer_2", "!")
    parts = dict(pipeline=StableDiffusionXLPipeline, tokenizer_2=CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
                 text_encoder_2=CLIPTextModelWithProjection(text_config(vocab, spec["text_2"])))
    width, ids = spec["text_2"]["hidden_size"], 5 if spec.get("pipeline_config", {}).get("requires_aesthetics_score") else 6
    if "text" in spec:
        make_tokenizer(folder / "tokenizer")
        parts.update(text_encoder=CLIPTextModel(text_config(vocab, spec["text"])),
                     tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"))
        width += spec["text"]["hidden_size"]
    else:
        parts.update(pipeline=StableDiffusionXLImg2ImgPipeline, text_encoder=None, tokenizer=None)
    time_dim = 8
    unet = UNet2DConditionModel(
        cross_attention_dim=width, addition_embed_type="text_time", addition_time_embed_dim=time_dim,
        projection_class_embeddings_input_dim=spec["text_2"]["projection_dim"] + ids * time_dim, **spec["unet"])
    return dict(parts, unet=unet, vae=autoencoder(spec), add_watermarker=False)


def unconditional(folder, spec):
    return dict(pipeline={"ddim": DDIMPipeline, "ddpm": DDPMPipeline}[spec["scheduler"]["name"]], unet=UNet2DModel(**spec["unet"]))


FAMILIES = {"sd": stable_diffusion, "xl": stable_diffusion_xl, "unconditional": unconditional}
PIPELINES = {"sd": (StableDiffusionPipeline, StableDiffusionImg2ImgPipeline),
             "xl": (StableDiffusionXLPipeline, StableDiffusionXLImg2ImgPipeline)}


def run_case(models, out, case, family):
    """Runs diffusers on the request and keeps what it computed."""
    model = models / case["model"]
    if family == "unconditional":
        return run_unconditional(model, out, case)
    cls = PIPELINES[family][1 if case.get("images") else 0]
    extra = {"add_watermarker": False} if family == "xl" else {"safety_checker": None}
    pipe = cls.from_pretrained(model, torch_dtype=torch.float32, **extra,
                               **({"variant": case["variant"]} if case.get("variant") else {}))
    pipe.set_progress_bar_config(disable=True)
    if case.get("scheduler"):
        extra = {"use_karras_sigmas": True} if case.get("sigmas") == "karras" else {}
        pipe.scheduler = SCHEDULERS[case["scheduler"]].from_config(pipe.scheduler.config, **extra)
    tensors = {}

    def keep(_pipe, _step, _timestep, kwargs):
        tensors[f"latents.{len(tensors) + 1:04d}"] = kwargs["latents"].clone()
        return kwargs

    repeat = case.get("images_per_prompt", 1)
    prompts = [p for p in case["prompts"] for _ in range(repeat)]
    negative = case.get("negative", "")
    # an SDXL model is told nothing at all where no negative prompt is given
    is_absent = family == "xl" and negative == "" and not case.get("empty_negative")
    arguments = dict(prompt=prompts, negative_prompt=None if is_absent else [negative] * len(prompts),
                     generator=[torch.Generator().manual_seed(s) for s in case["seeds"]],
                     num_inference_steps=case["steps"], guidance_scale=case["guidance"],
                     output_type="pt", callback_on_step_end=keep)
    for name in ("original_size", "target_size"):
        if name in case:
            arguments[name] = tuple(reversed(case[name]))
    if "crop" in case:
        arguments["crops_coords_top_left"] = tuple(reversed(case["crop"]))
    if case.get("images"):
        images = [Image.open(HERE / ".." / "fixtures" / "pipelines" / "inputs" / name).convert("RGB") for name in case["images"]]
        images = images * len(case["prompts"]) if len(images) == 1 else images
        arguments.update(image=[i for i in images for _ in range(repeat)], strength=case["strength"])
    else:
        arguments.update(width=case["width"], height=case["height"])
    if case.get("refiner"):
        refiner = StableDiffusionXLImg2ImgPipeline.from_pretrained(models / case["refiner"], torch_dtype=torch.float32,
                                                                   add_watermarker=False)
        refiner.set_progress_bar_config(disable=True)
        refined = {name: arguments[name] for name in ("prompt", "negative_prompt", "generator", "num_inference_steps",
                                                      "guidance_scale", "output_type", "callback_on_step_end",
                                                      "original_size", "target_size") if name in arguments}
        with torch.no_grad():
            latents = pipe(**dict(arguments, output_type="latent"), denoising_end=case["refiner_start"]).images
            tensors["image"] = refiner(image=latents, denoising_start=case["refiner_start"], **refined).images.float()
    else:
        with torch.no_grad():
            tensors["image"] = pipe(**arguments).images.float()
    save_file({k: v.contiguous() for k, v in tensors.items()}, out)


def run_unconditional(model, out, case):
    cls = {"DDIMPipeline": DDIMPipeline, "DDPMPipeline": DDPMPipeline}[json.loads((model / "model_index.json").read_text())["_class_name"]]
    pipe = cls.from_pretrained(model, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    tensors, step = {}, pipe.scheduler.step

    def keep(*arguments, **options):
        result = step(*arguments, **options)
        tensors[f"latents.{len(tensors) + 1:04d}"] = result.prev_sample.clone()
        return result

    pipe.scheduler.step = keep
    with torch.no_grad():
        tensors["image"] = pipe(batch_size=len(case["seeds"]), num_inference_steps=case["steps"], output_type="pt",
                                generator=[torch.Generator().manual_seed(s) for s in case["seeds"]]).images.float()
    # DDPMPipeline does not know output_type pt
    if tensors["image"].shape[-1] == 3:
        tensors["image"] = tensors["image"].permute(0, 3, 1, 2)
    save_file({k: v.contiguous() for k, v in tensors.items()}, out)


def make_inputs(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    for name, (w, h) in {"a": (48, 32), "b": (48, 32), "odd": (53, 38)}.items():
        x, y = np.meshgrid(np.linspace(0, 1, w), np.linspace(0, 1, h))
        bands = [np.sin(6 * (x * rng.uniform(0.5, 2) + y * rng.uniform(0.5, 2)) + rng.uniform(0, 6)) for _ in range(3)]
        Image.fromarray((np.stack(bands, -1) * 110 + 128).astype(np.uint8)).save(folder / f"{name}.png")


SD1 = dict(
    weight_seed=1, text_prefix=True, legacy_vae_names=True,
    text=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, hidden_act="quick_gelu"),
    unet=dict(sample_size=8, block_out_channels=(10, 20, 20), layers_per_block=1, norm_num_groups=5, attention_head_dim=2,
              down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
              up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D")),
    vae=dict(block_out_channels=(6, 12, 18), layers_per_block=1, norm_num_groups=6, latent_channels=4, sample_size=32,
             down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3),
    scheduler=dict(name="pndm", config=dict(skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False)),
)
SD2 = dict(
    weight_seed=2, dtype="F16", variant="fp16", shard="1MB", pad="!",
    text=dict(hidden_size=48, intermediate_size=64, num_hidden_layers=3, num_attention_heads=3, hidden_act="gelu"),
    unet=dict(sample_size=8, block_out_channels=(16, 32, 48, 48), layers_per_block=2, norm_num_groups=8,
              attention_head_dim=[2, 4, 6, 6], use_linear_projection=True,
              down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
              up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D")),
    vae=dict(block_out_channels=(16, 16, 32, 32), layers_per_block=1, norm_num_groups=8, latent_channels=4, sample_size=64,
             down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4),
    scheduler=dict(name="ddim", config=dict(prediction_type="v_prediction", steps_offset=1, set_alpha_to_one=False,
                                            clip_sample=False)),
)
TINY_VAE = dict(block_out_channels=(8, 16, 16), layers_per_block=1, norm_num_groups=8, latent_channels=4, sample_size=32,
                down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3)
XL = dict(
    family="xl", weight_seed=3, dtype="F16",
    text=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, hidden_act="quick_gelu"),
    text_2=dict(hidden_size=48, intermediate_size=64, num_hidden_layers=3, num_attention_heads=3, hidden_act="gelu",
                projection_dim=24),
    unet=dict(sample_size=8, block_out_channels=(16, 32, 32), layers_per_block=2, norm_num_groups=8, attention_head_dim=[1, 2, 4],
              transformer_layers_per_block=[1, 2, 3], use_linear_projection=True,
              down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
              up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")),
    vae=dict(TINY_VAE, scaling_factor=0.13025, force_upcast=True, latents_mean=[0.1, -0.2, 0.3, 0.0],
             latents_std=[1.1, 0.9, 1.0, 1.2]),
    scheduler=dict(name="euler", config=dict(steps_offset=1, timestep_spacing="leading", use_karras_sigmas=False)),
    pipeline_config=dict(force_zeros_for_empty_prompt=True),
)
REFINER = dict(
    XL, weight_seed=4, text_2=XL["text_2"],
    unet=dict(sample_size=8, block_out_channels=(16, 32), layers_per_block=1, norm_num_groups=8, attention_head_dim=[2, 4],
              transformer_layers_per_block=2, use_linear_projection=True,
              down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D")),
    pipeline_config=dict(force_zeros_for_empty_prompt=False, requires_aesthetics_score=True),
)
del REFINER["text"]
# as SSD-1B: levels whose resnets have different depths, and a middle without attention
PRUNED = dict(
    XL, weight_seed=5, dtype="F32", vae=dict(TINY_VAE, scaling_factor=0.13025),
    unet=dict(XL["unet"], mid_block_type="UNetMidBlock2D", transformer_layers_per_block=[1, [1, 2], [2, 1]],
              reverse_transformer_layers_per_block=[[2, 1, 3], [2, 1, 1], 1]),
    pipeline_config=dict(force_zeros_for_empty_prompt=False),
)
# a network that was distilled with its guidance scale, and a small autoencoder
DISTILLED = dict(
    SD1, weight_seed=6, text_prefix=False, legacy_vae_names=False, unet=dict(SD1["unet"], time_cond_proj_dim=12),
    tiny_vae=dict(encoder_block_out_channels=(8,) * 3, decoder_block_out_channels=(8,) * 3, num_encoder_blocks=(1, 1, 2),
                  num_decoder_blocks=(2, 1, 1)),
    scheduler=dict(name="ddim", config=dict(steps_offset=1, set_alpha_to_one=False, clip_sample=False,
                                            timestep_spacing="trailing")),
)
# as google/ddpm-cifar10-32, at a smaller size
PIXELS = dict(
    family="unconditional", weight_seed=7,
    unet=dict(sample_size=16, block_out_channels=(16, 32, 32), layers_per_block=2, norm_num_groups=8, downsample_padding=0,
              attention_head_dim=None, norm_eps=1e-6, freq_shift=1, flip_sin_to_cos=False,
              down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
              up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D")),
    scheduler=dict(name="ddim", config=dict(clip_sample=True)),
)
MODELS = {"sd1": SD1, "sd2": SD2, "xl": XL, "xl-refiner": REFINER, "xl-pruned": PRUNED, "distilled": DISTILLED,
          "unconditional": PIXELS}
CASES = {
    "sd1-pndm-odd-size": dict(model="sd1", prompts=["a red house", "Mountains at sunset!", ""], images_per_prompt=2,
                              negative="fog, watercolor", seeds=[1, 2, 3, 2**63, 5, 6], steps=5, guidance=7.5, width=40, height=56),
    "sd1-euler-a-no-guidance": dict(model="sd1", prompts=["a red house"], seeds=[11], steps=4, guidance=1.0, width=32,
                                    height=32, scheduler="euler_a"),
    "sd1-karras": dict(model="sd1", prompts=["green hill", "lake"], seeds=[4, 4], steps=6, guidance=5.0, width=32, height=48,
                       scheduler="dpmpp_2m", sigmas="karras"),
    "sd1-img2img": dict(model="sd1", prompts=["green hill", "lake in fog"], images=["a.png", "b.png"], images_per_prompt=2,
                        seeds=[7, 8, 9, 10], steps=6, strength=0.7, guidance=4.0, negative="red"),
    "sd1-img2img-odd": dict(model="sd1", prompts=["lake in fog"], images=["odd.png"], seeds=[7], steps=5, strength=1.0,
                            guidance=1.0, scheduler="euler_a"),
    "sd2-ddim-v": dict(model="sd2", variant="fp16", prompts=["a red house on a hill", "x"], negative="fog", seeds=[21, 22],
                       steps=4, guidance=6.0, width=72, height=56),
    "sd2-euler": dict(model="sd2", variant="fp16", prompts=["a red house on a hill " * 30], seeds=[0], steps=3, guidance=3.0,
                      width=64, height=64, scheduler="euler"),
    "sd2-img2img": dict(model="sd2", variant="fp16", prompts=["lake", "hill"], images=["a.png"], seeds=[1, 2], steps=5,
                        strength=0.5, guidance=6.0, scheduler="dpmpp_2m"),
    "xl-no-negative": dict(model="xl", prompts=["a red house", "lake"], seeds=[1, 2], steps=4, guidance=5.0, width=40, height=56),
    "xl-empty-negative": dict(model="xl", prompts=["a red house"], seeds=[1], steps=3, guidance=5.0, width=32, height=32,
                              empty_negative="encoded"),
    "xl-negative": dict(model="xl", prompts=["a red house", ""], negative="fog, watercolor", seeds=[3, 4], steps=4, guidance=7.0,
                        width=32, height=32, scheduler="dpmpp_2m", sigmas="karras", original_size=[100, 60], crop=[8, 4],
                        target_size=[64, 48]),
    "xl-img2img": dict(model="xl", prompts=["lake in fog", "hill"], images=["a.png", "b.png"], seeds=[5, 6], steps=5, strength=0.6,
                       guidance=4.0, negative="red", scheduler="euler_a"),
    "xl-refined": dict(model="xl", refiner="xl-refiner", refiner_start=0.6, prompts=["a red house", "lake"], negative="fog",
                       seeds=[7, 8], steps=6, guidance=5.0, width=32, height=48),
    "xl-refiner-img2img": dict(model="xl-refiner", prompts=["lake in fog"], images=["a.png"], seeds=[9], steps=5, strength=0.5,
                               guidance=5.0, negative="red"),
    "xl-pruned-no-guidance": dict(model="xl-pruned", prompts=["green hill"], seeds=[10], steps=3, guidance=1.0, width=32, height=32),
    "xl-pruned": dict(model="xl-pruned", prompts=["green hill"], seeds=[11], steps=3, guidance=5.0, width=48, height=32),
    "distilled": dict(model="distilled", prompts=["a red house", "lake"], seeds=[12, 13], steps=3, guidance=8.0, width=32, height=48),
    "distilled-img2img": dict(model="distilled", prompts=["a red house"], images=["a.png"], seeds=[14], steps=4, strength=0.7,
                              guidance=8.0),
    "unconditional-ddim": dict(model="unconditional", prompts=["", ""], seeds=[0, 1], steps=3, guidance=1.0),
}


def random_cases(seed, count):
    """Architectures, sizes and settings nobody chose: {name: (spec, case)}."""
    rng = random.Random(seed)
    for index in range(count):
        levels, groups, heads = rng.choice([2, 3, 4]), rng.choice([2, 3, 4, 5]), rng.choice([1, 2, 3])
        unit = groups * heads
        channels = [unit * rng.randint(max(1, 8 // unit), max(2, 60 // unit)) for _ in range(levels)]
        cross = [rng.random() < 0.7 for _ in range(levels)]
        vae_levels = rng.choice([2, 3, 4])
        width = rng.choice([2, 3]) * 16
        per_level_heads = [h for h in (rng.choice([d for d in (1, 2, 3, 4, 5) if c % d == 0]) for c in channels)]
        spec = dict(
            weight_seed=rng.randrange(2**31), dtype=rng.choice(["F32", "F16", "BF16"]), text_prefix=rng.random() < 0.5,
            legacy_vae_names=rng.random() < 0.3, shard="10GB", pad=rng.choice(["<|endoftext|>", "!"]),
            text=dict(hidden_size=width, intermediate_size=rng.choice([40, 64]), num_hidden_layers=rng.choice([1, 2]),
                      num_attention_heads=2, hidden_act=rng.choice(["gelu", "quick_gelu"])),
            unet=dict(sample_size=8, block_out_channels=channels, layers_per_block=rng.choice([1, 2]), norm_num_groups=groups,
                      attention_head_dim=rng.choice([heads, per_level_heads]), use_linear_projection=rng.random() < 0.5,
                      transformer_layers_per_block=rng.choice([1, 2]),
                      down_block_types=["CrossAttnDownBlock2D" if c else "DownBlock2D" for c in cross],
                      up_block_types=["CrossAttnUpBlock2D" if c else "UpBlock2D" for c in reversed(cross)]),
            vae=dict(block_out_channels=[groups * rng.randint(2, 8) for _ in range(vae_levels)],
                     layers_per_block=rng.choice([1, 2]), norm_num_groups=groups, latent_channels=4, sample_size=32,
                     down_block_types=["DownEncoderBlock2D"] * vae_levels, up_block_types=["UpDecoderBlock2D"] * vae_levels),
            scheduler=dict(name=rng.choice(list(SCHEDULERS)),
                           config=dict(prediction_type=rng.choice(["epsilon", "v_prediction"]),
                                       timestep_spacing=rng.choice(["leading", "linspace", "trailing"]), steps_offset=1)),
        )
        if spec["scheduler"]["name"] == "pndm":
            spec["scheduler"]["config"]["skip_prk_steps"] = True
            if spec["scheduler"]["config"]["prediction_type"] == "sample":
                spec["scheduler"]["config"]["prediction_type"] = "epsilon"
        if spec["scheduler"]["name"] == "ddim":
            spec["scheduler"]["config"]["clip_sample"] = False
        if not (spec["text_prefix"] or spec["legacy_vae_names"]):  # those rewrite single files
            spec["shard"] = rng.choice(["10GB", "100KB"])
        prompts = [rng.choice(["a red house", "lake, fog!", "", "héllo wörld 日本", "x " * 100]) for _ in range(rng.randint(1, 3))]
        repeat = rng.choice([1, 2])
        case = dict(prompts=prompts, images_per_prompt=repeat, negative=rng.choice(["", "fog"]),
                    seeds=[rng.randrange(2**64) for _ in range(len(prompts) * repeat)], steps=rng.randint(2, 7),
                    guidance=rng.choice([1.0, 4.5, 7.5]),
                    scheduler=rng.choice([None, *SCHEDULERS]))
        if case["scheduler"] in ("euler", "dpmpp_2m") and rng.random() < 0.4:
            case["sigmas"] = "karras"
        if rng.random() < 0.4:
            case.update(images=[rng.choice(["a.png", "b.png", "odd.png"])], strength=rng.choice([0.5, 0.8, 1.0]))
        else:
            # diffusers asks for multiples of 8
            case.update(width=8 * rng.randint(3, 9), height=8 * rng.randint(3, 9))
        yield f"random-{seed}-{index}", spec, case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", nargs="?", type=Path, default=HERE / ".." / "fixtures" / "pipelines")
    parser.add_argument("--random", nargs=2, type=int, metavar=("SEED", "COUNT"))
    options = parser.parse_args()
    make_inputs(HERE / ".." / "fixtures" / "pipelines" / "inputs")
    options.out.mkdir(parents=True, exist_ok=True)
    cases, specs = {}, {}
    if options.random:
        for name, spec, case in random_cases(*options.random):
            specs[name] = spec
            make_model(options.out / "models" / name, spec)
            cases[name] = dict(case, model=name)
    else:
        for name, spec in MODELS.items():
            make_model(options.out / "models" / name, spec)
        cases = CASES
    for name, case in list(cases.items()):
        try:
            family = (specs[name] if options.random else MODELS[case["model"]]).get("family", "sd")
            run_case(options.out / "models", options.out / f"{name}.safetensors", case, family)
            print(name, flush=True)
        except ValueError as error:  # combinations that diffusers itself does not run
            if not options.random:
                raise
            print(f"{name}: left out: {error}", flush=True)
            del cases[name]
    seeds_as_text = {n: dict(c, seeds=[str(s) for s in c["seeds"]]) for n, c in cases.items()}
    (options.out / "cases.json").write_text(json.dumps(seeds_as_text, indent=1) + "\n")


if __name__ == "__main__":
    main()
