"""Writes a Stable Diffusion 1.5 checkpoint of full size with random weights: python make_sd15.py DIR [--dtype F16].

Same architecture, files and number of parameters (UNet 859 M) as the published one; only the numbers are noise.
4.3 GB in float32, half in float16. Never committed.
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer


def write_tokenizer(folder):
    """A vocabulary of CLIP's size: all bytes, made-up merges, and the two special tokens at CLIP's ids."""
    folder.mkdir(parents=True)
    alphabet = sorted(ByteLevel.alphabet())
    tokens = alphabet + [a + "</w>" for a in alphabet]
    letters = [a for a in alphabet if a.isascii() and a.isalpha()]
    pairs = [(a, b) for a in letters for b in letters]
    merges = [*pairs, *[(a + b, c) for a, b in pairs for c in letters]][: 49406 - len(tokens)]
    tokens += [a + b for a, b in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocab = {token: index for index, token in enumerate(tokens)}
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>",
               "unk_token": "<|endoftext|>"}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(special))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "do_lower_case": True, **special}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--dtype", choices=["F32", "F16"], default="F32")
    options = parser.parse_args()
    torch.manual_seed(0)
    write_tokenizer(options.dir / "tokenizer")
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        max_position_embeddings=77, hidden_act="quick_gelu", bos_token_id=49406, eos_token_id=49407))
    unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=512,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)
    scheduler = PNDMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
                              steps_offset=1, set_alpha_to_one=False)
    pipe = StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=CLIPTokenizer.from_pretrained(options.dir / "tokenizer"), unet=unet,
        scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    if options.dtype == "F16":
        pipe.to(torch.float16)
    keep = options.dir / "tokenizer.own"
    (options.dir / "tokenizer").rename(keep)
    pipe.save_pretrained(options.dir)
    for file in (options.dir / "tokenizer").iterdir():
        file.unlink()
    (options.dir / "tokenizer").rmdir()
    keep.rename(options.dir / "tokenizer")


if __name__ == "__main__":
    main()
