"""Memory over many calls, Python's own (tracemalloc) and the process's (resident set):

    python python/tests/memory.py [--calls 1000000]

Texts differ from call to call; of a thousand calls some are of lists, streams, tables and mistakes. It fails where memory grows
behind the first two tenths of the calls.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
import tracemalloc
from pathlib import Path

import alam
import pyarrow as pa

TEXT = "وصل أنطونيو غوتيريش إلى القاهرة، وقالت وألمانيا للأمم المتحدة إن لبوتين موقفا."
WORDS = TEXT.split()
MOST_RESIDENT = 4 << 20
MOST_TRACED = 64 << 10


def resident() -> int:
    """Bytes of this process in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def call(tagger: alam.Tagger, number: int) -> None:
    """One call, of the kind that its number says."""
    at = number % len(WORDS)
    text = " ".join([*WORDS[at:], *WORDS[:at], str(number)])
    match number % 1000:
        case 0:
            tagger.tag_all([text] * 20)
        case 1:
            for document in tagger.stream([text] * 20):
                document.dict()
        case 2:
            tagger.tag_table(pa.table({"text": [text, None] * 10}))
        case 3:
            try:
                tagger.tag_all([text, None])  # type: ignore[list-item]
            except TypeError:
                pass
        case _:
            tagger(text)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    calls = parser.parse_args().calls
    # Short texts one by one have no work for a second thread.
    tagger = alam.Tagger(threads=1)
    tracemalloc.start()
    begin = time.monotonic()
    seen: list[tuple[int, int]] = []
    for number in range(1, calls + 1):
        call(tagger, number)
        if number % (calls // 10) == 0:
            gc.collect()
            seen.append((resident(), tracemalloc.get_traced_memory()[0]))
            traced, took = seen[-1][1] / 1e3, time.monotonic() - begin
            print(f"{number:9,} calls: {seen[-1][0] / 1e6:.1f} MB resident, {traced:.0f} kB traced, {took:.0f} s", flush=True)
    grown = [last - first for first, last in zip(seen[1], seen[-1], strict=True)]
    assert grown[0] < MOST_RESIDENT and grown[1] < MOST_TRACED, grown


if __name__ == "__main__":
    main()
