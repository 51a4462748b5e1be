#!/usr/bin/env bash
# Run the measured questions of bench/, all of them or those that are named. Usage: run_bench.sh [locate intake …]
set -euo pipefail

shopt -s nullglob
names=("$@")
if (( ${#names[@]} == 0 )); then
    for file in bench/[a-z]*.py; do
        names+=("$(basename "$file" .py)")
    done
fi
(( ${#names[@]} )) || { echo "bench: there is nothing to measure in bench/" >&2; exit 2; }
for name in "${names[@]}"; do
    [[ -f "bench/$name.py" ]] || { echo "bench: bench/$name.py does not exist" >&2; exit 2; }
    echo "== bench $name"
    .venv/bin/python -m "bench.$name"
done
