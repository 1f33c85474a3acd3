"""Makes data/tiny with alam-train, opens it in transformers, and stores what transformers finds with it.

    cargo build --release -p alam-training
    python3 -m venv oracle
    oracle/bin/pip install -r training/tests/requirements.txt
    oracle/bin/python training/tests/open_in_transformers.py target/release/alam-train

data/tiny.json has for each sentence of data/news.txt and data/unseen.txt the tag of every word, by the logits of its first
piece, and the names of pipeline("token-classification"). The tests of this folder hold alam's own tags against them.
Sentences whose best tags are not IOB2 are left out: there alam takes the best tags that are.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

DATA = Path(__file__).parent / "data"
MODEL = DATA / "tiny"
FILES = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "model.safetensors",
    "clitics.safetensors",
    "tagger.json",
]
# A letter with its marks, tatweel and digits make words; every other sign is one.
DRESS = re.compile("[\u0640\u064b-\u0652]")
WORD = re.compile(r"[\w\u0640\u064b-\u0652]+|[^\w\s]")


def plain(marked):
    """The sentence without its marks, and its names with places in code points."""
    text, names, rest = "", [], marked
    while match := re.search(r"\[(\w+):([^\]]*)\]", rest):
        text += rest[: match.start()]
        names.append({"start": len(text), "end": len(text) + len(match[2]), "label": match[1]})
        text += match[2]
        rest = rest[match.end() :]
    return text + rest, names


def make(binary, sentences):
    """The model folder, as the tests make it again."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "data").mkdir()
        (work / "data/plain.txt").write_text("".join(text + "\n" for text, _ in sentences))
        records = [{"id": str(i), "text": text, "entities": names} for i, (text, names) in enumerate(sentences)]
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        (work / "data/news.jsonl").write_text("".join(lines))
        shutil.copy(DATA / "words.toml", work)
        shutil.copy(DATA / "tiny.toml", work)
        for what, out in [("tokenizer words.toml", "words"), ("finetune tiny.toml", "tiny")]:
            command = [binary, *what.split(), "--data", "data", "--out", out]
            subprocess.run(command, cwd=work, check=True)
        MODEL.mkdir(exist_ok=True)
        for name in FILES:
            shutil.copy(work / "tiny" / name, MODEL)


def tags(tokenizer, model, words):
    batch = tokenizer(words, is_split_into_words=True, return_tensors="pt")
    with torch.no_grad():
        best = model(**batch).logits[0].argmax(-1).tolist()
    of_word = {}
    for piece, word in zip(best, batch.word_ids()):
        of_word.setdefault(word, model.config.id2label[piece])
    return [of_word[i] for i in range(len(words))]


def is_iob2(tags):
    before = ["O", *tags]
    return all(tag[0] != "I" or last[1:] == tag[1:] for last, tag in zip(before, tags))


def main(binary):
    marked = (DATA / "news.txt").read_text().splitlines()
    sentences = [plain(line) for line in marked]
    make(str(Path(binary).resolve()), sentences)
    texts = [text for text, _ in sentences] + (DATA / "unseen.txt").read_text().splitlines()
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = AutoModelForTokenClassification.from_pretrained(MODEL, dtype=torch.float32).eval()
    tagger = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first")
    golden = []
    for text in texts:
        words = WORD.findall(text)
        found = tags(tokenizer, model, words)
        if not is_iob2(found):
            print(f"left out: {text} {found}")
            continue
        names = [[n["start"], n["end"], n["entity_group"]] for n in tagger(text)]
        # The pipeline takes a piece for the rest of a word when its letters are not those of the text.
        names = None if DRESS.search(text) else names
        golden.append({"text": text, "words": words, "tags": found, "names": names})
    versions = {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__}
    body = ",\n".join(json.dumps(sentence, ensure_ascii=False) for sentence in golden)
    (DATA / "tiny.json").write_text(f'{{"made_with": {json.dumps(versions)}, "sentences": [\n{body}\n]}}\n')


main(sys.argv[1])
