"""What of the machine's peak the encoder reaches: `cargo bench --bench encoder`, read.

    rates.py [native|avx2]
"""

import os
import re
import subprocess
import sys

import facts

BENCH = ["cargo", "bench", "-p", "alam", "-p", "alam-models", "-p", "alam-training", "--bench", "encoder", "--"]
LINE = re.compile(
    r"\w+ (?P<shape>L\d+ H\d+) (?P<kind>f32|int8) +(?P<kernels>\w+) *: +(?P<tokens>\d+) tokens/s +"
    r"(?P<rate>[\d.]+) GFLOP/s effective(, (?P<share>[\d.]+) % of (?P<peak>[\d.]+) at most)?"
)


def main(sets="native"):
    env = os.environ | ({"ALAM_KERNEL": "avx2"} if sets == "avx2" else {})
    command = [*BENCH, "mini", "small", "8"]
    found = subprocess.run(command, cwd=facts.ROOT, env=env, check=True, text=True, stdout=subprocess.PIPE)
    print(found.stdout, end="")
    rows = []
    for line in filter(None, map(LINE.match, found.stdout.splitlines())):
        row = {name: value for name, value in line.groupdict().items() if value is not None}
        rows.append(row | {name: float(row[name]) for name in ("tokens", "rate", "share", "peak") if name in row})
    assert len(rows) == 4, found.stdout
    facts.keep(f"rates-{sets}", {"machine": facts.machine(), "rows": rows})


if __name__ == "__main__":
    main(*sys.argv[1:])
