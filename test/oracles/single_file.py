"""Where diffusers finds each tensor of a single-file checkpoint, for electron/engine/checkpoints/single-file.

Writes the whole list of tensors of SD 1.5, SD 2.1, SDXL and others in the original layout (CompVis `ldm`, Stability AI
`sgm`), as their UNet, VAE and text encoders are defined there, runs diffusers' own converters over it, and writes to
test/fixtures/single-file/NAME.json.gz what came out: for each tensor of each component the original tensor, which third
of its rows, and whether it was transposed. Lists are of full size; the converters see them with narrow layers, where
every element of the checkpoint is a number of its own, so that nothing can be taken for something else. Names and shapes
are checked against the full-size models of diffusers and transformers, on the meta device.
"""

import gzip
import json
import math
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

OUT = Path(__file__).parent.parent / "fixtures" / "single-file"
UNET, VAE = "model.diffusion_model.", "first_stage_model."
NARROW = 16  # full-size widths are divided by it

Shapes = dict[str, list[int]]


def layer(shapes: Shapes, name: str, out: int, *ins: int, bias: bool = True) -> None:
    shapes[f"{name}.weight"] = [out, *ins]
    if bias:
        shapes[f"{name}.bias"] = [out]


def unet(p: dict) -> Shapes:
    """`UNetModel` of ldm/modules/diffusionmodules/openaimodel.py."""
    s: Shapes = {}
    width, context = p["width"], p["context"]
    embed = width * 4

    def resnet(name: str, cin: int, cout: int) -> None:
        layer(s, f"{name}.in_layers.0", cin)
        layer(s, f"{name}.in_layers.2", cout, cin, 3, 3)
        layer(s, f"{name}.emb_layers.1", cout, embed)
        layer(s, f"{name}.out_layers.0", cout)
        layer(s, f"{name}.out_layers.3", cout, cout, 3, 3)
        if cin != cout:
            layer(s, f"{name}.skip_connection", cout, cin, 1, 1)

    def transformer(name: str, ch: int, depth: int) -> None:
        one = [] if p["linear"] else [1, 1]
        layer(s, f"{name}.norm", ch)
        layer(s, f"{name}.proj_in", ch, ch, *one)
        for i in range(depth):
            block = f"{name}.transformer_blocks.{i}"
            for attention, seen in (("attn1", ch), ("attn2", context)):
                layer(s, f"{block}.{attention}.to_q", ch, ch, bias=False)
                layer(s, f"{block}.{attention}.to_k", ch, seen, bias=False)
                layer(s, f"{block}.{attention}.to_v", ch, seen, bias=False)
                layer(s, f"{block}.{attention}.to_out.0", ch, ch)
            layer(s, f"{block}.ff.net.0.proj", 8 * ch, ch)
            layer(s, f"{block}.ff.net.2", ch, 4 * ch)
            for n in (1, 2, 3):
                layer(s, f"{block}.norm{n}", ch)
        layer(s, f"{name}.proj_out", ch, ch, *one)

    layer(s, "time_embed.0", embed, width)
    layer(s, "time_embed.2", embed, embed)
    if p.get("adm"):
        layer(s, "label_emb.0.0", embed, p["adm"])
        layer(s, "label_emb.0.2", embed, embed)
    layer(s, "input_blocks.0.0", width, p.get("in_channels", 4), 3, 3)
    ch, block, skips = width, 1, [width]
    for level, mult in enumerate(p["mults"]):
        for depth in p["down"][level]:
            resnet(f"input_blocks.{block}.0", ch, mult * width)
            ch = mult * width
            if depth:
                transformer(f"input_blocks.{block}.1", ch, depth)
            skips.append(ch)
            block += 1
        if level != len(p["mults"]) - 1:
            layer(s, f"input_blocks.{block}.0.op", ch, ch, 3, 3)
            skips.append(ch)
            block += 1
    if p["mid"] is not None:
        resnet("middle_block.0", ch, ch)
        if p["mid"] > 0:
            transformer("middle_block.1", ch, p["mid"])
            resnet("middle_block.2", ch, ch)
    block = 0
    for up, mult in enumerate(reversed(p["mults"])):
        for i, depth in enumerate(p["up"][up]):
            resnet(f"output_blocks.{block}.0", ch + skips.pop(), mult * width)
            ch = mult * width
            if depth:
                transformer(f"output_blocks.{block}.1", ch, depth)
            if up != len(p["mults"]) - 1 and i == len(p["up"][up]) - 1:
                layer(s, f"output_blocks.{block}.{2 if depth else 1}.conv", ch, ch, 3, 3)
            block += 1
    layer(s, "out.0", width)
    layer(s, "out.2", 4, width, 3, 3)
    return s


