"""What all sittings share: where things stand, the machine, medians with intervals, and results on disk."""

import json
import math
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benches" / "results"
WORK = ROOT / "target" / "peers-work"
SETS = ["avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8"]
VERSIONS = ["torch", "transformers", "onnxruntime", "openvino", "ctranslate2"]


def machine():
    """The processor, its cores and the instruction sets that matter here."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    field = lambda name: next(l.split(":", 1)[1].strip() for l in lines if l.startswith(name))
    flags = field("flags").split()
    found = {"processor": field("model name"), "family": int(field("cpu family")), "model": int(field("model\t"))}
    return found | {"cores": len(os.sched_getaffinity(0)), "sets": [s for s in SETS if s in flags]}


def described(found):
    """`machine()` in words."""
    name = f"{found['processor']} (family {found['family']}, model {found['model']})"
    return f"{name}, {found['cores']} cores, {', '.join(found['sets'])}"


def versions():
    """The versions of the other runtimes, of those that are there."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in VERSIONS:
        try:
            found[name] = version(name).split("+")[0].split("-")[0]
        except PackageNotFoundError:
            pass
    return found


def middle(values):
    """The median, and the interval that holds the true one 95 times of 100, by order statistics."""
    values, n = sorted(values), len(values)
    left, total = 0, 0.5**n
    while left + 1 < (n + 1) // 2:
        total += math.comb(n, left + 1) * 0.5**n
        if total > 0.025:
            break
        left += 1
    median = (values[(n - 1) // 2] + values[n // 2]) / 2
    return {"median": median, "low": values[left], "high": values[n - 1 - left]}


def ratios(ours, theirs):
    """How many times as long the others take, pair by pair."""
    return middle([b / a for a, b in zip(ours, theirs)])


def keep(name, result):
    """Writes a result, whole or not at all."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    part = RESULTS / f".{name}.json"
    part.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    part.replace(RESULTS / f"{name}.json")


class Worker:
    """A program that makes one pass for each line it gets, and answers with the seconds."""

    def __init__(self, command, env=None):
        self.program = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )

    def ready(self):
        """Whether it could begin; else why not."""
        for line in self.program.stdout:
            if line.strip() == "ready":
                return None
        self.program.wait()
        said = self.program.stderr.read().strip().splitlines()
        return said[-1][:200] if said else f"ended with {self.program.returncode}"

    def seconds(self):
        """One pass."""
        self.program.stdin.write("pass\n")
        self.program.stdin.flush()
        return float(self.program.stdout.readline())

    def end(self):
        self.program.stdin.close()
        self.program.wait()


def interleaved(workers, rounds, warm_up):
    """Seconds of each worker, round by round, in another order each time; the first rounds are not counted."""
    seconds = {name: [] for name in workers}
    rng = random.Random(1)
    for number in range(warm_up + rounds):
        names = list(workers)
        rng.shuffle(names)
        for name in names:
            found = workers[name].seconds()
            if number >= warm_up:
                seconds[name].append(found)
        print(f"round {number + 1} of {warm_up + rounds}", file=sys.stderr, flush=True)
    return seconds
