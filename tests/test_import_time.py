"""A server that starts loads only what its first page needs."""

import subprocess
import sys

import pytest

FILES = ("openpyxl", "pypinyin", "pyogrio")
FRAMES = ("pandas", "geopandas", "scipy")


# The routes of the division bring the frames.
@pytest.mark.parametrize(
    ("entry", "heavy"),
    [("import app", FILES), ("import gridmap.services.demo, gridmap.services.simulate", FILES + FRAMES)],
)
def test_a_start_loads_nothing_for_later(pytestconfig: pytest.Config, entry: str, heavy: tuple[str, ...]) -> None:
    code = f"{entry}; import sys; print(sorted({{name.split('.')[0] for name in sys.modules}} & set({heavy!r})))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath, timeout=60
    )
    assert shown.stdout.strip() == "[]"
