"""Small images with the settings that other programs write, for electron/services/metadata.

Writes test/fixtures/metadata/: pictures of 8 x 8 pixels and expected.json, which says what is to be read out of each,
field by field. The texts follow the programs' own writers (A1111 create_infotext, ComfyUI SaveImage, InvokeAI
CoreMetadata, SwarmUI T2IParamInput, Fooocus meta_parser, stable-diffusion.cpp get_image_params, krita-ai-diffusion
create_img_metadata, StabilityMatrix GenerationParameters); Pillow writes the files, as it does for most of them.
"""

import json
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

OUT = Path(__file__).parents[1] / "fixtures" / "metadata"
EXIF_IFD = 0x8769
USER_COMMENT = 0x9286

expected = {}


def picture():
    image = Image.new("RGB", (8, 8))
    image.putdata([(x * 32, y * 32, (x ^ y) * 32) for y in range(8) for x in range(8)])
    return image


def png(name, texts, expect, zipped=False, international=False, exif=None):
    info = PngInfo()
    for key, value in texts.items():
        if international:
            info.add_itxt(key, value, zip=zipped)
        else:
            info.add_text(key, value, zip=zipped)
    picture().save(OUT / name, pnginfo=info, **({"exif": exif.tobytes()} if exif is not None else {}))
    expected[name] = expect


def with_exif(name, exif, expect):
    picture().save(OUT / name, exif=exif)
    expected[name] = expect


def user_comment(data):
    exif = Image.Exif()
    exif.get_ifd(EXIF_IFD)[USER_COMMENT] = data
    return exif


def unicode_be(text):
    return b"UNICODE\0" + text.encode("utf-16-be")


def exact(value):
    return ["exact", value]


def mapped(value):
    return ["mapped", value]


def unknown(value):
    return ["not-understood", value]


# --- A1111 and its dialects

png(
    "a1111.png",
    {
        "parameters": "a (castle:1.2) on a hill <lora:detail:0.6>\nsecond line\n"
        "Negative prompt: blurry, low quality\n"
        "Steps: 25, Sampler: Euler a, Schedule type: Automatic, CFG scale: 6.5, Seed: 1234567890, Size: 512x768, "
        "Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Clip skip: 2, "
        'Lora hashes: "detail: 0123456789ab, other: ba9876543210", Version: v1.10.1'
    },
    {
        "source": "a1111",
        "program": "v1.10.1",
        "fields": {
            "prompt": mapped("a (castle:1.2) on a hill <lora:detail:0.6>\nsecond line"),
            "negativePrompt": exact("blurry, low quality"),
            "seed": mapped("1234567890"),
            "numInferenceSteps": exact(25),
            "guidanceScale": exact(6.5),
            "widthPx": exact(512),
            "heightPx": exact(768),
            "scheduler": mapped("euler_a"),
            "sigmas": mapped("default"),
            "modelName": exact("v1-5-pruned-emaonly"),
            "modelHash": unknown("6ce0161689"),
        },
        "modelHashKind": "file-sha256-short",
        "notUnderstood": ["lora", "Clip skip", "Lora hashes"],
    },
)

png(
    "a1111-2022.png",
    {
        "parameters": "a red house\n"
        "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 42, Size: 512x512, Model hash: 81761151, "
        "Denoising strength: 0.7, Hires upscale: 2, Hires upscaler: Latent"
    },
    {
        "source": "a1111",
        "fields": {
            "prompt": exact("a red house"),
            "negativePrompt": exact(""),
            "seed": mapped("42"),
            "numInferenceSteps": exact(20),
            "guidanceScale": exact(7),
            "widthPx": mapped(512),
            "heightPx": mapped(512),
            "scheduler": mapped("dpmpp_2m"),
            "sigmas": mapped("karras"),
            "strength": unknown("0.7"),
            "modelHash": unknown("81761151"),
        },
        "modelHashKind": "file-autov1",
        "notUnderstood": ["Hires upscale", "Hires upscaler"],
    },
    zipped=True,
)

