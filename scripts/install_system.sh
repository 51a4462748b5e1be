#!/usr/bin/env bash
# Install the system packages that are missing: PostgreSQL with PostGIS and Chinese fonts to run, a browser to test.
# Usage: install_system.sh run|dev. Looks at files only, so that it costs nothing when all is there.
set -euo pipefail

purpose="${1:-run}"
python="${PYTHON:-python3}"
min_postgresql=15

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 2; }

check_python() {
    command -v "$python" >/dev/null || fail "$python was not found. Install Python 3.11 or newer (apt-get install python3 python3-venv)."
    "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed, $python is $("$python" -c 'import platform; print(platform.python_version())'). Name another one: make PYTHON=python3.11 ${MAKECMDGOALS:-demo}"
}

# A server of one's own needs no programs here.
has_server_url() { [[ -n "${GRIDMAP_DATABASE_URL:-}" && "$purpose" == run ]]; }

# Prints the newest version (15 or more) whose programs are here, with PostGIS when $1 is "postgis".
find_postgresql() {
    local bin share major newest=""
    for bin in ${GRIDMAP_POSTGRES_BIN_DIR:-} /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "${CONDA_PREFIX:-/nonexistent}/bin" "$(dirname "$(command -v initdb || echo /nonexistent/initdb)")"; do
        [[ -x "$bin/initdb" && -x "$bin/postgres" ]] || continue
        major="$("$bin/postgres" --version | sed -E 's/.*\(PostgreSQL\) ([0-9]+).*/\1/')"
        (( major >= min_postgresql )) || continue
        if [[ "${1:-}" == postgis ]]; then
            share="$("$bin/pg_config" --sharedir 2>/dev/null || echo "/usr/share/postgresql/$major")"
            [[ -f "$share/extension/postgis.control" ]] || continue
        fi
        if [[ -z "$newest" ]] || (( major > newest )); then newest="$major"; fi
    done
    [[ -n "$newest" ]] && echo "$newest"
}

has_chinese_font() {
    compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null && return 0
    command -v fc-list >/dev/null && [[ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -1)" ]]
}

find_browser() {
    if [[ -n "${GRIDMAP_CHROMIUM:-}" ]]; then
        [[ -x "$GRIDMAP_CHROMIUM" ]] || fail "GRIDMAP_CHROMIUM is $GRIDMAP_CHROMIUM, which can't be run."
        return 0
    fi
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}

# The browser driver's own Node is linked to it, and a minimal system comes without.
has_libatomic() { "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null; }

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

check_python
needs_postgresql=no needs_browser=no
packages=()
if ! has_server_url && ! find_postgresql postgis >/dev/null; then needs_postgresql=yes; fi
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
optional=()
if ! has_chinese_font; then
    # Pages are read on other machines as a rule: only the tests can't do without.
    if [[ "$purpose" == dev ]]; then packages+=(fonts-noto-cjk); else optional+=(fonts-noto-cjk); fi
fi
if [[ "$purpose" == dev ]] && ! has_libatomic; then packages+=(libatomic1); fi
if [[ "$purpose" == dev ]] && ! find_browser; then
    needs_browser=yes
    if is_ubuntu; then
        fail "Tests need Chromium, and Ubuntu offers it as a snap only, which tests can't drive. Install Google Chrome, or Chromium by any other way, and set GRIDMAP_CHROMIUM to its path."
    fi
    packages+=(chromium)
fi
if [[ "$needs_postgresql" == no && ${#packages[@]} == 0 ]]; then
    if (( ${#optional[@]} == 0 )); then exit 0; fi
    if [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
        say "a browser on this machine would lack Chinese letters; the package is ${optional[*]}"
        exit 0
    fi
fi

# What a person without rights hands on to one who has them: a line that can be pasted.
wanted=("${packages[@]}")
if [[ "$needs_postgresql" == yes ]]; then
    major="$(find_postgresql || true)"
    if [[ -n "$major" ]]; then wanted+=("postgresql-$major-postgis-3"); else wanted+=(postgresql postgresql-postgis); fi
fi
packages+=("${optional[@]}")
command -v apt-get >/dev/null ||
    fail "These are missing, please install them: ${wanted[*]}. With conda: conda env create -f environment.yml"
if [[ "$(id -u)" == 0 ]]; then
    as_root=(env)
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
    as_root=(sudo)
    say "the system packages are installed with sudo"
else
    fail "These packages are missing, and installing them needs root or sudo. Ask for: apt-get install ${wanted[*]}${optional[*]:+ (and, to see Chinese in a browser on this machine: ${optional[*]})}"
fi

say "apt-get update"
"${as_root[@]}" apt-get update -qq || fail "apt-get update failed, see above."
if [[ "$needs_postgresql" == yes ]]; then
    # Beside a PostgreSQL that is here, its PostGIS; else the newest pair that this distribution has.
    major="$(find_postgresql || true)"
    if [[ -z "$major" ]]; then
        major="$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sed -E 's/^postgresql-([0-9]+)-.*/\1/' | sort -n | tail -1)"
    fi
    if [[ -z "$major" ]] || (( major < min_postgresql )); then
        fail "This system offers PostgreSQL ${major:-none} with PostGIS; $min_postgresql or newer is needed. Use Debian 12, Ubuntu 24.04 or newer, the packages of the PostgreSQL project, conda (environment.yml), or a server of your own (GRIDMAP_DATABASE_URL)."
    fi
    packages+=("postgresql-$major" "postgresql-client-$major" "postgresql-$major-postgis-3")
fi
say "apt-get install ${packages[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "apt-get install failed, see above."
has_server_url || find_postgresql postgis >/dev/null || fail "PostgreSQL with PostGIS is still missing after the installation of ${packages[*]}."
if [[ "$needs_browser" == yes ]]; then find_browser || fail "Chromium is still missing after its installation."; fi
