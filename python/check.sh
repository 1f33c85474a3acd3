#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh environment, and runs all that is promised of it there:
#   bash python/check.sh
# PYTHON names another interpreter, PROFILE another profile of Cargo.toml (dist); the environment and the wheel stay in
# target/python. zig links the wheel against the old C library that manylinux_2_28 promises, whatever this machine has.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
"$python" -c 'import venv, ensurepip' || { echo "python/check.sh: wanted $python with venv and pip, found none" >&2; exit 1; }

room=$here/../target/python
rm -rf "$room"
"$python" -m venv "$room/venv"
export PATH=$room/venv/bin:$PATH

# A network that fails once is asked again.
again() {
  for pause in 5 30; do
    "$@" && return
    echo "python/check.sh: once more in $pause s: $*" >&2
    sleep "$pause"
  done
  "$@"
}
step() { printf -- '-- %s (%s s)\n' "$1" "$SECONDS"; }
step 'packages'
again pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"

step 'wheel'
cd "$here"
maturin build --profile "${PROFILE:-release}" --locked --quiet --zig --compatibility manylinux_2_28 --out "$room/wheel"
wheel=$(ls "$room"/wheel/alam-*.whl)
# The model plus 12 MB.
model=$(cat ../models/default/{config.json,tokenizer.json,model.int8.safetensors,clitics.safetensors,tagger.json} | wc -c)
size=$(stat --format %s "$wheel")
echo "$(basename "$wheel"): $size bytes, model and $((size - model))"
[ "$size" -le $((model + 12000000)) ] || { echo "python/check.sh: wanted a wheel of the model and 12 MB" >&2; exit 1; }
auditwheel show "$wheel" > "$room/audit"
grep -q 'manylinux_2_28_x86_64\|manylinux_2_28_aarch64' "$room/audit" || { cat "$room/audit"; exit 1; }
pip install --quiet --disable-pip-version-check --no-deps "$wheel"

step 'tests'
# Not from here, where the sources lie.
cd "$room"
alam --version
alam-train --version
pytest --quiet --config-file="$here/pyproject.toml" --rootdir="$here" "$here/tests" "$here/README.md"
step 'types'
mypy --config-file "$here/pyproject.toml" -p alam
mypy --config-file "$here/pyproject.toml" "$here/tests/typed.py"
python -m mypy.stubtest alam._alam --mypy-config-file "$here/pyproject.toml"
again pyright --project "$here/pyproject.toml" "$here/tests/typed.py"
again pyright --verifytypes alam --ignoreexternal