A1111_CPU = (
    "ein Häuschen, 小さな家\nNegative prompt: Nebel\n"
    "Steps: 30, Sampler: DPM++ 2M, Schedule type: Automatic, CFG scale: 7, Seed: 5, Size: 640x448, "
    'Model: "odd, name", Denoising strength: 0.5, RNG: CPU, Version: v1.9.4'
)
A1111_CPU_EXPECTED = {
    "source": "a1111",
    "program": "v1.9.4",
    "fields": {
        "prompt": exact("ein Häuschen, 小さな家"),
        "negativePrompt": exact("Nebel"),
        "seed": exact("5"),
        "numInferenceSteps": exact(30),
        "guidanceScale": exact(7),
        "widthPx": exact(640),
        "heightPx": exact(448),
        "scheduler": mapped("dpmpp_2m"),
        "sigmas": mapped("karras"),
        "strength": mapped(0.5),
        "modelName": exact("odd, name"),
    },
    "notUnderstood": [],
}
with_exif("a1111.jpg", user_comment(unicode_be(A1111_CPU)), A1111_CPU_EXPECTED)
with_exif("a1111.webp", user_comment(unicode_be(A1111_CPU)), A1111_CPU_EXPECTED)
with_exif("a1111-utf8.jpg", user_comment(A1111_CPU.encode()), A1111_CPU_EXPECTED)
png("a1111-exif.png", {}, A1111_CPU_EXPECTED, exif=user_comment(unicode_be(A1111_CPU)))

png(
    "forge.png",
    {
        "parameters": "a boat\nNegative prompt: text\n"
        "Steps: 8, Sampler: DPM++ 2M SDE, Schedule type: SGM Uniform, CFG scale: 2, Distilled CFG Scale: 3.5, "
        "Seed: 7, Size: 512x512, Model hash: unknown1, Model: boats, Variation seed: 9, "
        "Variation seed strength: 0.2, Version: f2.0.1v1.10.1-previous-669-gdfdcbab6"
    },
    {
        "source": "forge",
        "program": "f2.0.1v1.10.1-previous-669-gdfdcbab6",
        "fields": {
            "prompt": exact("a boat"),
            "negativePrompt": exact("text"),
            "seed": mapped("7"),
            "numInferenceSteps": exact(8),
            "guidanceScale": exact(2),
            "widthPx": exact(512),
            "heightPx": exact(512),
            "scheduler": unknown("DPM++ 2M SDE"),
            "sigmas": unknown("SGM Uniform"),
            "modelName": exact("boats"),
            "modelHash": unknown("unknown1"),
        },
        "modelHashKind": "unknown",
        "notUnderstood": ["Distilled CFG Scale", "Variation seed", "Variation seed strength"],
    },
)

with_exif(
    "sdnext.webp",
    user_comment(
        unicode_be(
            "a lake\nNegative prompt: people\n"
            "Steps: 20, Size: 512x512, Sampler: DDIM, Scheduler: DDIMScheduler, Seed: 77, CFG scale: 6, "
            "CLiP-skip: 1, Batch: 2x1, Index: 0, Model: lakes, Model hash: 0123456789, App: SD.Next, "
            "Version: 1d2e3f4, Operations: txt2img"
        )
    ),
    {
        "source": "sdnext",
        "program": "SD.Next",
        "fields": {
            "prompt": exact("a lake"),
            "negativePrompt": exact("people"),
            "seed": mapped("77"),
            "numInferenceSteps": exact(20),
            "guidanceScale": exact(6),
            "widthPx": exact(512),
            "heightPx": exact(512),
            "scheduler": mapped("ddim"),
            "modelName": exact("lakes"),
            "modelHash": unknown("0123456789"),
        },
        "modelHashKind": "file-sha256-short",
        "notUnderstood": ["Scheduler", "Batch", "Index", "Operations"],
    },
)

png(
    "stable-diffusion.cpp.png",
    {
        "parameters": "a lovely cat\nNegative prompt: dog\n"
        "Steps: 20, CFG scale: 7.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 42, Size: 512x512, "
        "Model: sd-v1-4.ckpt, RNG: cuda, Sampler: euler_a karras, Version: stable-diffusion.cpp, "
        'SDCPP: {"version":"master-300","sampler":{"name":"euler_a","eta":0.0},"size":[512,512]}'
    },
    {
        "source": "stable-diffusion.cpp",
        "program": "stable-diffusion.cpp",
        "fields": {
            "prompt": exact("a lovely cat"),
            "negativePrompt": exact("dog"),
            "seed": mapped("42"),
            "numInferenceSteps": exact(20),
            "guidanceScale": exact(7),
            "widthPx": exact(512),
            "heightPx": exact(512),
            "scheduler": mapped("euler_a"),
            "sigmas": unknown("karras"),
            "modelName": exact("sd-v1-4"),
        },
        "notUnderstood": ["Guidance", "Eta"],
    },
)