def vae(width: int) -> Shapes:
    """`Encoder` and `Decoder` of ldm/modules/diffusionmodules/model.py, ch_mult 1, 2, 4, 4."""
    s: Shapes = {}
    mults = [1, 2, 4, 4]

    def resnet(name: str, cin: int, cout: int) -> None:
        layer(s, f"{name}.norm1", cin)
        layer(s, f"{name}.conv1", cout, cin, 3, 3)
        layer(s, f"{name}.norm2", cout)
        layer(s, f"{name}.conv2", cout, cout, 3, 3)
        if cin != cout:
            layer(s, f"{name}.nin_shortcut", cout, cin, 1, 1)

    def middle(name: str, ch: int) -> None:
        resnet(f"{name}.block_1", ch, ch)
        layer(s, f"{name}.attn_1.norm", ch)
        for part in ("q", "k", "v", "proj_out"):
            layer(s, f"{name}.attn_1.{part}", ch, ch, 1, 1)
        resnet(f"{name}.block_2", ch, ch)

    layer(s, "encoder.conv_in", width, 3, 3, 3)
    ch = width
    for level, mult in enumerate(mults):
        for i in range(2):
            resnet(f"encoder.down.{level}.block.{i}", ch, mult * width)
            ch = mult * width
        if level != len(mults) - 1:
            layer(s, f"encoder.down.{level}.downsample.conv", ch, ch, 3, 3)
    middle("encoder.mid", ch)
    layer(s, "encoder.norm_out", ch)
    layer(s, "encoder.conv_out", 8, ch, 3, 3)
    layer(s, "decoder.conv_in", ch, 4, 3, 3)
    middle("decoder.mid", ch)
    for level in reversed(range(len(mults))):
        for i in range(3):
            resnet(f"decoder.up.{level}.block.{i}", ch, mults[level] * width)
            ch = mults[level] * width
        if level != 0:
            layer(s, f"decoder.up.{level}.upsample.conv", ch, ch, 3, 3)
    layer(s, "decoder.norm_out", ch)
    layer(s, "decoder.conv_out", 3, ch, 3, 3)
    layer(s, "quant_conv", 8, 8, 1, 1)
    layer(s, "post_quant_conv", 4, 4, 1, 1)
    return s


def clip(width: int, layers: int) -> Shapes:
    """As transformers 4 wrote it."""
    s: Shapes = {}
    s["text_model.embeddings.position_ids"] = [1, 77]
    s["text_model.embeddings.position_embedding.weight"] = [77, width]
    s["text_model.embeddings.token_embedding.weight"] = [49408, width]
    for i in range(layers):
        name = f"text_model.encoder.layers.{i}"
        for part in ("k_proj", "out_proj", "q_proj", "v_proj"):
            layer(s, f"{name}.self_attn.{part}", width, width)
        layer(s, f"{name}.layer_norm1", width)
        layer(s, f"{name}.layer_norm2", width)
        layer(s, f"{name}.mlp.fc1", 4 * width, width)
        layer(s, f"{name}.mlp.fc2", width, 4 * width)
    layer(s, "text_model.final_layer_norm", width)
    return s


def open_clip(width: int, layers: int) -> Shapes:
    """`TextTransformer` of open_clip/transformer.py."""
    s: Shapes = {"positional_embedding": [77, width], "text_projection": [width, width], "logit_scale": []}
    s["token_embedding.weight"] = [49408, width]
    for i in range(layers):
        name = f"transformer.resblocks.{i}"
        layer(s, f"{name}.ln_1", width)
        s[f"{name}.attn.in_proj_weight"] = [3 * width, width]
        s[f"{name}.attn.in_proj_bias"] = [3 * width]
        layer(s, f"{name}.attn.out_proj", width, width)
        layer(s, f"{name}.ln_2", width)
        layer(s, f"{name}.mlp.c_fc", 4 * width, width)
        layer(s, f"{name}.mlp.c_proj", width, 4 * width)
    layer(s, "ln_final", width)
    return s


