"""Does it pay to choose what is annotated? python3 training/tests/select/simulate.py ALAM ALAM-TRAIN DATA OUT [SEEDS]

A model that has never seen alam-news learns the public corpora of DATA first. Then, for each seed, of a thousand documents of alam-news it gets
N that it is least sure of, or N drawn at random, with their gold; what it learns from them (`alam-train new`, `finetune`) is scored on alam-news
`dev-hard`, `dev` having chosen among its checkpoints. Rows go to OUT/rows.jsonl as they come; the same command carries on. The standard library alone.
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys

ALAM, TRAIN, DATA, OUT = sys.argv[1:5]
SEEDS = range(1, 1 + int(sys.argv[5] if len(sys.argv) > 5 else 3))
DATA, OUT = pathlib.Path(DATA).resolve(), pathlib.Path(OUT).resolve()
SIZES = [50, 100, 200]
POOL = 1_000

BASE = """types = ["PER", "LOC", "ORG", "MISC"]
conventions = ["alam", "anercorp", "newsfane", "wikifane", "aqmar"]
select = ["dev10"]

[model]
tokenizer = "default"

[model.shape]
family = "electra"
hidden_size = 256
layers = 4
heads = 8
initializer_range = 0.05

[model.shape.neighbours]
blocks = 2
reach = 3

[examples]
window = [80, 92]
mask = 0.15
drop_stop = 0.2

[train]
seed = 1
steps = 2000
batch_tokens = 2048
learning_rate = 1e-3
warmup = 0.05
evaluate_every = 1000

[train.optimiser]
muon = 6.0
word_rate = 8.0
beta2 = 0.98
weight_decay = 0.01
"""
CORPORA = [
    ("anercorp/train90.conll", "anercorp"),
    ("newsfane/anercorp-train90-relabelled.conll", "newsfane"),
    ("wikifane/surface.conll", "wikifane"),
    ("aqmar/liu_train.conll", "aqmar"),
]


def run(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, cwd=OUT).stdout


def lines(name):
    return [json.loads(line) for line in (DATA / "ner/alam-news" / name).open(encoding="utf-8")]


def base():
    """The model before anybody annotated anything, and what it finds in the pool."""
    recipe = BASE + "".join(f'\n[[corpora]]\npath = "ner/{path}"\nconvention = "{name}"\n' for path, name in CORPORA)
    recipe += '\n[[dev]]\nname = "dev10"\npath = "ner/anercorp/dev10.conll"\nconvention = "anercorp"\n'
    (OUT / "base.toml").write_text(recipe)
    run(TRAIN, "finetune", "base.toml", "--data", DATA, "--out", "base")


def doubts(documents):
    """How unsure the model is of each document: what its names lack of being sure, a word."""
    (OUT / "pool.jsonl").write_text("".join(json.dumps({"id": d["id"], "text": d["text"]}, ensure_ascii=False) + "\n" for d in documents))
    tagged = run(ALAM, "tag", "--model", "base", "--convention", "newsfane", "-q", "pool.jsonl").splitlines()
    return [
        (sum(1 - name["score"] for name in json.loads(line)["entities"]) / max(20, len(document["text"].split())), json.loads(line)["entities"])
        for line, document in zip(tagged, documents, strict=True)
    ]


def least_sure(documents, count):
    """The documents that it is least sure of, each with names that those before it have not."""
    ranked = sorted(zip(doubts(documents), documents), key=lambda pair: -pair[0][0])
    chosen, known, later = [], set(), []
    for (_, names), document in ranked:
        unsure = {name["text"] for name in names if name["score"] < 0.8}
        (chosen if len(unsure - known) * 2 > len(unsure) else later).append(document)
        known |= unsure
        if len(chosen) == count:
            break
    return (chosen + later)[:count]


def learn(name, documents):
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    gold = folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents), encoding="utf-8")
    dev = DATA / "ner/alam-news/dev.jsonl"
    run(TRAIN, "new", gold, "--dev", dev, "--model", "base", "--out", folder / "own")
    run(TRAIN, "finetune", folder / "own/recipe.toml", "--out", folder / "own/model")
    scores = [json.loads(run(ALAM, "eval", DATA / f"ner/alam-news/{set_}.jsonl", "--model", folder / "own/model", "--json")) for set_ in ("dev", "dev-hard")]
    shutil.rmtree(folder)
    return [round(100 * score["micro"]["f1"], 2) for score in scores]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rows = OUT / "rows.jsonl"
    done = {(row["seed"], row["size"], row["how"]) for row in map(json.loads, rows.open())} if rows.exists() else set()
    if not (OUT / "base/README.md").exists():
        base()
    everything = lines("train.jsonl")
    for seed in SEEDS:
        pool = random.Random(seed).sample(everything, POOL)
        for size in SIZES:
            for how in ("random", "least sure"):
                if (seed, size, how) in done:
                    continue
                documents = pool[:size] if how == "random" else least_sure(pool, size)
                words = sum(len(document["text"].split()) for document in documents)
                dev, hard = learn("now", documents)
                row = {"seed": seed, "size": size, "how": how, "words": words, "dev": dev, "dev-hard": hard}
                print(row, flush=True)
                with rows.open("a") as file:
                    file.write(json.dumps(row) + "\n")


main()
