#!/usr/bin/env bash
# The pages of the API, from the docstrings of the wheel that check.sh has installed, into target/python/pages:
#   bash python/pages.sh
set -euo pipefail
room=$(cd "$(dirname "$0")/.." && pwd)/target/python
[ -d "$room/venv" ] || { echo 'python/pages.sh: wanted the environment of python/check.sh, found none' >&2; exit 1; }
export PATH=$room/venv/bin:$PATH
pip install --quiet --disable-pip-version-check 'pdoc>=16'
cd "$room"
pdoc alam '!alam._alam' --output-directory "$room/pages"
