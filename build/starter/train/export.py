"""Writes the model folder: fp16 weights in the layout of Stable Diffusion 1.x.

    python export.py --work FOLDER --tokenizer FOLDER --out MODEL_FOLDER --guidance 4
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors.torch import load_file, save_file

import common
import sample
from train_tokenizer import load
from train_unet import build_text, build_unet

LIMIT = 25_000_000  # bytes, the whole folder


def averaged(path, tokenizer):
    """Text encoder and denoiser with the averaged weights of the checkpoint."""
    text, unet = build_text(tokenizer), build_unet()
    state = torch.load(path, weights_only=True)
    params = [*text.parameters(), *unet.parameters()]
    with torch.no_grad():
        for p, a in zip(params, state["average"], strict=True):
            p.copy_(a)
    print(f"trained for {state['step']} steps, {state['used']:.0f} s")
    return text.eval(), unet.eval()


def classic_names(path):
    """Gives the text encoder's weights the names that they have in Stable Diffusion 1.x."""
    weights = load_file(path)
    named = {k if k.startswith("text_model.") else f"text_model.{k}": v for k, v in weights.items()}
    save_file(named, path, {"format": "pt"})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--guidance", type=float, default=4.0, help="default guidance scale of the model")
    args = parser.parse_args()
    common.start(0)
    tokenizer, out = load(args.tokenizer), Path(args.out)
    text, unet = averaged(f"{args.work}/unet.pt", tokenizer)
    final = Path(args.work) / "vae-final"
    vae = AutoencoderKL.from_pretrained(final if final.exists() else f"{args.work}/vae")
    pipe = sample.pipeline(vae.half(), text.half(), tokenizer, unet.half())
    pipe.save_pretrained(out, safe_serialization=True)
    classic_names(out / "text_encoder/model.safetensors")
    shutil.copytree(args.tokenizer, out / "tokenizer", dirs_exist_ok=True)
    for extra in ("tokenizer/tokenizer.json",):
        (out / extra).unlink(missing_ok=True)
    schedule = {"_class_name": "DPMSolverMultistepScheduler", **sample.SCHEDULE, "algorithm_type": "dpmsolver++",
                "solver_order": 2,  # diffusers would also write -Infinity, which is not JSON
                # for DDIM and PNDM, as Stable Diffusion has them: DDIM clips latents to [-1, 1] by default
                "clip_sample": False, "set_alpha_to_one": False, "skip_prk_steps": True}
    (out / "scheduler/scheduler_config.json").write_text(json.dumps(schedule, indent=2) + "\n")
    for config in out.glob("*/*.json"):  # a path of the training machine is of no use to anyone
        text_of = json.loads(config.read_text())
        if isinstance(text_of, dict) and text_of.pop("_name_or_path", None) is not None:
            config.write_text(json.dumps(text_of, indent=2) + "\n")
    about = {"name": "Reprise Starter", "defaults": {"numInferenceSteps": 20, "guidanceScale": args.guidance}}
    (out / "reprise.json").write_text(json.dumps(about, indent=2) + "\n")
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    for f in sorted(out.rglob("*")):
        if f.is_file():
            print(f"{f.stat().st_size:>10} {f.relative_to(out)}")
    print(f"{size / 1e6:.1f} MB in all")
    assert size <= LIMIT, "too big"


if __name__ == "__main__":
    main()
