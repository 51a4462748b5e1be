#!/usr/bin/env bash
# Run the measured questions of bench/, all of them or those that are named. Usage: run_bench.sh [locate intake …]
set -euo pipefail

# The measured questions; the other modules of bench/ are their parts. soak takes ten minutes and is run by name.
names=("$@")
(( ${#names[@]} )) || names=(locate intake lifecycle first_paint live board divide divide_again)
for name in "${names[@]}"; do
    [[ -f "bench/$name.py" ]] || { echo "bench: bench/$name.py does not exist" >&2; exit 2; }
    echo "== bench $name"
    .venv/bin/python -m "bench.$name"
done
