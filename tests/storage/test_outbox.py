"""The outbox under transactions that commit out of order, stay open, roll back."""

import pytest

from gridmap.storage.database import Connection, Database
from gridmap.storage.outbox import find_revision, is_before, list_changes, read_position
from tests.county import insert_small_county


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def _insert(connection: Connection) -> int:
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat) VALUES ('A01', 118.805, 36.905) RETURNING id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_lower_number_that_commits_later_is_not_missed(county: Database) -> None:
    with county.connect(autocommit=True) as reader, county.connect() as early, county.connect() as late:
        position = read_position(reader)
        first = _insert(early)
        second = _insert(late)
        assert first < second
        late.commit()
        changes = list_changes(reader, since=position)
        # The open transaction delays nobody else.
        assert changes.incident_ids == (second,)
        changes = list_changes(reader, since=changes.position)
        assert changes.incident_ids == ()
        early.commit()
        changes = list_changes(reader, since=changes.position)
        assert changes.incident_ids == (first,)
        assert list_changes(reader, since=changes.position).incident_ids == ()


def test_what_was_rolled_back_never_comes(county: Database) -> None:
    with county.connect(autocommit=True) as reader, county.connect() as writer:
        position, revision = read_position(reader), find_revision(reader)
        _insert(writer)
        writer.rollback()
        changes = list_changes(reader, since=position)
        assert changes.incident_ids == ()
        assert find_revision(reader) == revision
        kept = _insert(writer)
        writer.commit()
        assert list_changes(reader, since=changes.position).incident_ids == (kept,)


def test_changes_in_a_savepoint_come_with_their_transaction(county: Database) -> None:
    with county.connect(autocommit=True) as reader, county.connect() as writer:
        position = read_position(reader)
        with writer.transaction():
            outer = _insert(writer)
            with writer.transaction():
                inner = _insert(writer)
            assert list_changes(reader, since=position).incident_ids == ()
        assert list_changes(reader, since=position).incident_ids == (outer, inner)


def test_ids_come_once_and_other_subjects_by_name(county: Database) -> None:
    with county.connect(autocommit=True) as connection:
        position = read_position(connection)
        number = _insert(connection)
        connection.execute("UPDATE incident SET status = 'accepted' WHERE id = %s", [number])
        connection.execute("INSERT INTO outbox (subject, subject_id) VALUES ('generation', 1)")
        changes = list_changes(connection, since=position)
        assert changes.incident_ids == (number,)
        assert changes.other_subjects == {"generation"}
        assert changes.last_revision == find_revision(connection)
        assert abs(changes.now_ms - connection.execute("SELECT extract(epoch FROM now()) * 1000").fetchone()[0]) < 5000


def test_a_younger_database_is_seen() -> None:
    assert is_before("800:805:801,803", "790:791:")
    assert not is_before("800:805:801,803", "805:805:")
