"""Writes seqeval.json: what seqeval says of random tag sequences that tests/metrics.rs makes again from the same seeds.

    pip install seqeval==1.2.2 numpy
    python tests/golden/make_seqeval.py > tests/golden/seqeval.json

Sequences are well formed and malformed alike: `I-` with nothing before it, types that change in the middle, empty sequences,
predictions without any name. Each case holds the scores of both modes, in millionths.
"""

import json
import warnings

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

CASES = 320
TYPES = ["LOC", "MISC", "ORG", "PER"]

warnings.filterwarnings("ignore")


class Lcg:
    """Knuth's 64-bit linear congruential generator; the upper bits are the number."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def tag(random, types):
    kind = random.below(8)
    label = TYPES[random.below(types)]
    return "O" if kind < 3 else f"B-{label}" if kind < 5 else f"I-{label}"


def case(seed):
    random = Lcg(seed)
    types = 1 + random.below(4)
    noise = [1, 2, 4, 8, 1000][random.below(5)]
    silent = random.below(16) == 0
    gold, predicted = [], []
    for _ in range(1 + random.below(22)):
        length = random.below(14)
        gold.append([tag(random, types) for _ in range(length)])
        row = [tag(random, types) if random.below(noise) == 0 else t for t in gold[-1]]
        predicted.append(["O"] * length if silent else row)
    return gold, predicted


def millionths(row):
    return [round(row[key] * 1e6) for key in ("precision", "recall", "f1-score")] + [int(row["support"])]


def report(gold, predicted, **mode):
    rows = classification_report(gold, predicted, output_dict=True, zero_division=0, **mode)
    if len(rows) == 3:  # the averages alone: no name anywhere, and seqeval's macro average is not a number
        return {}
    return {name.removesuffix(" avg"): millionths(row) for name, row in rows.items()}


def main():
    cases = []
    for seed in range(CASES):
        gold, predicted = case(seed)
        default = report(gold, predicted)
        strict = report(gold, predicted, mode="strict", scheme=IOB2)
        cases.append({"default": default, "strict": strict})
    print("[")
    print(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
    print("]")


main()
