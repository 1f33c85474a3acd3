"""How `alam tag` grows: time and memory against the number of articles, time against their length and against threads.

    curves.py [--repeat N]

Where the count matters and not the model, a tiny one with random weights serves. Every point is the least of a few runs
of the whole program; the slope is that of the logarithms. From the times for many articles that for a hundred is taken off,
which is that of starting.
"""

import argparse
import math
import os
import random
import struct
import subprocess
import time

import facts
import models
import texts
from command import ALAM

COUNTS = [100, 300, 1000, 3000, 10_000, 30_000, 100_000]
LENGTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]
THREADS = [1, 2, 4]


def tiny():
    """A BERT of one block of 32, written by hand: this script needs nothing but Python."""
    to = facts.WORK / "tiny"
    to.mkdir(parents=True, exist_ok=True)
    for file in ("tokenizer.json", "tokenizer_config.json", "tagger.json"):
        (to / file).write_bytes((models.DEFAULT / file).read_bytes())
    config = facts.json.loads((models.DEFAULT / "config.json").read_text())
    sizes = {"hidden_size": 32, "embedding_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config |= sizes | {"intermediate_size": 64}
    (to / "config.json").write_text(facts.json.dumps(config))
    layer = "electra.encoder.layer.0"
    parts = {f"{layer}.attention.self.{part}": (32, 32) for part in ("query", "key", "value")}
    parts |= {f"{layer}.attention.output.dense": (32, 32), "classifier": (len(models.TAGS), 32)}
    parts |= {f"{layer}.intermediate.dense": (64, 32), f"{layer}.output.dense": (32, 64)}
    norms = [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm", "electra.embeddings.LayerNorm"]
    tables = {"word": config["vocab_size"], "position": 512, "token_type": config["type_vocab_size"]}
    shapes = {f"electra.embeddings.{name}_embeddings.weight": (rows, 32) for name, rows in tables.items()}
    for name, shape in parts.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    for name in norms:
        shapes |= {f"{name}.weight": (32,), f"{name}.bias": (32,)}
    save(to / "model.safetensors", shapes)
    return to


def save(path, shapes):
    """Random weights as safetensors."""
    rng, header, body = random.Random(1), {}, bytearray()
    for name, shape in shapes.items():
        size = math.prod(shape)
        begin = len(body)
        values = [rng.gauss(0, 0.2) for _ in range(size)]
        if name == "classifier.bias":
            values[0] = 4.0  # most words stand outside names
        body += struct.pack(f"<{size}f", *values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, len(body)]}
    head = facts.json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + body)


def run(file, *flags, repeat):
    """The least seconds of a few runs, and the most memory of any in MB."""
    best, most = math.inf, 0.0
    for _ in range(repeat):
        with open(os.devnull, "wb") as nowhere:
            begin = time.perf_counter()
            program = subprocess.Popen([ALAM, "tag", file, "--quiet", *map(str, flags)], stdout=nowhere)
            while program.poll() is None:
                most = max(most, held(program.pid))
                time.sleep(0.005)
            best = min(best, time.perf_counter() - begin)
        assert program.returncode == 0, file
    return {"seconds": best, "megabytes": most}


def held(program):
    """The most memory that a program has held so far, in MB. (What `wait4` says begins with that of this script.)"""
    try:
        status = (facts.Path("/proc") / str(program) / "status").read_text()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), default=0.0)


def slope(points):
    """Of the line through the logarithms, by least squares."""
    xs, ys = zip(*((math.log(x), math.log(y)) for x, y in points))
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys)) / sum((x - x0) ** 2 for x in xs)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--repeat", type=int, default=3)
    repeat = asked.parse_args().repeat
    model = tiny()
    file = facts.WORK / "curve.jsonl"
    made = texts.articles(COUNTS[-1], seed=3, words=60)
    count, length, threads = [], [], []
    for n in COUNTS:
        texts.write(file, made[:n])
        count.append({"articles": n} | run(file, "--model", model, repeat=repeat if n < 50_000 else 1))
        print(count[-1], flush=True)
    for n in LENGTHS:
        number = max(200_000 // n, 1)
        texts.write(file, texts.articles(min(number, 2000), seed=4, words=n) * -(-number // 2000))
        found = run(file, "--model", model, repeat=repeat)
        number = min(number, 2000) * -(-number // 2000)
        length.append({"words": n, "seconds": found["seconds"] / number, "megabytes": found["megabytes"]})
        print(length[-1], flush=True)
    texts.write(file, texts.articles(500, seed=5))
    for n in THREADS:
        threads.append({"threads": n} | run(file, "--threads", n, repeat=repeat))
        print(threads[-1], flush=True)
    start = count[0]["seconds"]
    slopes = {
        "articles": slope([(p["articles"], p["seconds"] - start) for p in count if p["articles"] >= 10_000]),
        "length": slope([(p["words"], p["seconds"]) for p in length if p["words"] >= 100]),
    }
    memory = count[-1]["megabytes"] / next(p["megabytes"] for p in count if p["articles"] == 1000)
    print(f"slopes {slopes}; memory at {COUNTS[-1]} articles over that at 1000: {memory:.3f}")
    result = {"machine": facts.machine(), "count": count, "length": length, "threads": threads}
    facts.keep("curves", result | {"slopes": slopes, "memory": memory})


if __name__ == "__main__":
    main()