png(
    "krita.png",
    {
        "parameters": "ein Café <lora:ink:0.7>\nNegative prompt: \n"
        "Steps: 20, Sampler: Euler - euler_ancestral, CFG scale: 7.5, Seed: 12345, Size: 512x768, "
        "Model hash: unknown, Model: inky.safetensors, Denoising strength: 0.8"
    },
    {
        "source": "krita",
        "fields": {
            "prompt": mapped("ein Café <lora:ink:0.7>"),
            "negativePrompt": exact(""),
            "seed": exact("12345"),
            "numInferenceSteps": exact(20),
            "guidanceScale": exact(7.5),
            "widthPx": exact(512),
            "heightPx": exact(768),
            "scheduler": mapped("euler_a"),
            "strength": mapped(0.8),
            "modelName": exact("inky"),
        },
        "notUnderstood": ["lora"],
    },
    zipped=True,
    international=True,
)

# --- Fooocus

png(
    "fooocus-a1111.png",
    {
        "parameters": "a wolf, cinematic still, film grain\nNegative prompt: anime\n"
        "Steps: 30, Sampler: DPM++ 2M Karras, Seed: 99, Size: 896x1152, CFG scale: 4, Sharpness: 2, "
        'ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL, Model hash: aeb7e9e689, Performance: Speed, '
        "Scheduler: karras, VAE: Default (model), Raw prompt: a wolf, Raw negative prompt: , Version: Fooocus v2.5.5",
        "fooocus_scheme": "a1111",
    },
    {
        "source": "fooocus",
        "program": "Fooocus v2.5.5",
        "fields": {
            "prompt": exact("a wolf, cinematic still, film grain"),
            "negativePrompt": exact("anime"),
            "seed": mapped("99"),
            "numInferenceSteps": exact(30),
            "guidanceScale": exact(4),
            "widthPx": exact(896),
            "heightPx": exact(1152),
            "scheduler": mapped("dpmpp_2m"),
            "sigmas": mapped("karras"),
            "modelName": exact("juggernautXL"),
            "modelHash": unknown("aeb7e9e689"),
        },
        "modelHashKind": "file-sha256-short",
        "notUnderstood": ["Sharpness", "ADM Guidance", "Performance", "VAE", "Raw prompt", "Raw negative prompt"],
    },
)

FOOOCUS = json.dumps(
    {
        "adm_guidance": "(1.5, 0.8, 0.3)",
        "base_model": "juggernautXL",
        "base_model_hash": "aeb7e9e689",
        "full_negative_prompt": ["anime", "cartoon"],
        "full_prompt": ["cinematic still a wolf", "film grain"],
        "guidance_scale": 4.0,
        "loras": [["offset", 0.1, "4852686128"]],
        "metadata_scheme": "fooocus",
        "negative_prompt": "",
        "performance": "Speed",
        "prompt": "a wolf",
        "refiner_model": "None",
        "resolution": "(896, 1152)",
        "sampler": "dpmpp_2m_sde_gpu",
        "scheduler": "karras",
        "seed": "8143627938212348017",
        "steps": 30,
        "styles": "['Fooocus V2']",
        "vae": "Default (model)",
        "version": "Fooocus v2.5.5",
    }
)
FOOOCUS_EXPECTED = {
    "source": "fooocus",
    "program": "Fooocus v2.5.5",
    "fields": {
        "prompt": exact("cinematic still a wolf, film grain"),
        "negativePrompt": exact("anime, cartoon"),
        "seed": mapped("8143627938212348017"),
        "numInferenceSteps": exact(30),
        "guidanceScale": exact(4),
        "widthPx": exact(896),
        "heightPx": exact(1152),
        "scheduler": unknown("dpmpp_2m_sde_gpu"),
        "sigmas": mapped("karras"),
        "modelName": exact("juggernautXL"),
        "modelHash": unknown("aeb7e9e689"),
    },
    "modelHashKind": "file-sha256-short",
    "notUnderstood": ["adm_guidance", "loras", "performance", "styles", "vae"],
}
png("fooocus.png", {"parameters": FOOOCUS, "fooocus_scheme": "fooocus"}, FOOOCUS_EXPECTED)
fooocus_exif = Image.Exif()
fooocus_exif[USER_COMMENT] = FOOOCUS
fooocus_exif[0x0131] = "Fooocus v2.5.5"
fooocus_exif[0x927C] = "fooocus"
with_exif("fooocus.webp", fooocus_exif, FOOOCUS_EXPECTED)