SD = dict(mults=[1, 2, 4, 4], down=[[1, 1], [1, 1], [1, 1], [0, 0]], up=[[0] * 3, [1] * 3, [1] * 3, [1] * 3], mid=1)
XL = dict(mults=[1, 2, 4], down=[[0, 0], [2, 2], [10, 10]], up=[[10] * 3, [2] * 3, [0] * 3], mid=10, linear=True)
SD_BLOCKS = dict(
    block_out_channels=[320, 640, 1280, 1280],
    down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
    layers_per_block=2,
    transformer_layers_per_block=1,
    mid_block_type="UNetMidBlock2DCrossAttn",
)
XL_BLOCKS = dict(
    block_out_channels=[320, 640, 1280],
    down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    layers_per_block=2,
    transformer_layers_per_block=[1, 2, 10],
    mid_block_type="UNetMidBlock2DCrossAttn",
    attention_head_dim=[5, 10, 20],
    cross_attention_dim=2048,
    use_linear_projection=True,
    addition_embed_type="text_time",
    addition_time_embed_dim=256,
    projection_class_embeddings_input_dim=2816,
    sample_size=128,
)
SD1_CONFIG = dict(SD_BLOCKS, attention_head_dim=8, cross_attention_dim=768, sample_size=64)
SD2_CONFIG = dict(
    SD_BLOCKS,
    attention_head_dim=[5, 10, 20, 20],
    cross_attention_dim=1024,
    use_linear_projection=True,
    sample_size=64,
)

SD1 = dict(SD, linear=False, context=768)
CLIP_L = dict(
    hidden_size=768,
    intermediate_size=3072,
    num_hidden_layers=12,
    num_attention_heads=12,
    hidden_act="quick_gelu",
    projection_dim=768,
)
CLIP_H = dict(
    hidden_size=1024,
    intermediate_size=4096,
    num_hidden_layers=23,
    num_attention_heads=16,
    hidden_act="gelu",
    projection_dim=1024,
)
CLIP_G = dict(
    hidden_size=1280,
    intermediate_size=5120,
    num_hidden_layers=32,
    num_attention_heads=20,
    hidden_act="gelu",
    projection_dim=1280,
)
XL_TEXT = {
    "text_encoder": ("conditioner.embedders.0.transformer.", "transformers", 768, 12, CLIP_L),
    "text_encoder_2": ("conditioner.embedders.1.model.", "open-clip", 1280, 32, CLIP_G),
}
SD1_TEXT = {"text_encoder": ("cond_stage_model.transformer.", "transformers", 768, 12, CLIP_L)}
# the UNet as ldm has it; its config in diffusers; text encoders; other tensors that lie beside
FAMILIES = {
    "sd-1.5": (SD1, SD1_CONFIG, SD1_TEXT, ["betas", "alphas_cumprod"]),
    "sd-1.5-inpainting": (dict(SD1, in_channels=9), dict(SD1_CONFIG, in_channels=9), SD1_TEXT, []),
    "sd-2.1": (
        dict(SD, linear=True, context=1024),
        SD2_CONFIG,
        {"text_encoder": ("cond_stage_model.model.", "open-clip", 1024, 24, CLIP_H)},
        ["betas"],
    ),
    "sdxl": (dict(XL, context=2048, adm=2816), XL_BLOCKS, XL_TEXT, ["denoiser.sigmas"]),
    "sdxl-refiner": (
        dict(
            mults=[1, 2, 4, 4],
            down=[[0, 0], [4, 4], [4, 4], [0, 0]],
            up=[[0] * 3, [4] * 3, [4] * 3, [0] * 3],
            mid=4,
            linear=True,
            context=1280,
            adm=2560,
            width=384,
        ),
        dict(
            XL_BLOCKS,
            block_out_channels=[384, 768, 1536, 1536],
            down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
            up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
            transformer_layers_per_block=4,
            attention_head_dim=[6, 12, 24, 24],
            cross_attention_dim=1280,
            projection_class_embeddings_input_dim=2560,
        ),
        {"text_encoder_2": ("conditioner.embedders.0.model.", "open-clip", 1280, 32, CLIP_G)},
        [],
    ),
    "ssd-1b": (
        dict(XL, down=[[0, 0], [2, 2], [4, 4]], up=[[4, 4, 10], [2, 1, 1], [0] * 3], mid=0, context=2048, adm=2816),
        dict(
            XL_BLOCKS,
            transformer_layers_per_block=[1, [2, 2], [4, 4]],
            reverse_transformer_layers_per_block=[[4, 4, 10], [2, 1, 1], 1],
            mid_block_type="UNetMidBlock2D",
        ),
        XL_TEXT,
        [],
    ),
}


