"""Everything, one part after the other, on a machine that does nothing else; then the page is written.

    sitting.py [PART...] [--again]

A part whose result is in `benches/results` is not measured again without `--again`: what was cut off goes on.
"""

import argparse
import json
import subprocess
import sys
import time

import facts

HERE = facts.ROOT / "benches" / "peers"
BUILD = "cargo build --release -p alam -p alam-models -p alam-training --bin alam --bench encoder"
EXAMPLES = "--example passes --example steps"
PARTS = {
    "bench": [],
    "rates-native": ["rates.py"],
    "rates-avx2": ["rates.py", "avx2"],
    "encoder-L4-H256-native": ["encoder.py", "L4-H256", "--rounds", "12"],
    "encoder-L6-H384-native": ["encoder.py", "L6-H384", "--rounds", "10", "--sequences", "256"],
    "encoder-L4-H256-avx2": ["encoder.py", "L4-H256", "avx2", "--rounds", "8", "--sequences", "256"],
    "encoder-L6-H384-avx2": ["encoder.py", "L6-H384", "avx2", "--rounds", "8", "--sequences", "128"],
    "step": ["step.py", "--rounds", "9"],
    "curves": ["curves.py"],
    "command": ["command.py", "--rounds", "2"],
    "wheel": ["wheel.py"],
}


def bench():
    """`alam bench`, as JSON."""
    command = [facts.ROOT / "target" / "release" / "alam", "bench", "--passes", "20", "--json"]
    facts.keep("bench", json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}")
    asked.add_argument("--again", action="store_true")
    asked = asked.parse_args()
    subprocess.run(f"{BUILD} {EXAMPLES}".split(), cwd=facts.ROOT, check=True)
    failed = []
    for name in asked.parts or PARTS:
        if (facts.RESULTS / f"{name}.json").exists() and not asked.again:
            continue
        begin = time.perf_counter()
        print(f"== {name}", flush=True)
        if name == "bench":
            bench()
        elif subprocess.run([sys.executable, *PARTS[name]], cwd=HERE).returncode:
            failed.append(name)
        print(f"== {name}: {time.perf_counter() - begin:.0f} s", flush=True)
    subprocess.run([sys.executable, "report.py"], cwd=HERE, check=True)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
