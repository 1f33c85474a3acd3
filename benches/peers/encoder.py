"""The encoder alone, on the same token ids, through every runtime: outputs compared first, then rounds of passes.

    encoder.py L4-H256|L6-H384 [native|avx2] [--rounds N] [--sequences N]
"""

import argparse
import sys

import facts
import models
import numpy as np
import texts

HERE = facts.ROOT / "benches" / "peers"
PASSES = facts.ROOT / "target" / "release" / "examples" / "passes"
PEERS = {
    "transformers, arrival order": ("torch_f32", "arrival"),
    "PyTorch f32": ("torch_f32", "sorted"),
    "ONNX Runtime f32": ("onnxruntime_f32", "sorted"),
    "OpenVINO f32": ("openvino_f32", "sorted"),
    "CTranslate2 f32": ("ctranslate2_f32", "sorted"),
    "OpenVINO bf16": ("openvino_bf16", "sorted"),
    "PyTorch dynamic int8": ("torch_int8", "sorted"),
    "ONNX Runtime dynamic int8": ("onnxruntime_int8", "sorted"),
    "CTranslate2 int8": ("ctranslate2_int8", "sorted"),
}
# What each runtime listens to. ONNX Runtime and OpenVINO listen to nothing, and the int8 of PyTorch to none of these: it makes
# more products a second than AVX2 can. They are not asked where the sets are limited.
AVX2 = {
    "ALAM_KERNEL": "avx2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "FBGEMM_MAX_ISA": "AVX2",
    "CT2_FORCE_CPU_ISA": "AVX2",
}
UNLIMITED = ("ONNX", "OpenVINO", "PyTorch dynamic int8")


def sequences(folder, count):
    """Token ids of the sentences of the articles."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    sentences = [s for text in texts.articles(200) for line in text.split("\n") for s in line.split(". ")]
    return [tokenizer(s, truncation=True, max_length=512)["input_ids"] for s in sentences[:count]]


def work_of(config, lengths):
    """Operations of the products and the attention of the real tokens."""
    h, f, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    return layers * sum(2 * n * (4 * h * h + 2 * h * f) + 4 * n * n * h for n in lengths)


def start(folder, ids, env):
    """All runtimes that could begin, and why the others could not."""
    logits = lambda name: folder / f"{name.replace(' ', '-')}.logits"
    workers, missing = {}, {}
    for name, kind in {"alam f32": "f32", "alam int8": "int8"}.items():
        workers[name] = facts.Worker([PASSES, folder, ids, kind, logits(name)], env)
    for name, (function, way) in PEERS.items():
        if env and name.startswith(UNLIMITED):
            missing[name] = "its instruction sets cannot be limited"
            continue
        command = [sys.executable, HERE / "runtimes.py", function, way, folder, ids, logits(name)]
        workers[name] = facts.Worker(command, {"OMP_NUM_THREADS": str(len(facts.os.sched_getaffinity(0))), **env})
    for name in list(workers):
        if reason := workers[name].ready():
            missing[name] = reason
            del workers[name]
            print(f"{name}: {reason}", file=sys.stderr)
    return workers, missing, {name: np.fromfile(logits(name), "<f4").reshape(-1, len(models.TAGS)) for name in workers}


def compared(logits):
    """Against PyTorch in f32: shares of equal tags, and the farthest logits; refuses what is not the same."""
    wanted, found = logits["PyTorch f32"], {}
    for name, rows in logits.items():
        equal = float((rows.argmax(1) == wanted.argmax(1)).mean())
        found[name] = {"equal": equal, "farthest": float(abs(rows - wanted).max())}
        least = 1.0 if "f32" in name or "arrival" in name else 0.99
        if equal < least:
            found[name]["refused"] = f"wanted {least:.0%} equal tags, found {equal:.2%}"
            print(f"{name}: {found[name]['refused']}", file=sys.stderr)
    return found


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("model", choices=models.SHAPES)
    asked.add_argument("sets", nargs="?", choices=["native", "avx2"], default="native")
    asked.add_argument("--warm-up", type=int, default=2)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--sequences", type=int, default=512)
    asked = asked.parse_args()
    folder = models.folder(asked.model)
    rows = sequences(folder, asked.sequences)
    ids = folder / "ids.txt"
    ids.write_text("\n".join(" ".join(map(str, row)) for row in rows) + "\n")
    env = AVX2 if asked.sets == "avx2" else {}
    workers, missing, logits = start(folder, ids, env)
    same = compared(logits)
    for name in [name for name in same if "refused" in same[name]]:
        workers[name].end()
        missing[name] = same[name]["refused"]
        del workers[name]
    seconds = facts.interleaved(workers, asked.rounds, asked.warm_up)
    for worker in workers.values():
        worker.end()
    lengths = [len(row) for row in rows]
    config = facts.json.loads((folder / "config.json").read_text())
    result = {"machine": facts.machine(), "versions": facts.versions(), "sequences": len(rows), "tokens": sum(lengths)}
    result |= {"operations": work_of(config, lengths), "rounds": asked.rounds, "missing": missing, "same": same}
    facts.keep(f"encoder-{asked.model}-{asked.sets}", result | {"seconds": seconds})
    for name, values in seconds.items():
        ours = "alam int8" if "int8" in name else "alam f32"
        ratio = facts.ratios(seconds[ours], values)
        speed = sum(lengths) / facts.middle(values)["median"]
        print(f"{name:28} {speed:9.0f} tokens/s   {ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})")


if __name__ == "__main__":
    main()
