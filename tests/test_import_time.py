"""A server that starts loads only what its first page needs."""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "geopandas", "scipy", "openpyxl", "pypinyin", "pyogrio")


@pytest.mark.parametrize("entry", ["import app", "import gridmap.services.demo, gridmap.services.simulate"])
def test_a_start_loads_nothing_for_later(pytestconfig: pytest.Config, entry: str) -> None:
    code = f"{entry}; import sys; print(sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath, timeout=60
    )
    assert shown.stdout.strip() == "[]"