# --- ComfyUI

COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "cfg": 8.0,
            "denoise": 1.0,
            "latent_image": ["5", 0],
            "model": ["4", 0],
            "negative": ["7", 0],
            "positive": ["6", 0],
            "sampler_name": "euler",
            "scheduler": "normal",
            "seed": 18446744073709551615,
            "steps": 20,
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "SD1.5/v1-5-pruned.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"batch_size": 1, "height": 512, "width": 640}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1], "text": "a glass bottle"}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1], "text": "text, watermark"}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}, "is_changed": [float("nan")]},
}
COMFY_EXPECTED = {
    "source": "comfyui",
    "fields": {
        "prompt": exact("a glass bottle"),
        "negativePrompt": exact("text, watermark"),
        "seed": exact("18446744073709551615"),
        "numInferenceSteps": exact(20),
        "guidanceScale": exact(8),
        "widthPx": exact(640),
        "heightPx": exact(512),
        "scheduler": mapped("euler"),
        "sigmas": mapped("default"),
        "modelName": exact("v1-5-pruned"),
    },
    "notUnderstood": [],
}
png("comfyui.png", {"prompt": json.dumps(COMFY), "workflow": json.dumps({"nodes": [], "links": []})}, COMFY_EXPECTED)
comfy_exif = Image.Exif()
comfy_exif[0x0110] = "prompt:" + json.dumps(COMFY)
comfy_exif[0x010F] = "workflow:" + json.dumps({"nodes": [], "links": []})
with_exif("comfyui.webp", comfy_exif, COMFY_EXPECTED)

png(
    "comfyui-winding.png",
    {
        "prompt": json.dumps(
            {
                "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base.ckpt"}},
                "2": {
                    "class_type": "LoraLoader",
                    "inputs": {
                        "model": ["1", 0],
                        "clip": ["1", 1],
                        "lora_name": "ink.safetensors",
                        "strength_model": 0.8,
                        "strength_clip": 1.0,
                    },
                },
                "3": {"class_type": "CLIPSetLastLayer", "inputs": {"clip": ["2", 1], "stop_at_clip_layer": -2}},
                "4": {"class_type": "PrimitiveString", "inputs": {"value": "a ship at sea"}},
                "5": {"class_type": "Reroute", "inputs": {"": ["4", 0]}},
                "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["3", 0], "text": ["5", 0]}},
                "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["3", 0], "text": "fog"}},
                "8": {
                    "class_type": "ControlNetApplyAdvanced",
                    "inputs": {
                        "positive": ["6", 0],
                        "negative": ["7", 0],
                        "control_net": ["20", 0],
                        "image": ["21", 0],
                        "strength": 1.0,
                    },
                },
                "9": {"class_type": "LoadImage", "inputs": {"image": "sea.png"}},
                "10": {"class_type": "VAEEncode", "inputs": {"pixels": ["9", 0], "vae": ["1", 2]}},
                "11": {"class_type": "Seed (rgthree)", "inputs": {"seed": 321}},
                "12": {
                    "class_type": "KSampler",
                    "inputs": {
                        "model": ["2", 0],
                        "positive": ["8", 0],
                        "negative": ["8", 1],
                        "latent_image": ["10", 0],
                        "seed": ["11", 0],
                        "steps": 30,
                        "cfg": 5.5,
                        "sampler_name": "dpmpp_2m",
                        "scheduler": "karras",
                        "denoise": 0.6,
                    },
                },
                "13": {"class_type": "VAEDecode", "inputs": {"samples": ["12", 0], "vae": ["1", 2]}},
                "14": {"class_type": "SaveImage", "inputs": {"images": ["13", 0], "filename_prefix": "ship"}},
            }
        )
    },
    {
        "source": "comfyui",
        "fields": {
            "prompt": mapped("a ship at sea"),
            "negativePrompt": mapped("fog"),
            "seed": exact("321"),
            "numInferenceSteps": exact(30),
            "guidanceScale": exact(5.5),
            "scheduler": mapped("dpmpp_2m"),
            "sigmas": mapped("karras"),
            "strength": mapped(0.6),
            "modelName": exact("base"),
        },
        "notUnderstood": [
            "ControlNetApplyAdvanced",
            "stop_at_clip_layer",
            "VAEEncode",
            "lora",
        ],
    },
)

