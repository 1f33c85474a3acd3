"""The command line: ``python -m alam`` is ``alam``."""

from __future__ import annotations

import signal
import sys

from ._alam import main as run


def main() -> None:
    """Runs the command line of this process and exits with its status."""
    # The command line has signals and pipes of its own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(["alam", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
