"""Token ids of transformers' CLIPTokenizer for difficult strings, for electron/engine/tokenizer.

Trains a small tokenizer in CLIP's layout (256 bytes, 256 bytes at a word's end, merges, two special tokens) and writes
to test/fixtures/tokenizer: vocab.json, merges.txt, tokenizer.json, and cases.json with the strings and their ids in
several forms of tokenizer folders, as diffusers asks for them (padding="max_length", truncation=True).
"""

import json
import random
import tempfile
from pathlib import Path

import tokenizers
import transformers
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

OUT = Path(__file__).parent.parent / "fixtures" / "tokenizer"
BEGIN, END = "<|startoftext|>", "<|endoftext|>"

TEXT = """
a photo of a red cube on a blue table, a painting of the sea at night in the style of an old master, soft light,
highly detailed, a small green sphere beside a large yellow cone, the cat isn't on the mat and the dogs aren't either,
we've seen it, they'll see it, I'm here, she'd know, it's a castle under the clouds, three trees and two houses by the
river, an astronaut riding a horse, trending on the internet, sharp focus, 4k 8k 35mm f/1.8, watercolour, oil on canvas,
portrait of a woman with flowers in her hair, portrait of a man with a hat, snow on the mountains, rain in the city,
ein roter Würfel auf einem Tisch, une pomme rouge sur la table, el niño está aquí, красный куб на столе, 赤い立方体,
κόκκινος κύβος, ποταμός, a bowl of fruit, still life, the quick brown fox jumps over the lazy dog, black and white
"""


def byte_characters() -> list[str]:
    own = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(b) for b in own] + [chr(0x100 + n) for n in range(256 - len(own))]


def trained() -> tuple[dict[str, int], list[tuple[str, str]]]:
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix="", unk_token=END))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(words, behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=800, end_of_word_suffix="</w>", initial_alphabet=sorted(byte_characters()), show_progress=False
    )
    tokenizer.train_from_iterator([TEXT], trainer)
    merges = [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]
    vocab: dict[str, int] = {}
    characters = byte_characters()
    for token in [*characters, *(c + "</w>" for c in characters), *(a + b for a, b in merges), BEGIN, END]:
        vocab.setdefault(token, len(vocab))
    return vocab, merges


def strings() -> list[str]:
    fixed = [
        "", " ", "a", "a red cube", "A RED CUBE", "  a\tred\n\n cube \r\n", "it's we've THEY'LL i'm she'd isn't you're",
        "'", "''s", "'S'T'RE", "don''t", "o'clock's", "it’s", "35mm f/1.8, 4k!!!", "1234567890", "½ ² Ⅷ ٣ ৪ 五",
        "!!! ??? ... --- ((a:1.2)) [b] {c}", "a,b;c.d", "---a---", "_a_b_", "#tag @name $5 50% a&b a*b a+b=c <a> \\ | ~ ^ `",
        "Würfel WÜRFEL Wu\u0308rfel", "el niño el nin\u0303o", "é e\u0301 E\u0301", "a\u0315\u0300\u05ae\u0062", "\u0301",
        "q\u0323\u0307 q\u0307\u0323", "\u1e9b\u0323", "\u212b \u2126 \u212a", "ﬁ ﬂ ﬀ Ǆ ǅ ß ẞ", "İstanbul ISTANBUL ıstanbul",
        "ΟΔΥΣΣΕΥΣ ΑΣ Σ ΑΣ. ΑΣΑ", "κύβος", "КРАСНЫЙ куб", "赤い立方体", "漢字かな交じり文", "한국어 \u1112\u1161\u11ab", "हिन्दी में",
        "ภาษาไทย", "עברית שלום", "العربية ١٢٣", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "Ꭰꭰ ᏸ", "𝒜𝓑𝔠 𝟘𝟙", "😀 😀😀 a😀b", "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️ 1️⃣",
        "a\u200bb a\u200db a\ufeffb \ufeffa", "a\u00a0b a\u3000b a\u2003b a\u0085b a\u2028b a\u180eb a\u001cb", "\u202eabc\u202c",
        "\0 \x01 \x7f \x80 \x9f", "\ufffd \ufffe \uffff \U0010ffff \U000e0001", "\ud7ff\ue000", "a\x0bb\x0cc",
        END, BEGIN, f"a {END} b", f"a{END}b", f"{BEGIN}a{END}", f"{END}{END}", END.upper(), f"a{END.upper()}!!", BEGIN.title(),
        "<|endoftext", "endoftext|>", "< |endoftext|>", "<|end\u200boftext|>", f"!!{END}!!", "!", "!a!", "a ! b !! c !!!",
        "<my-cat>", "a <my-cat> b", "a<MY-CAT>b", "<my-cat><my-cat>", "my-cat",
        # letters, marks and composites that came to Unicode after 9, 16
        "\u088f \u0c5c \U00010940\U00010941 \U000323b0 a\u0c5cb", "a\u1abf\u0316 a\u0897\u0316 \U0001e4ec\u0334",
        "\U000105d2\u0307 \U000105c9 \U00011935\U00011930 \U00011938", "\U0001611e\U0001611e \U00016d67\U00016d67", "\ua7ce\ua7cf",
        "a " * 74 + "b", "a " * 75 + "b", "a " * 76 + "b", "a red cube on a blue table, " * 12, "x" * 300, "xyz" * 200, "é" * 120,
        "!?" * 200, "1" * 100, "赤" * 60, "😀" * 40, f"{END} " * 80, "the castle under the clouds " * 3 + "\n" * 50 + "end",
        "supercalifragilisticexpialidocious" * 9,
    ]  # fmt: skip
    generator = random.Random(0)
    ranges = [
        (0x00, 0x7F), (0x20, 0x7E), (0x20, 0x7E), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF),
        (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x3000, 0x30FF), (0xAC00, 0xD7A3), (0xF900, 0xFFFF),
        (0x10000, 0x1FFFF), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFF), (0xE000, 0x10FFFF),
    ]  # fmt: skip
    parts = ["'s", "'LL", "''", "!!", " ", "\n", "\u200d", "\ufe0f", "\u0085", "\ufeff", "ΑΣ", "İ", "e\u0301", END, "<|", "|>", "cube"]
    for _ in range(220):
        chosen = generator.sample(ranges, generator.randint(1, 3))
        length = generator.choice([1, 2, 3, 5, 8, 20, 40])
        fixed.append(
            "".join(
                generator.choice(parts) if generator.random() < 0.15 else chr(generator.randint(*generator.choice(chosen)))
                for _ in range(length)
            )
        )
    return fixed


