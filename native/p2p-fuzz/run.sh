#!/bin/sh
# ./run.sh TARGET SECONDS [libFuzzer's options]: decode or inputs. What it found is kept in build/p2p-fuzz; an input that
# breaks something is written there as crash-…, and is the only argument that shows it again.
set -eu
target=$1
seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../build/p2p-fuzz
mkdir -p "$out/$target"
folder=${CARGO_TARGET_DIR:-$here/../../target}
# Cargo keeps what a wrapper compiled apart from what it did not.
RUSTC_WORKSPACE_WRAPPER=$here/rustc.sh cargo build --locked --manifest-path "$here/Cargo.toml" --bin "$target"
# Sequences of inputs are long from the beginning; datagrams grow.
length='-max_len=8192'
[ "$target" = inputs ] && length='-max_len=2048 -len_control=0'
# shellcheck disable=SC2086 # two options
exec "$folder/debug/$target" "$out/$target" "-max_total_time=$seconds" "-artifact_prefix=$out/$target/" \
  $length -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 "$@"
