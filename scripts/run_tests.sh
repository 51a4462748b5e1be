#!/usr/bin/env bash
# Run everything that `make test` promises; all parts run even when one fails. Arguments go to pytest.
set -uo pipefail

bin=.venv/bin
failed=()

# Node 20 or newer of the system, else the one that the browser driver brings with it.
find_node() {
    local node
    for node in "$(command -v node || true)" .venv/lib/python3*/site-packages/playwright/driver/node; do
        [[ -x "$node" ]] || continue
        if "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
            echo "$node"
            return 0
        fi
    done
    return 1
}

echo "== order of the tiers"
"$bin/lint-imports" || failed+=(lint-imports)

echo "== JavaScript"
shopt -s nullglob
scripts=(tests/js/*.test.js tests/js/*.test.mjs tests/js/*.test.cjs)
if (( ${#scripts[@]} == 0 )); then
    echo "no tests in tests/js"
elif node="$(find_node)"; then
    "$node" --test "${scripts[@]}" || failed+=(javascript)
else
    echo "Node 20 or newer is needed and was not found." >&2
    failed+=(javascript)
fi

echo "== Python"
"$bin/python" -m pytest -q -n 2 --dist loadfile "$@" || failed+=(pytest)

if (( ${#failed[@]} )); then
    echo "FAILED: ${failed[*]}" >&2
    exit 1
fi
