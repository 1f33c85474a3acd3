"""The Python wheel beside the command, in turn; the wheel is the one that `bash python/check.sh` built and installed.

    wheel.py [--rounds N] [--articles N] [--rows N] [--starts N]

The command's time is that of the program from its start to its end, reading and writing included. `tag_all` gets a list of str
and gives lists of names; `tag_table` goes from a Parquet file to a Parquet file, as the command does; both begin in a process
that has loaded the model. Processor time (user and system) is counted beside the clock, which others on the machine slow down.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

import facts
import texts

ALAM = facts.ROOT / "target" / "release" / "alam"
PYTHON = facts.ROOT / "target" / "python" / "venv" / "bin" / "python"
ARTICLES = facts.WORK / "articles.jsonl"
TABLE = facts.WORK / "texts.parquet"
NAMES = facts.WORK / "names.parquet"
IMPORT = "import time; begin = time.perf_counter(); import alam; print(time.perf_counter() - begin)"
FIRST = "import alam; print(alam.Tagger()('وصل أنطونيو غوتيريش إلى القاهرة.')[0].text)"


def spent(who):
    """Seconds on the clock, and of the processor."""
    used = resource.getrusage(who)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def work(what):
    """A pass for each line, inside the wheel's interpreter."""
    import alam
    import pyarrow.parquet as pq

    tagger = alam.Tagger()
    with ARTICLES.open(encoding="utf-8") as file:
        articles = [json.loads(line)["text"] for line in file]
    tagger.tag_all(articles[:100])

    def table():
        pq.write_table(tagger.tag_table(pq.read_table(TABLE), text="text"), NAMES)

    passes = {"tag_all": lambda: tagger.tag_all(articles), "tag_table": table}
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = spent(resource.RUSAGE_SELF)
        passes[what]()
        end = spent(resource.RUSAGE_SELF)
        print(*(b - a for a, b in zip(begin, end)), flush=True)


class Wheel(facts.Worker):
    """A process of the wheel's interpreter that stays."""

    def __init__(self, what):
        super().__init__([PYTHON, __file__, "--as", what])
        if reason := self.ready():
            raise SystemExit(f"{what}: {reason}")

    def seconds(self):
        self.program.stdin.write("pass\n")
        self.program.stdin.flush()
        return tuple(map(float, self.program.stdout.readline().split()))


class Command:
    """A program anew each time."""

    def __init__(self, *command):
        self.command = command

    def seconds(self):
        begin = spent(resource.RUSAGE_CHILDREN)
        subprocess.run(self.command, stdout=subprocess.DEVNULL, check=True)
        end = spent(resource.RUSAGE_CHILDREN)
        return tuple(b - a for a, b in zip(begin, end))


def compared(command, wheel, rounds):
    """Both, in turn: seconds, processor seconds, and how many times as long the command takes."""
    pairs = facts.interleaved({"command": command, "wheel": wheel}, rounds, 1)
    wheel.end()
    columns = {name: list(zip(*seconds)) for name, seconds in pairs.items()}
    found = {name: {"seconds": column[0], "processor": column[1]} for name, column in columns.items()}
    for number, what in enumerate(("ratio", "processor_ratio")):
        found[what] = facts.ratios(columns["wheel"][number], columns["command"][number])
    return found


def starts(program, times):
    """Milliseconds of a program from its start to its end, and what it printed."""
    clock, printed = [], []
    for _ in range(times + 1):
        begin = time.perf_counter()
        run = subprocess.run([PYTHON, "-c", program], stdout=subprocess.PIPE, check=True, env={**os.environ, "PYTHONUTF8": "1"})
        clock.append(1e3 * (time.perf_counter() - begin))
        printed.append(run.stdout.decode().strip())
    return clock[1:], printed[1:]


def write_table(rows):
    """Short texts, some sentences each, as a Parquet file: written by the command itself, which needs nothing."""
    lines = facts.WORK / "short.jsonl"
    texts.write(lines, texts.articles(rows, seed=2, words=12))
    program = (
        "import json, sys, pyarrow as pa, pyarrow.parquet as pq\n"
        "rows = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]\n"
        "pq.write_table(pa.Table.from_pylist(rows), sys.argv[2])\n"
    )
    subprocess.run([PYTHON, "-c", program, lines, TABLE], check=True)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--articles", type=int, default=2000)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--starts", type=int, default=20)
    asked.add_argument("--as", dest="what", choices=["tag_all", "tag_table"], help="be the wheel")
    asked = asked.parse_args()
    if asked.what:
        return work(asked.what)
    if not PYTHON.exists():
        raise SystemExit(f"{PYTHON}: wanted the wheel, found none\ntip: bash python/check.sh builds and installs it")
    texts.write(ARTICLES, texts.articles(asked.articles))
    write_table(asked.rows)
    found = {"machine": facts.machine(), "articles": asked.articles, "rows": asked.rows, "rounds": asked.rounds}
    imports, inside = starts(IMPORT, asked.starts)
    found["import_ms"] = facts.middle([1e3 * float(seconds) for seconds in inside])
    found["first_name_ms"] = facts.middle(starts(FIRST, asked.starts)[0])
    found["interpreter_ms"] = facts.middle(starts("pass", asked.starts)[0])
    command = Command(ALAM, "tag", ARTICLES, "--quiet", "-o", facts.WORK / "names.jsonl")
    found["tag_all"] = compared(command, Wheel("tag_all"), asked.rounds)
    command = Command(ALAM, "tag", TABLE, "--quiet", "-o", NAMES)
    found["tag_table"] = compared(command, Wheel("tag_table"), asked.rounds)
    facts.keep("wheel", found)
    for what in ("import_ms", "first_name_ms", "interpreter_ms"):
        print(f"{what:16} {found[what]['median']:.1f}")
    for what in ("tag_all", "tag_table"):
        for ratio in ("ratio", "processor_ratio"):
            print(f"{what:10} {ratio:16} {{median:.3f}} ({{low:.3f}} to {{high:.3f}})".format(**found[what][ratio]))


if __name__ == "__main__":
    main()
