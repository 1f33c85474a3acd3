"""The whole command: `alam tag` on 2,000 articles beside transformers' pipeline with the same model, in turn.

    command.py [--rounds N] [--articles N]

alam's time is that of the program from its start to its end, reading and writing included. The pipeline's begins when
everything is imported and loaded. It takes articles in batches of 32, 512 tokens with a stride of 64, so that nothing
is cut off; "sorted" gives it the articles by length.
"""

import argparse
import json
import subprocess
import sys
import time

import facts
import models
import texts

ALAM = facts.ROOT / "target" / "release" / "alam"
TEXTS = facts.WORK / "articles.jsonl"


def pipeline(order):
    """A pass for each line, as the other workers."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer
    from transformers import pipeline as make

    torch.set_num_threads(len(facts.os.sched_getaffinity(0)))
    model = AutoModelForTokenClassification.from_pretrained(models.DEFAULT, dtype="float32")
    tokenizer = AutoTokenizer.from_pretrained(models.DEFAULT, model_max_length=512)
    run = make("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first", stride=64)
    with TEXTS.open(encoding="utf-8") as file:
        articles = [json.loads(line)["text"] for line in file]
    if order == "sorted":
        articles.sort(key=len)
    run(articles[:32], batch_size=32)
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        for found in run(articles, batch_size=32):
            assert isinstance(found, list)
        print(time.perf_counter() - begin, flush=True)


class Command:
    """`alam tag`, a program anew each time."""

    def __init__(self, precision):
        self.command = [ALAM, "tag", TEXTS, "--quiet", "--model", models.DEFAULT, "--precision", precision]

    def seconds(self):
        with (facts.WORK / "names.jsonl").open("wb") as out:
            begin = time.perf_counter()
            subprocess.run(self.command, stdout=out, check=True)
            return time.perf_counter() - begin


def same_tags(made):
    """The share of words that have the same tag in int8 and in f32."""
    few = facts.WORK / "few.jsonl"
    texts.write(few, made)
    columns = []
    for precision in ("int8", "f32"):
        command = [ALAM, "tag", few, "--quiet", "--model", models.DEFAULT, "--precision", precision, "--format", "conll"]
        lines = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        columns.append([line.split()[-1] for line in lines if line.strip()])
    int8, f32 = columns
    assert len(int8) == len(f32), "this is a bug: other words in int8 than in f32"
    return sum(a == b for a, b in zip(int8, f32)) / len(f32)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--articles", type=int, default=2000)
    asked.add_argument("--as", dest="order", choices=["arrival", "sorted"], help="be the pipeline")
    asked = asked.parse_args()
    if asked.order:
        return pipeline(asked.order)
    made = texts.articles(asked.articles)
    texts.write(TEXTS, made)
    workers = {"alam tag": Command("int8"), "alam tag --precision f32": Command("f32")}
    for order in ("arrival", "sorted"):
        worker = facts.Worker([sys.executable, __file__, "--as", order])
        if reason := worker.ready():
            raise SystemExit(f"pipeline, {order}: {reason}")
        workers[f"transformers pipeline, {order}"] = worker
    seconds = facts.interleaved(workers, asked.rounds, 0)
    words = sum(len(text.split()) for text in made)
    result = {"machine": facts.machine(), "versions": facts.versions(), "articles": len(made), "words": words}
    result["same"] = same_tags(made[: len(made) // 4])
    facts.keep("command", result | {"rounds": asked.rounds, "seconds": seconds})
    for name, values in seconds.items():
        ratio, speed = facts.ratios(seconds["alam tag"], values), words / facts.middle(values)["median"]
        print(f"{name:32} {speed:8.0f} words/s   {ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})")


if __name__ == "__main__":
    main()