png(
    "comfyui-two-passes.png",
    {
        "prompt": json.dumps(
            {
                **{key: value for key, value in COMFY.items() if key not in ("8", "9")},
                "20": {"class_type": "LatentUpscale", "inputs": {"samples": ["3", 0], "width": 1280, "height": 1024}},
                "21": {
                    "class_type": "KSamplerAdvanced",
                    "inputs": {
                        "model": ["4", 0],
                        "positive": ["6", 0],
                        "negative": ["7", 0],
                        "latent_image": ["20", 0],
                        "noise_seed": 1,
                        "steps": 20,
                        "cfg": 8.0,
                        "sampler_name": "euler",
                        "scheduler": "normal",
                        "add_noise": "enable",
                        "start_at_step": 10,
                        "end_at_step": 10000,
                        "return_with_leftover_noise": "disable",
                    },
                },
                "22": {"class_type": "VAEDecode", "inputs": {"samples": ["21", 0], "vae": ["4", 2]}},
                "23": {"class_type": "SaveImage", "inputs": {"images": ["22", 0], "filename_prefix": "x"}},
            }
        )
    },
    {**COMFY_EXPECTED, "notUnderstood": ["KSamplerAdvanced"]},
)

# --- InvokeAI

png(
    "invokeai.png",
    {
        "invokeai_metadata": json.dumps(
            {
                "app_version": "5.6.0",
                "generation_mode": "txt2img",
                "positive_prompt": "a fox in snow++",
                "negative_prompt": "",
                "width": 512,
                "height": 512,
                "seed": 3141592653,
                "rand_device": "cpu",
                "cfg_scale": 7.5,
                "cfg_rescale_multiplier": 0.0,
                "steps": 30,
                "scheduler": "euler_k",
                "seamless_x": False,
                "clip_skip": 0,
                "model": {
                    "key": "0d4e6e3c",
                    "hash": "blake3:cafe01",
                    "name": "stable-diffusion-v1-5",
                    "base": "sd-1",
                    "type": "main",
                },
                "loras": [{"model": {"name": "snow"}, "weight": 0.75}],
                "controlnets": [],
            }
        )
    },
    {
        "source": "invokeai",
        "program": "5.6.0",
        "fields": {
            "prompt": mapped("a fox in snow++"),
            "negativePrompt": exact(""),
            "seed": exact("3141592653"),
            "numInferenceSteps": exact(30),
            "guidanceScale": exact(7.5),
            "widthPx": exact(512),
            "heightPx": exact(512),
            "scheduler": mapped("euler"),
            "sigmas": mapped("karras"),
            "modelName": exact("stable-diffusion-v1-5"),
            "modelHash": unknown("cafe01"),
        },
        "modelHashKind": "blake3",
        "notUnderstood": ["loras"],
    },
)

png(
    "invokeai-2.png",
    {
        "sd-metadata": json.dumps(
            {
                "model": "stable diffusion",
                "model_weights": "stable-diffusion-1.5",
                "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516",
                "app_id": "invoke-ai/InvokeAI",
                "app_version": "2.3.0",
                "image": {
                    "prompt": [{"prompt": "a barn [rain]", "weight": 1.0}],
                    "steps": 50,
                    "cfg_scale": 7.5,
                    "seed": 11,
                    "sampler": "k_euler_a",
                    "width": 512,
                    "height": 384,
                    "type": "img2img",
                    "strength": 0.75,
                    "variations": [],
                },
            }
        ),
        "Dream": '"a barn [rain]" -s 50 -S 11 -W 512 -H 384 -C 7.5 -A k_euler_a -f 0.75',
    },
    {
        "source": "invokeai",
        "program": "2.3.0",
        "fields": {
            "prompt": mapped("a barn [rain]"),
            "seed": mapped("11"),
            "numInferenceSteps": exact(50),
            "guidanceScale": exact(7.5),
            "widthPx": exact(512),
            "heightPx": exact(384),
            "scheduler": mapped("euler_a"),
            "strength": mapped(0.75),
            "modelName": exact("stable-diffusion-1.5"),
            "modelHash": unknown("cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516"),
        },
        "modelHashKind": "unknown",
        "notUnderstood": [],
    },
)

