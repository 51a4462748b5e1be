"""What a transaction says when the database fails it."""

import pytest
from psycopg import errors as pg_errors

from gridmap.errors import DatabaseError
from gridmap.services.transaction import transaction
from gridmap.storage.database import Database

RAISE = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'could not extend file'; END $$"


def fail_halfway(database: Database) -> None:
    with transaction(database) as connection:
        connection.execute("CREATE TABLE begun (n integer)")
        connection.execute(RAISE.format(code="53100"))


def test_a_full_disk_is_told_as_one_and_nothing_is_stored(fresh_database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"disk of the database is full \(test database .*could not ext") as full:
        fail_halfway(fresh_database)
    assert "Make room" in str(full.value)
    assert "went away" not in str(full.value)
    with transaction(fresh_database) as connection:
        assert connection.execute("SELECT to_regclass('begun')").fetchone() == (None,)


def test_a_lost_server_is_told_as_one(fresh_database: Database) -> None:
    with pytest.raises(DatabaseError, match="went away") as lost, transaction(fresh_database) as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert "disk" not in str(lost.value)


@pytest.mark.parametrize(
    ("code", "kind"), [("40P01", pg_errors.DeadlockDetected), ("40001", pg_errors.SerializationFailure)]
)
def test_what_can_be_tried_again_stays_what_it_is(fresh_database: Database, code: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), transaction(fresh_database) as connection:
        connection.execute(RAISE.format(code=code))


def test_a_refused_row_is_not_repeated_in_the_error(fresh_database: Database) -> None:
    words = "what a reporter wrote"
    with transaction(fresh_database) as connection:
        connection.execute("CREATE TABLE told (words text CONSTRAINT is_short CHECK (length(words) < 5))")
    with (
        pytest.raises(pg_errors.CheckViolation, match="is_short") as refused,
        transaction(fresh_database) as connection,
    ):
        connection.execute("INSERT INTO told VALUES (%s)", [words])
    assert words not in str(refused.value)
    assert words in (refused.value.diag.message_detail or "")
