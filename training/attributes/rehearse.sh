#!/usr/bin/env bash
# Every step of the recipe on a small part of the pictures, in a folder of its own: says whether the chain runs, and how
# long each step takes; what it trains is worth nothing. Usage: bash training/attributes/rehearse.sh
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MIEN_TRAINING_WORK=$folder MIEN_TRAINING_WEIGHTS=$folder OMP_NUM_THREADS=1
python=${PYTHON:-python3}
step() {
  local begin=$SECONDS
  "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; echo "FAILED: $*"; exit 1; }
  echo "$((SECONDS - begin)) s: $*"
}
step node collect.js 0 50
step node collect.js 0 50 sunglasses
step node collect-features.js 0 50
step node collect-quality.js 100
VALIDATE=1 EPOCHS=0.2 step "$python" train.py
EPOCHS=0.2 step "$python" train.py
step "$python" kept.py
step node collect-retired.js 0 12
step "$python" retired.py
ls -l "$folder"/*.onnx
