"""Trains the tokenizer: a byte-level BPE in the form of CLIP, lower-cased.

The vocabulary has the 256 bytes, the 256 bytes that end a word ("</w>"), the
merges, and the two special tokens. `python train_tokenizer.py OUT_FOLDER`
"""
import json
import random
import sys
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

import captions
from scenes import choose

START, END = "<|startoftext|>", "<|endoftext|>"
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
EVERYDAY = """the of and a to in is with for on at by an from over under near old new small big little red green
blue yellow white black orange purple pink golden dark light bright warm cold soft happy sad cat dog horse bird fish
man woman girl boy child people person flower rose garden river road bridge tower church train car street beach
island cliff waterfall volcano planet space star stars cloud sun moon wind winter spring summer autumn fall ice fire
oil photo painting drawing style art realistic fantasy anime portrait close up view wide angle render 3d""".split()


def byte_letters():
    """The 256 printable letters that stand for the bytes, in CLIP's order."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = [chr(b) for b in plain]
    return table + [chr(256 + k) for k in range(256 - len(plain))]


def train(out, size=1536):
    """Learns the merges from captions and writes the tokenizer's files."""
    rng = random.Random(5)
    lines = [captions.caption(choose(rng), rng) for _ in range(40000)] + EVERYDAY * 30
    letters = byte_letters()
    tok = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=END))
    tok.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tok.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), behavior="removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(vocab_size=size - 514, end_of_word_suffix="</w>", initial_alphabet=letters,
                                  show_progress=False, min_frequency=3)
    tok.train_from_iterator(lines, trainer)
    merges = [tuple(m) for m in json.loads(tok.to_str())["model"]["merges"]]
    words = letters + [c + "</w>" for c in letters]
    words += [w for w in dict.fromkeys(a + b for a, b in merges) if w not in set(words)] + [START, END]
    vocab = {w: k for k, w in enumerate(words)}
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (out / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
    (out / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": 77,
              "tokenizer_class": "CLIPTokenizer", **special}
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2))
    return len(vocab)


def load(folder):
    """The tokenizer as the pipeline will load it."""
    return CLIPTokenizer.from_pretrained(folder)


if __name__ == "__main__":
    print(train(sys.argv[1]), "entries")
    tokenizer = load(sys.argv[1])
    for text in ("Pixel-art of mountains at sunset, 4k", "Zebra crossing é 世界 don't"):
        ids = tokenizer(text, padding="max_length", max_length=77, truncation=True).input_ids
        print(ids[:24], tokenizer.convert_ids_to_tokens(ids[:24]))
