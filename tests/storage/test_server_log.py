"""The log of the private server says what was refused, and nothing of the row that was."""

import time
from pathlib import Path

import psycopg
import pytest

from gridmap.storage.server.private import PrivateServer

WHAT_A_REPORTER_WROTE = "住三单元的李某某说"


def read_logs(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("postgresql-*.log"))


def test_a_refused_row_is_not_repeated(server: PrivateServer) -> None:
    with psycopg.connect(server.make_conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE told (words text CONSTRAINT told_inserted CHECK (words = ''))")
        with pytest.raises(psycopg.errors.CheckViolation, match=WHAT_A_REPORTER_WROTE):
            connection.execute("INSERT INTO told (words) VALUES (%s)", [WHAT_A_REPORTER_WROTE])
        connection.execute("ALTER TABLE told RENAME CONSTRAINT told_inserted TO told_copied")
        with (
            pytest.raises(psycopg.errors.CheckViolation, match=WHAT_A_REPORTER_WROTE),
            connection.cursor().copy("COPY told (words) FROM STDIN") as copy,
        ):
            copy.write_row([WHAT_A_REPORTER_WROTE])
    # A process of its own writes the log, a moment later.
    end = time.monotonic() + 10
    while "told_copied" not in read_logs(server.place.log_dir) and time.monotonic() < end:
        time.sleep(0.05)
    logged = read_logs(server.place.log_dir)
    assert "told_inserted" in logged
    assert "told_copied" in logged
    assert WHAT_A_REPORTER_WROTE not in logged
