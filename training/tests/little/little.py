"""What comes of little data: F1 after fine-tuning on 20 to 500 sentences, from the released model, from nothing, and of a CRF.

    pip install sklearn-crfsuite
    python3 training/tests/little/little.py DATA OUT [--sizes 20,50,100,200,500] [--seeds 1,2,3] [--sets anercorp,aqmar,wikifane]

DATA is the folder with `anercorp`, `aqmar` and `wikifane`; `alam` and `alam-train` are taken from the path. Sentences are drawn by the
seed from the training part of a set, and every run is scored on the same held-out part, which no run learns from and none chooses its
steps by: for that a fifth of the drawn sentences is kept. Each run adds a line to OUT/little.jsonl; what is there is not run again.
The released model has seen the training part of these sets: the row `as it is` says what it knows before the first step.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path

SETS = {
    "anercorp": ("anercorp/train90.conll", "anercorp/dev10.conll", None),
    "aqmar": ("aqmar/liu_train.conll", "aqmar/liu_dev.conll", None),
    "wikifane": ("wikifane/surface.conll", None, (0.9, 1.0)),
}


def sentences(path):
    """The sentences of a CoNLL file, each a list of (word, tag)."""
    found, words = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            word, *_, tag = line.split()
            words.append((word, tag))
        elif words:
            found.append(words)
            words = []
    return found + ([words] if words else [])


def write(path, all_sentences):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join("\n".join(f"{word} {tag}" for word, tag in words) for words in all_sentences)
    path.write_text(text + "\n", encoding="utf-8")


def call(*command):
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}: status {ran.returncode}\n{ran.stderr}")
    return ran.stdout


def score(gold, model, convention=None):
    """Strict micro F1 in per cent, by `alam eval`."""
    more = ["--convention", convention] if convention else []
    report = json.loads(call("alam", "eval", gold, "--model", model, "--json", *more))
    return 100 * report["micro"]["f1"]


def trained(folder, drawn, held_out, model, seed):
    """F1 of a model by the recipe of `alam-train new`, seconds of its training, and steps."""
    write(folder / "train.conll", drawn)
    call("alam-train", "new", folder / "train.conll", "--model", model, "--out", folder / "run")
    recipe = folder / "run" / "recipe.toml"
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(text.replace("[train]\n", f"[train]\nseed = {seed}\n"), encoding="utf-8")
    begun = time.monotonic()
    call("alam-train", "finetune", recipe, "--out", folder / "run" / "model", "--progress", "none")
    return score(held_out, folder / "run" / "model"), time.monotonic() - begun


def features(words, at):
    """Those of a usual CRF: the word, its ends, its neighbours."""
    word = words[at]
    found = {"word": word, "first": word[:1], "pre2": word[:2], "pre3": word[:3], "suf2": word[-2:], "suf3": word[-3:]}
    found["digit"] = any(c.isdigit() for c in word)
    for step in (-2, -1, 1, 2):
        there = 0 <= at + step < len(words)
        found[f"{step}:word"] = words[at + step] if there else "<none>"
    return found


def crf(drawn, held_out, folder):
    import sklearn_crfsuite

    rows = lambda some: [[features([w for w, _ in s], i) for i in range(len(s))] for s in some]
    model = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.1, c2=0.1, max_iterations=200, all_possible_transitions=True)
    model.fit(rows(drawn), [[tag for _, tag in s] for s in drawn])
    gold = sentences(held_out)
    tags = model.predict(rows(gold))
    write(folder / "crf.conll", [[(w, t) for (w, _), t in zip(s, p)] for s, p in zip(gold, tags)])
    report = json.loads(call("alam", "eval", held_out, folder / "crf.conll", "--json"))
    return 100 * report["micro"]["f1"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sizes", default="20,50,100,200,500")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--ways", default="default,none,crf")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    log = args.out / "little.jsonl"
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    done = {(row["set"], row["size"], row["seed"], row["way"]) for row in rows}

    def keep(row):
        rows.append(row)
        with log.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(row, flush=True)

    for name in args.sets.split(","):
        train, dev, part = SETS[name]
        pool = sentences(args.data / train)
        if part:
            first, end = (round(share * len(pool)) for share in part)
            pool, held = pool[:first], pool[first:end]
        else:
            held = sentences(args.data / dev)
        held_out = args.out / name / "held-out.conll"
        write(held_out, held)
        for seed in map(int, args.seeds.split(",")):
            order = list(range(len(pool)))
            random.Random(seed).shuffle(order)
            for size in map(int, args.sizes.split(",")):
                drawn = [pool[i] for i in order[:size]]
                for way in args.ways.split(","):
                    if (name, size, seed, way) in done:
                        continue
                    folder = args.out / name / f"{size}-{seed}-{way}"
                    folder.mkdir(parents=True, exist_ok=True)
                    row = {"set": name, "size": size, "seed": seed, "way": way}
                    if way == "crf":
                        row["f1"] = crf(drawn, held_out, folder)
                    else:
                        row["f1"], row["seconds"] = trained(folder, drawn, held_out, way, seed)
                    keep(row)
    sizes = sorted({row["size"] for row in rows})
    print("| set | way | " + " | ".join(map(str, sizes)) + " |")
    print("| --- | --- |" + " --: |" * len(sizes))
    for name in dict.fromkeys(row["set"] for row in rows):
        for way in dict.fromkeys(row["way"] for row in rows if row["set"] == name):
            cells = []
            for size in sizes:
                f1 = [row["f1"] for row in rows if (row["set"], row["way"], row["size"]) == (name, way, size)]
                cells.append(f"{sum(f1) / len(f1):.1f}" if f1 else "")
            print(f"| {name} | {way} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
