#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh environment, and runs all that is promised of it there:
#   bash python/check.sh
# PYTHON names another interpreter; the environment and the wheel stay in target/python. zig links the wheel against the old C library
# that manylinux_2_28 promises, whatever this machine has.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -c 'import venv, ensurepip' || { echo "python/check.sh: wanted $python with venv and pip, found none" >&2; exit 1; }
room=$PWD/../target/python
rm -rf "$room"
"$python" -m venv "$room/venv"
export PATH=$room/venv/bin:$PATH
pip install --quiet --disable-pip-version-check -r requirements.txt
maturin build --release --locked --quiet --zig --compatibility manylinux_2_28 --out "$room/wheel"
ls -l "$room/wheel"
pip install --quiet --disable-pip-version-check --no-deps "$room"/wheel/alam-*.whl
cd "$room"
alam --version
pytest --quiet --config-file="$OLDPWD/pyproject.toml" --rootdir="$OLDPWD" "$OLDPWD/tests" "$OLDPWD/README.md"
mypy --strict "$OLDPWD/tests/typed.py"
pyright --level error "$OLDPWD/tests/typed.py"