def narrowed(shape: list[int]) -> list[int]:
    """Widths, and the long sides of tables, as nothing depends on them."""
    return [n // NARROW if n > NARROW and n % NARROW == 0 else n for n in shape]


def numbered(shapes: Shapes) -> tuple[dict[str, torch.Tensor], dict[int, str]]:
    """Tensors whose elements count on through the whole checkpoint, and which tensor begins with which number."""
    tensors, starts, at = {}, {}, 0
    for name, shape in shapes.items():
        count = math.prod(shape)
        tensors[name] = torch.arange(at, at + count).reshape(shape)
        starts[at] = name
        at += count
    return tensors, starts


def places(converted: dict[str, torch.Tensor], shapes: Shapes, starts: dict[int, str]) -> dict[str, list]:
    """Where each tensor comes from: [original name, third of its rows or -1, is it transposed]."""
    begins = sorted(starts)
    found = {}
    for name, tensor in converted.items():
        first = int(tensor.flatten()[0])
        start = begins[torch.searchsorted(torch.tensor(begins), first, right=True) - 1]
        original = starts[start]
        count, offset = math.prod(shapes[original]), first - start
        expected = torch.arange(first, first + tensor.numel())
        transposed = not torch.equal(tensor.flatten(), expected)
        if transposed:
            assert torch.equal(tensor.T.flatten(), expected), name
        if tensor.numel() == count:
            found[name] = [original, -1, transposed]
        else:
            assert tensor.numel() * 3 == count and offset % tensor.numel() == 0, name
            found[name] = [original, offset // tensor.numel(), transposed]
    return found


def full_shape(shapes: Shapes, place: list, like: list[int]) -> list[int]:
    original, third, transposed = place
    shape = list(shapes[original])
    if third >= 0:
        shape[0] //= 3
    shape = shape[::-1] if transposed else shape
    # the autoencoder's attention was made of convolutions
    return shape[:2] if len(like) == 2 and shape[2:] == [1, 1] else shape


def check(model: torch.nn.Module, found: dict[str, list], shapes: Shapes, prefix: str = "") -> None:
    expected = {prefix + name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    assert expected.keys() == found.keys(), sorted(expected.keys() ^ found.keys())[:8]
    for name, shape in expected.items():
        assert full_shape(shapes, found[name], shape) == shape, (name, shape, found[name])


def make(family: str) -> None:
    parameters, config, text_encoders, extra = FAMILIES[family]
    parameters = {"width": 320, **parameters}
    shapes: Shapes = {UNET + name: shape for name, shape in unet(parameters).items()}
    shapes |= {VAE + name: shape for name, shape in vae(128).items()}
    for prefix, kind, width, layers, _ in text_encoders.values():
        made = clip(width, layers) if kind == "transformers" else open_clip(width, layers)
        shapes |= {prefix + name: shape for name, shape in made.items()}
    shapes |= {name: [1000] for name in extra}

    narrow = {name: narrowed(shape) for name, shape in shapes.items()}
    tensors, starts = numbered(narrow)
    with torch.device("meta"):
        models = {"unet": UNet2DConditionModel(**config), "vae": AutoencoderKL(
            block_out_channels=[128, 256, 512, 512],
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            layers_per_block=2,
        )}
    converted = {
        "unet": convert_ldm_unet_checkpoint(dict(tensors), models["unet"].config),
        "vae": convert_ldm_vae_checkpoint(dict(tensors), models["vae"].config),
    }
    configs = {"unet": config, "vae": {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2}}
    for component, (prefix, kind, width, _, text_config) in text_encoders.items():
        if kind == "transformers":
            part = {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix) and "position_ids" not in n}
        else:
            fake = type("Model", (), {"config": type("Config", (), {"hidden_size": width // NARROW})})
            part = convert_open_clip_checkpoint(fake, tensors, prefix)
            if component == "text_encoder":
                part.pop("text_projection.weight", None)
        cls = CLIPTextModelWithProjection if component == "text_encoder_2" else CLIPTextModel
        with torch.device("meta"):
            models[component] = cls(CLIPTextConfig(**text_config))
        converted[component] = part
        configs[component] = text_config

    components = {}
    for component, part in converted.items():
        found = places(part, narrow, starts)
        has_prefix = any(name.startswith("text_model.") for name in models[component].state_dict())
        is_text = component.startswith("text_encoder")
        check(models[component], found, shapes, "text_model." if is_text and not has_prefix else "")
        components[component] = {"config": configs[component], "tensors": found}
    OUT.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"original": shapes, "components": components}, separators=(",", ":"))
    (OUT / f"{family}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(family, len(shapes), {name: len(part["tensors"]) for name, part in components.items()})


if __name__ == "__main__":
    torch.set_num_threads(1)
    for family in FAMILIES:
        make(family)
