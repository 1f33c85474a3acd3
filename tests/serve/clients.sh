#!/usr/bin/env bash
# The clients that others write against the service: bash tests/serve/clients.sh target/release/alam [A FOLDER FOR THEM]
# Wants Python and PyPI; without the folder they are installed into one that is thrown away.
set -euo pipefail
alam=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
folder=${2:-$(mktemp -d)}
[ $# -gt 1 ] || trap 'rm -rf "$folder"' EXIT
if ! "$folder/bin/python" -c 'import huggingface_hub, label_studio_sdk, schemathesis, check_jsonschema' 2>/dev/null; then
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet huggingface_hub label-studio-sdk schemathesis check-jsonschema
fi
"$folder/bin/python" "$here/clients.py" "$alam" "$folder/bin/schemathesis"
