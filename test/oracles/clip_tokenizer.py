"""Token ids of CLIP's own tokenizer for difficult strings, for electron/engine/tokenizer/clip-tokenizer.ts.

Writes tokenizer folders as those of Stable Diffusion 1.5 and 2 are, of the merges in build/clip, and has transformers
encode the strings of test/fixtures/tokenizer/cases.json and some prompts; writes test/fixtures/tokenizer/clip.json.
"""

import gzip
import json
import tempfile
from pathlib import Path

from transformers import CLIPTokenizer

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "test/fixtures/tokenizer"
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
PROMPTS = [
    "",
    "a photograph of an astronaut riding a horse",
    "masterpiece, best quality, 1girl, (detailed:1.2), 8k uhd, dslr!!",
    "wow! amazing !important",
    "cinematic photo of a fox . 35mm photograph, film, bokeh, professional, 4k, highly detailed",
    "Ein Würfel, naïve café — “quotes” … 𝒻𝓊𝓃𝓃𝓎 🦊🚀",
]


def byte_characters() -> list[str]:
    own = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(b) for b in own] + [chr(0x100 + n) for n in range(256 - len(own))]


def main() -> None:
    merges = gzip.decompress((ROOT / "build/clip/merges.txt.gz").read_bytes()).decode().rstrip("\n").split("\n")
    characters = byte_characters()
    tokens = [*characters, *(c + "</w>" for c in characters), *(m.replace(" ", "") for m in merges), BEGIN, END]
    vocab = {token: i for i, token in enumerate(tokens)}
    assert len(vocab) == len(tokens) == 49408
    special = lambda content: dict(content=content, lstrip=False, normalized=True, rstrip=False, single_word=False)
    strings = PROMPTS + json.loads((FIXTURES / "cases.json").read_text())["strings"]
    # those of cases.json follow them
    result = {"strings": PROMPTS}
    for padding, pad_token in (("end", END), ("zero", "!")):
        with tempfile.TemporaryDirectory() as folder:
            files = {
                "vocab.json": json.dumps(vocab),
                "merges.txt": "#version: 0.2\n" + "\n".join(merges) + "\n",
                "tokenizer_config.json": json.dumps({"model_max_length": 77}),
                "special_tokens_map.json": json.dumps(
                    dict(bos_token=special(BEGIN), eos_token=special(END), pad_token=pad_token, unk_token=special(END))
                ),
            }
            for name, text in files.items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            tokenizer = CLIPTokenizer.from_pretrained(folder)
        rows = []
        for text in strings:
            ids = tokenizer(text, padding="max_length", max_length=77, truncation=True).input_ids
            assert len(ids) == 77
            while ids[-1] == tokenizer.pad_token_id:
                ids.pop()
            rows.append(ids)
        result[padding] = {"padId": tokenizer.pad_token_id, "ids": rows}
    (FIXTURES / "clip.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