png(
    "invokeai-1.png",
    {"Dream": '"a \\"quoted\\" barn" -s 50 -S 11 -W 512 -H 384 -C 7.5 -A k_lms -G 0.8'},
    {
        "source": "invokeai",
        "fields": {
            "prompt": exact('a "quoted" barn'),
            "seed": mapped("11"),
            "numInferenceSteps": exact(50),
            "guidanceScale": exact(7.5),
            "widthPx": exact(512),
            "heightPx": exact(384),
            "scheduler": unknown("k_lms"),
        },
        "notUnderstood": ["-G"],
    },
)

# --- SwarmUI, StabilityMatrix

SWARM = json.dumps(
    {
        "sui_image_params": {
            "prompt": "a photo of a cat <lora:fur>",
            "negativeprompt": "dog",
            "model": "OfficialStableDiffusion/v1-5-pruned",
            "images": 1,
            "seed": "1234",
            "steps": 20,
            "cfgscale": "7.0",
            "aspectratio": "Custom",
            "width": 512,
            "height": 640,
            "sampler": "dpmpp_2m",
            "scheduler": "karras",
            "automaticvae": True,
            "swarm_version": "0.9.6.0",
        },
        "sui_extra_data": {"date": "2026-01-25"},
        "sui_models": [{"name": "v1-5-pruned.safetensors", "param": "model", "hash": "0xd7a9"}],
    },
    indent=4,
)
SWARM_EXPECTED = {
    "source": "swarmui",
    "program": "0.9.6.0",
    "fields": {
        "prompt": mapped("a photo of a cat <lora:fur>"),
        "negativePrompt": exact("dog"),
        "seed": exact("1234"),
        "numInferenceSteps": exact(20),
        "guidanceScale": exact(7),
        "widthPx": exact(512),
        "heightPx": exact(640),
        "scheduler": mapped("dpmpp_2m"),
        "sigmas": mapped("karras"),
        "modelName": exact("v1-5-pruned"),
        "modelHash": unknown("d7a9"),
    },
    "modelHashKind": "tensors-sha256",
    "notUnderstood": ["lora", "automaticvae"],
}
png("swarmui.png", {"parameters": SWARM}, SWARM_EXPECTED)
with_exif("swarmui.jpg", user_comment(b"UNICODE\0" + SWARM.encode("utf-16-le")), SWARM_EXPECTED)
with_exif("swarmui-ascii.jpg", user_comment(b"ASCII\0\0\0" + SWARM.encode()), SWARM_EXPECTED)

png(
    "stabilitymatrix.png",
    {
        "parameters": "a pond\nNegative prompt: reeds\nSteps: 30, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 124825529, "
        "Size: 640x896, Model hash: b899d188a1, Model: ExampleMix7",
        "parameters-json": json.dumps(
            {
                "positivePrompt": "a pond",
                "negativePrompt": "reeds",
                "steps": 30,
                "sampler": "DPM++ 2M Karras",
                "cfgScale": 7,
                "seed": 124825529,
                "height": 896,
                "width": 640,
                "modelHash": "b899d188a1ac7356bfb9399b2277d5b21712aa360f8f9514fba6fcce021baff7",
                "modelName": "ExampleMix7.safetensors",
                "frameCount": 0,
                "lossless": False,
                "videoOutputMethod": None,
            }
        ),
        "smproj": "{}",
    },
    {
        "source": "stabilitymatrix",
        "fields": {
            "prompt": exact("a pond"),
            "negativePrompt": exact("reeds"),
            "seed": exact("124825529"),
            "numInferenceSteps": exact(30),
            "guidanceScale": exact(7),
            "widthPx": exact(640),
            "heightPx": exact(896),
            "scheduler": mapped("dpmpp_2m"),
            "sigmas": mapped("karras"),
            "modelName": exact("ExampleMix7"),
            "modelHash": unknown("b899d188a1ac7356bfb9399b2277d5b21712aa360f8f9514fba6fcce021baff7"),
        },
        "modelHashKind": "file-sha256",
        "notUnderstood": [],
    },
)

(OUT / "expected.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n")
