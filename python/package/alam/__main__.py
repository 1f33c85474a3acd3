"""The command lines: ``python -m alam`` is ``alam``, the scripts ``alam`` and ``alam-train`` are its functions."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence

from . import _alam


def _run(program: Callable[[Sequence[str]], int], name: str) -> None:
    # The command line has signals and pipes of its own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(program([name, *sys.argv[1:]]))


def main() -> None:
    """``alam``: tags, converts and scores files; exits with its status."""
    _run(_alam.main, "alam")


def train() -> None:
    """``alam-train``: makes models from recipes; exits with its status."""
    _run(_alam.train, "alam-train")


if __name__ == "__main__":
    main()