def token(content: str, normalized: bool, **more: object) -> dict:
    flags = {"content": content, "lstrip": False, "normalized": normalized, "rstrip": False, "single_word": False}
    return {**flags, **more}


def folders(size: int) -> dict[str, dict]:
    """Name → the files beside the vocabulary, as they are found in the wild. `fast`: tokenizer.json, no vocab.json."""
    typed = {"__type": "AddedToken"}
    config = {
        "bos_token": token(BEGIN, True, **typed),
        "eos_token": token(END, True, **typed),
        "unk_token": token(END, True, **typed),
        "pad_token": END,
        "model_max_length": 77,
    }
    map_1 = {"bos_token": token(BEGIN, True), "eos_token": token(END, True), "unk_token": token(END, True)}
    decoder = {
        "0": token("!", False, special=True),
        str(size - 2): token(BEGIN, True, special=True),
        str(size - 1): token(END, False, special=True),
        str(size): token("<my-cat>", True, special=False, lstrip=True, rstrip=True),
    }
    names = {"bos_token": BEGIN, "eos_token": END, "unk_token": END}
    return {
        "sd1": {"tokenizer_config.json": config, "special_tokens_map.json": {**map_1, "pad_token": END}},
        "sd2": {"tokenizer_config.json": config, "special_tokens_map.json": {**map_1, "pad_token": "!"}},
        "bare": {},
        "fast": {"tokenizer_config.json": {**names, "pad_token": END, "model_max_length": 77}},
        "decoder": {
            "tokenizer_config.json": {**names, "pad_token": "!", "model_max_length": 77, "added_tokens_decoder": decoder}
        },
        "added": {
            "tokenizer_config.json": {**config, "model_max_length": 20},
            "added_tokens.json": {"<my-cat>": size, "cube": size + 1},
        },
        "padding-object": {"special_tokens_map.json": {**map_1, "pad_token": token("!", True)}},
        "single-word": {
            "tokenizer_config.json": {
                **names,
                "pad_token": END,
                "added_tokens_decoder": {str(size): token("cube", False, special=False, single_word=True)},
            }
        },
    }


def main() -> None:
    vocab, merges = trained()
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False) + "\n")
    (OUT / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    every = strings()
    result = {}
    for name, files in folders(len(vocab)).items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for file in ("vocab.json", "merges.txt"):
                (folder / file).write_text((OUT / file).read_text())
            for file, content in files.items():
                (folder / file).write_text(json.dumps(content))
            tokenizer = CLIPTokenizer.from_pretrained(folder)
            if name == "fast":
                tokenizer.save_pretrained(folder / "saved")
                fast = json.loads((folder / "saved" / "tokenizer.json").read_text())
                (OUT / "tokenizer.json").write_text(json.dumps(fast, ensure_ascii=False, separators=(",", ":")) + "\n")
                tokenizer = CLIPTokenizer.from_pretrained(folder / "saved")
        length = min(tokenizer.model_max_length, 77)
        # all strings in the two forms of Stable Diffusion 1 and 2, elsewhere those that hinge on special tokens
        asked = range(len(every)) if name in ("sd1", "sd2") else [i for i in range(len(every)) if i < 110]
        ids = {}
        for i in asked:
            padded = tokenizer(every[i], padding="max_length", max_length=length, truncation=True).input_ids
            while len(padded) > 2 and padded[-1] == padded[-2] == tokenizer.pad_token_id:
                padded.pop()
            ids[i] = padded
        left_out = {}
        for i in asked if name == "sd1" else []:
            whole = tokenizer(every[i]).input_ids
            # as StableDiffusionPipeline.encode_prompt says it
            if len(whole) > length:
                left_out[i] = tokenizer.decode(whole[length - 1 : -1])
        result[name] = {
            "files": files,
            "maxLength": length,
            "padId": tokenizer.pad_token_id,
            "ids": ids,
            "leftOut": left_out,
        }
    versions = {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    text = json.dumps({"versions": versions, "strings": every, "folders": result}, separators=(",", ":"))
    (OUT / "cases.json").write_text(text.replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
