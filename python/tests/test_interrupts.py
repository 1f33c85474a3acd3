"""Ctrl-C and other signals while something long runs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import alam
import pytest

TEXT = "وصل أنطونيو غوتيريش إلى القاهرة، وقالت وألمانيا للأمم المتحدة إن لبوتين موقفا. "
# Each goes on for a minute or longer unless it is interrupted.
LONG = {
    "a long list": "tagger.tag_all([text * 20] * 100_000)",
    "one huge text": "tagger(text * 200_000)",
    "a stream of huge texts": "list(tagger.stream([text * 200_000] * 3))",
    "a column": "tagger.tag_table(pa.table({'text': [text * 20] * 100_000}))",
    "a file that is written": "alam.write('names.jsonl', tagger.stream([text * 20] * 100_000))",
    "a list in a thread of its own": (
        "threading.Thread(target=tagger.tag_all, args=([text * 20] * 100_000,), daemon=True).start()\n"
        "while True: time.sleep(0.1)"
    ),
}


@pytest.mark.parametrize("what", LONG)
def test_an_interrupt_ends(what: str, tmp_path: Path) -> None:
    program = (
        "import alam, os, threading, time, pyarrow as pa\n"
        f"text = {TEXT!r}\n"
        "tagger = alam.Tagger()\n"
        "print('ready', flush=True)\n"
        "try:\n"
        + "".join(f"    {line}\n" for line in LONG[what].splitlines())
        + "except KeyboardInterrupt:\n"
        "    print(tagger('زار بيروت.')[0].text, flush=True)\n"
        "    os._exit(7)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=tmp_path, text=True)
    with run as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(1.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        said, _ = process.communicate(timeout=30)
        assert time.monotonic() - begin < 3
    assert (process.returncode, said) == (7, "بيروت\n")
    assert list(tmp_path.iterdir()) == []


def test_what_a_handler_raises_comes_out(tagger: alam.Tagger) -> None:
    def handler(_number: int, _frame: object) -> None:
        raise TimeoutError("long enough")

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        begin = time.monotonic()
        with pytest.raises(TimeoutError, match="long enough"):
            tagger(TEXT * 200_000)
        assert time.monotonic() - begin < 3
    finally:
        signal.signal(signal.SIGALRM, before)
    assert tagger("زار بيروت.")[0].text == "بيروت"


def test_a_signal_that_raises_nothing_ends_nothing(tagger: alam.Tagger) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: seen.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        names = tagger(TEXT * 5000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(names) > 5000 and len(seen) > 1
