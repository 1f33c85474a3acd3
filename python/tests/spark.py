"""alam inside a real Spark, against `alam tag`, row by row; an executor is killed on the way:

    python python/tests/spark.py [--rows 100000] [--master local-cluster[2,1,2048]]

Texts are the sentences of the sample article, put together anew for each row. It says what it compared and fails at a difference;
`spark.txt` has what it said last. It needs pyspark 4 and Java beside the wheel.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

from alam.spark import tag
from pyspark.sql import SparkSession

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "article.txt"


def texts(rows: int) -> list[str | None]:
    """Texts of one to three sentences; every thousandth row has none."""
    sentences = [s.strip() for s in SAMPLE.read_text(encoding="utf-8").replace("\n", " ").split(".") if s.strip()]
    draw = random.Random(1)
    many = (". ".join(draw.choices(sentences, k=draw.randint(1, 3))) + f" {row}." for row in range(rows))
    return [None if row % 1000 == 999 else text for row, text in enumerate(many)]


def by_command(rows: list[str | None], folder: Path) -> list[Any]:
    """What the command line says of the texts."""
    path = folder / "texts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(rows):
            if text is not None:
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
    run = subprocess.run([sys.executable, "-m", "alam", "tag", "--quiet", path], check=True, capture_output=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def kill_an_executor(delay: float, killed: list[int]) -> None:
    """Kills one Java process of this one's that runs tasks."""
    time.sleep(delay)
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    processes = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    parents = {int(own): int(parent) for own, parent, _ in processes}

    def ours(process: int) -> bool:
        while process > 1 and process != os.getpid():
            process = parents.get(process, 0)
        return process == os.getpid()

    executors = [int(own) for own, _, words in processes if "CoarseGrainedExecutorBackend" in words and ours(int(own))]
    if executors:
        os.kill(executors[0], signal.SIGKILL)
        killed.append(executors[0])


def refused(frame: Any) -> None:
    """What cannot be meant is said before a task is sent."""
    for wrong, options in (
        (KeyError, {"text": "title"}),
        (KeyError, {"text": "body", "id": "url"}),
        (TypeError, {"text": "id"}),
        (ValueError, {"text": "body", "error": "id"}),
        (ValueError, {"text": "body", "convention": "none"}),
    ):
        try:
            tag(frame, **options)  # type: ignore[arg-type]
        except wrong:
            continue
        raise AssertionError(f"{options}: wanted {wrong.__name__}")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--master", default="local-cluster[2,1,2048]")
    parser.add_argument("--kill-after", type=float, default=20.0, help="seconds; 0 for never")
    args = parser.parse_args()
    rows = texts(args.rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = {int(record["id"]): record["entities"] for record in by_command(rows, folder)}
        os.environ["PYSPARK_PYTHON"] = sys.executable
        spark = SparkSession.builder.master(args.master).appName("alam").config("spark.executor.memory", "1g")
        session = spark.config("spark.ui.enabled", "false").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = folder / "table"
        table.mkdir()
        pq.write_table(pa.table({"id": range(len(rows)), "body": rows}), table / "rows.parquet")
        frame = session.read.parquet(str(table)).repartition(8)
        refused(frame)
        killed: list[int] = []
        if args.kill_after:
            Thread(target=kill_an_executor, args=(args.kill_after, killed), daemon=True).start()
        begin = time.monotonic()
        found = tag(frame, text="body", id="id").collect()
        took = time.monotonic() - begin
        assert len(found) == len(rows), (len(found), len(rows))
        assert killed or not args.kill_after, "no executor was there to be killed: wanted more rows or less --kill-after"
        names = 0
        for row in found:
            if rows[row.id] is None:
                assert row.names is None and "null" in row.error, row
                continue
            said = [(n.start, n.end, n.label, n.text, n.score, n.canonical) for n in row.names]
            entities = wanted[row.id]
            assert said == [
                (e["start"], e["end"], e["label"], e["text"], e["score"], e.get("canonical", e["text"])) for e in entities
            ], (row, entities)
            names += len(said)
        errors = sum(row.error is not None for row in found)
        print(f"{len(found)} rows, {names} names as `alam tag` has them, {errors} rows with an error and no names;", end=" ")
        print(f"{took:.0f} s on {args.master}, {len(killed)} executor killed", flush=True)
        stream = session.readStream.schema(frame.schema).parquet(str(table)).limit(500)
        query = tag(stream, text="body").writeStream.format("memory").queryName("names").trigger(availableNow=True).start()
        query.awaitTermination(120)
        streamed = session.sql("select id, names from names").collect()
        assert len(streamed) == 500, len(streamed)
        for row in streamed:
            assert row.names is None or [n.text for n in row.names] == [e["text"] for e in wanted[row.id]], row
        print(f"{len(streamed)} rows of a stream, the same")
        session.stop()


if __name__ == "__main__":
    main()
