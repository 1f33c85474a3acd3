#!/usr/bin/env bash
# Builds an `alam` that needs no file of the system, and runs it where there is none. x86-64 or AArch64 Linux, with glibc's
# static library (Debian: libc6-dev, Fedora: glibc-static).
#
#     bash examples/static.sh            the program lies in target/TARGET/dist/alam
set -euo pipefail
cd "$(dirname "$0")/.."

# A target by name: macros and build scripts, which the compiler loads, are then built without these flags.
target=$(rustc -vV | sed -n 's/^host: //p')
# Random numbers by the kernel's call (Linux 3.17): else they are looked for in /dev, as the call cannot be looked up in glibc.
RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static --cfg getrandom_backend=\"linux_getrandom\"" \
  cargo build --profile dist --package alam --target "$target"
alam=${CARGO_TARGET_DIR:-target}/$target/dist/alam

if readelf --program-headers "$alam" | grep INTERP; then
  echo "$alam: expected a program without an interpreter, found one that the system has to load"; exit 1
fi

# A folder with the program and an article, and nothing else of the system: no library, no /dev, no /proc, no /tmp.
room=$(mktemp -d)
trap 'rm -r "$room"' EXIT
cp "$alam" samples/article.txt "$room"
in_room() {
  if [ "$(id -u)" = 0 ]; then chroot "$room" "$@"; else unshare --map-root-user chroot "$room" "$@"; fi
}
in_room /alam tag /article.txt -o /names.jsonl
grep -q '"entities":\[{' "$room/names.jsonl"
in_room /alam --version
ls -l "$alam"
