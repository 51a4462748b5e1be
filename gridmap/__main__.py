"""`python -m gridmap` is the command `gridmap`."""

from gridmap.cli import app

app(prog_name="gridmap")
