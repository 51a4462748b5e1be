#!/usr/bin/env bash
# Make .venv when it is not there and install one requirements file and the command `gridmap` into it.
# Usage: install_python.sh requirements.txt. The package index is the one that the user's own pip is set up for.
set -euo pipefail

requirements="$1"
python="${PYTHON:-python3}"
log=.venv/install.log

say() { printf 'setup: %s\n' "$*"; }

# Runs pip with its output in the log, and shows one line that counts the packages; at a fault, the end of the log.
run_pip() {
    local total
    total="$(grep -c '==' "$requirements")"
    if ! .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off "$@" 2>&1 | tee "$log" |
        awk -v total="$total" -v live="$([[ -t 1 ]] && echo 1 || echo 0)" '
            /^(Collecting|Requirement already satisfied)/ && n < total {
                n++
                if (live) { printf "\rsetup: package %d of %d ", n, total; fflush() }
                else if (n % 25 == 0) { printf "setup: package %d of %d\n", n, total; fflush() }
            }
            /^Installing collected packages/ {
                if (live) printf "\r"
                print "setup: all packages are here, unpacking them"; fflush()
            }
            END { if (live && n) printf "\r\033[K" }'; then
        tail -n 25 "$log" >&2
        say "pip could not install $requirements; its whole output is in $log" >&2
        exit 2
    fi
}

# A folder that was interrupted, or whose Python was removed by an upgrade, is made anew.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
say "installing $requirements (the first time this takes a minute or two)"
# setuptools is what pyproject.toml builds with: installed here, the project itself needs no isolated build.
run_pip -r "$requirements" "setuptools>=77"
if [[ ! -x .venv/bin/gridmap || pyproject.toml -nt .venv/bin/gridmap ]]; then
    say "installing the command gridmap"
    run_pip --no-deps --no-build-isolation -e .
    touch .venv/bin/gridmap
fi
