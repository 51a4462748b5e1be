"""SQL statements: one per file under `gridmap/storage/sql/<subject>/<name>.sql`, parameters only."""

from functools import cache
from importlib.resources import files

from psycopg.sql import SQL


@cache
def read_statement(name: str) -> SQL:
    """Read a statement by its name, `subject/name`, once per process.

    Raises
    ------
    FileNotFoundError
        If there is no such file: a fault of the program, not of the user.
    """
    # The text comes from our own package, never from a user; SQL() marks it as safe for psycopg and for pyright.
    text = (files("gridmap.storage") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return SQL(text)  # pyright: ignore[reportArgumentType]
