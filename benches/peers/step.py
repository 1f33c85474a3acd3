"""A step of fine-tuning an encoder L6 H384, 4,096 tokens a step, dropout and all: alam-train and PyTorch in turn.

    step.py [--rounds N]
"""

import argparse
import sys
import time

import facts
import models
import texts

STEPS = facts.ROOT / "target" / "release" / "examples" / "steps"
RECIPE = """types = ["PER", "LOC", "ORG", "MISC"]

[model]
tokenizer = "{tokenizer}"

[model.shape]
hidden_size = 384
layers = 6
heads = 6

[examples]
window = [128, 128]

[train]
passes = 1
batch_tokens = 4096
learning_rate = 1e-4
arithmetic = "{arithmetic}"

[[corpora]]
name = "made"
path = "steps.conll"

[[dev]]
name = "made too"
path = "steps-dev.conll"
"""
SEQUENCES, LENGTH = 32, 128
LOSSES = {"PyTorch f32": False, "PyTorch bf16": True}


def prepare():
    """Labelled text, in which every twentieth word is a name, and a recipe for each arithmetic."""
    facts.WORK.mkdir(parents=True, exist_ok=True)
    labelled("steps.conll", 2000)
    labelled("steps-dev.conll", 1)
    for arithmetic in ("f32", "bf16"):
        tokenizer = facts.os.path.relpath(models.folder("L6-H384"))
        text = RECIPE.format(arithmetic=arithmetic, tokenizer=tokenizer)
        (facts.WORK / f"steps-{arithmetic}.toml").write_text(text)


def labelled(name, count):
    """Articles as CoNLL."""
    number = 0
    with (facts.WORK / name).open("w", encoding="utf-8") as file:
        for text in texts.articles(count, seed=2, words=100):
            for word in text.split():
                tag = models.TAGS[1 + 2 * (number // 20 % 4)] if number % 20 == 0 else "O"
                file.write(f"{word} {tag}\n")
                number += 1
            file.write("\n")


def torch_steps(bf16):
    """As `training/examples/steps.rs`: a step a line."""
    import torch
    from transformers import BertForTokenClassification

    torch.set_num_threads(len(facts.os.sched_getaffinity(0)))
    torch.manual_seed(1)
    sizes = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 6, "intermediate_size": 1536}
    model = BertForTokenClassification(models.config(**sizes)).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    print("ready", flush=True)
    for _ in sys.stdin:
        ids = torch.randint(5, models.vocabulary(), (SEQUENCES, LENGTH))
        labels = torch.randint(0, len(models.TAGS), (SEQUENCES, LENGTH))
        begin = time.perf_counter()
        optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            loss = model(ids, attention_mask=torch.ones_like(ids), labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        print((time.perf_counter() - begin) * 4096 / ids.numel(), flush=True)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--warm-up", type=int, default=2)
    asked.add_argument("--rounds", type=int, default=11)
    asked.add_argument("--as", dest="name", choices=LOSSES, help="be the worker of that name")
    asked = asked.parse_args()
    if asked.name:
        return torch_steps(LOSSES[asked.name])
    prepare()
    workers = {}
    for kind in ("bf16", "f32"):
        workers[f"alam {kind}"] = facts.Worker([STEPS, facts.WORK / f"steps-{kind}.toml", facts.WORK])
    for name in LOSSES:
        workers[name] = facts.Worker([sys.executable, __file__, "--as", name])
    for name, worker in workers.items():
        if reason := worker.ready():
            raise SystemExit(f"{name}: {reason}")
    seconds = facts.interleaved(workers, asked.rounds, asked.warm_up)
    for worker in workers.values():
        worker.end()
    result = {"machine": facts.machine(), "versions": facts.versions(), "rounds": asked.rounds, "seconds": seconds}
    facts.keep("step", result)
    for name, values in seconds.items():
        ratio = facts.ratios(seconds["alam bf16" if "bf16" in name else "alam f32"], values)
        milliseconds = 1e3 * facts.middle(values)["median"]
        print(f"{name:16} {milliseconds:7.0f} ms   {ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})")


if __name__ == "__main__":
    main()
