"""Every SQL file is one statement that PostgreSQL takes against the tables of this version, and that something uses."""

import re
from pathlib import Path

import pytest
from psycopg import pq

from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance

STORAGE = Path(__file__).resolve().parents[2] / "gridmap" / "storage"
SQL_DIR = STORAGE / "sql"
FILES = sorted(SQL_DIR.rglob("*.sql"))
NAMES = [str(path.relative_to(SQL_DIR).with_suffix("")) for path in FILES]
SUBJECTS = "|".join(sorted({name.split("/")[0] for name in NAMES}))
PLANNED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


def number_parameters(text: str) -> tuple[str, int]:
    """Turn `%(name)s` into `$n`, as psycopg does, and `%%` into `%`; give the statement and how many there are."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return re.sub(r"%%|%\(([a-z_0-9]+)\)s", number, text), len(names)


def check_statement(connection: Connection, text: str) -> None:
    """Parse, analyse and plan a statement without running it; raises AssertionError with PostgreSQL's words."""
    statement, count = number_parameters(text)
    assert not re.search(r"(?<!%)%(?!\()[a-zA-Z]", re.sub(r"--.*|'[^']*'", "", text)), "a parameter without a name"
    bare = re.sub(r"--.*", "", statement).strip()
    assert bare.split(None, 1)[0].upper() in (*PLANNED, "TRUNCATE", "LOCK", "CREATE", "DROP"), bare[:40]
    # The extended protocol: it refuses a second statement, and leaves the types of the parameters to the server.
    done = connection.pgconn.prepare(b"checked", statement.encode())
    assert done.status == pq.ExecStatus.COMMAND_OK, done.error_message.decode() if done.error_message else ""
    if not bare.upper().startswith(PLANNED):
        # Such a statement is only understood when it is run; the transaction is rolled back.
        assert count == 0
        if made := re.match(r"CREATE INDEX (\w+) ", bare):
            connection.execute(f"DROP INDEX {made[1]}".encode())
        with maintenance(connection):
            connection.execute(statement.encode())
        return
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    connection.execute(f"EXPLAIN EXECUTE checked {values}".encode())


def test_there_are_statements() -> None:
    assert len(FILES) > 80
    assert "%(" in "".join(path.read_text(encoding="utf-8") for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_statement_fits_the_tables(connection: Connection, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    connection.execute("DEALLOCATE ALL")
    check_statement(connection, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM incident; SELECT 1",
        "SELECT no_such_column FROM incident",
        "SELECT id FROM no_such_table WHERE id = %(id)s",
        "SELECT id FROM incident WHERE id = %s",
        "UPDATE incident SET due_at = %(due_at)s || 'x'",
        "SET search_path = public",
    ],
)
def test_what_is_wrong_is_found(connection: Connection, text: str) -> None:
    with pytest.raises(Exception, match=r"multiple|does not exist|without a name|of type|SET"):
        check_statement(connection, text)


def test_each_file_is_used_and_each_use_has_its_file() -> None:
    literal = re.compile(rf'"((?:{SUBJECTS})/[a-z_0-9]+)"')
    used = {name for path in STORAGE.rglob("*.py") for name in literal.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used - set(NAMES)) == []
    assert sorted(set(NAMES) - used) == []
    # A subject that has no folder would not be seen above.
    read = re.compile(r'read_statement\(\s*"([^"]+)"')
    direct = {name for path in STORAGE.rglob("*.py") for name in read.findall(path.read_text(encoding="utf-8"))}
    assert sorted(direct - set(NAMES)) == []
