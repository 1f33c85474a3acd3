#!/usr/bin/env bash
# The pages of the API, from the docstrings of the wheel that check.sh has installed, into target/python/pages (those of
# alam.spark where pyspark is there, too):
#   bash python/pages.sh
set -euo pipefail
room=$(cd "$(dirname "$0")/.." && pwd)/target/python
[ -d "$room/venv" ] || { echo 'python/pages.sh: wanted the environment of python/check.sh, found none' >&2; exit 1; }
export PATH=$room/venv/bin:$PATH
pip install --quiet --disable-pip-version-check 'pdoc>=16'
cd "$room"
spark=$(python -c 'import pyspark' 2> /dev/null && echo alam.spark || echo 'without alam.spark, which wants pyspark' >&2)
# shellcheck disable=SC2086
pdoc alam alam.hf alam.spacy $spark --output-directory "$room/pages"
echo "$room/pages/index.html"
