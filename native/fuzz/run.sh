#!/bin/sh
# ./run.sh TARGET SECONDS [libFuzzer's options]. Targets: frame, csp, ini, path, manifest; decode and inputs (P2P). What it
# found is kept in build/fuzz and begun with; an input that breaks something is written there as crash-…, and is the only
# argument that shows it again: ./run.sh TARGET 0 FILE
set -eu
target=$1
seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../build/fuzz
mkdir -p "$out/$target"
folder=${CARGO_TARGET_DIR:-$here/../../target}
# Cargo keeps what a wrapper compiled apart from what it did not.
optimised=
for crate in policy config ipc manifest fuzz; do
  optimised="$optimised --config profile.dev.package.socket-$crate.opt-level=1"
done
# shellcheck disable=SC2086 # options
RUSTC_WORKSPACE_WRAPPER=$here/rustc.sh cargo build --locked $optimised --manifest-path "$here/Cargo.toml" --bins
length='-max_len=4096'
case $target in
  # Sequences of inputs are long from the beginning; datagrams grow.
  decode) length='-max_len=8192' ;;
  inputs) length='-max_len=2048 -len_control=0' ;;
  path) length='-max_len=512' ;;
esac
# Words and whole inputs to begin with, where bytes alone would take long to find them.
words=
[ -f "$here/seeds/$target.dict" ] && words="-dict=$here/seeds/$target.dict"
if [ $# -gt 0 ] && [ -f "$1" ]; then
  exec "$folder/debug/$target" "$@"
fi
seeds=
[ -d "$here/seeds/$target" ] && seeds=$here/seeds/$target
# shellcheck disable=SC2086 # options
exec "$folder/debug/$target" "$out/$target" $seeds "-max_total_time=$seconds" "-artifact_prefix=$out/$target/" \
  $length $words -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 "$@"
