"""Taking reports in: once however often they are sent, a bad one refused alone."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import errors as pg_errors

from gridmap.domain.incidents import Status
from gridmap.domain.report import RecordedReport
from gridmap.errors import ConflictError, DatabaseError, NotFoundError
from gridmap.services.incidents import (
    IncidentFilter,
    find_incident,
    list_incidents,
    prune_outbox,
)
from gridmap.services.intake import take_in_reports, take_in_rows
from gridmap.services.transaction import transaction
from gridmap.storage.database import Connection, Database, make_database
from tests.county import TOWNSHIPS, VILLAGES, insert_small_county


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def make_row(**changed: Any) -> dict[str, Any]:
    return {
        "channel": "hotline",
        "item_code": "A01",
        "title": "噪声扰民",
        "lon": 118.805,
        "lat": 36.915,
        "datum": "cgcs2000",
        "precision": "exact",
        "reported_at": "2026-11-20T15:00:00+08:00",
        **changed,
    }


def count(database: Database, what: str = "incident") -> int:
    with database.connect() as connection:
        row = connection.execute(f"SELECT count(*) FROM {what}").fetchone()
    assert row is not None
    return int(row[0])


def test_the_answer_is_what_the_rules_made(county: Database) -> None:
    done = take_in_rows(county, [make_row()])
    found = done.incidents[done.accepted[0].incident_id]
    assert (found.small_grid, found.village, found.township) == (f"{VILLAGES[0]}001", VILLAGES[0], TOWNSHIPS[0])
    assert (found.unit_code, found.unit_letter, found.lead_rule) == ("U-PS1", "PA", "jurisdiction")
    assert found.margin_m == pytest.approx(445.7, abs=0.1)
    assert found.due_at is not None
    assert found.due_at.isoformat() == "2026-11-25T07:00:00+00:00"


def test_a_bad_row_is_refused_alone(county: Database) -> None:
    rows = [make_row(), make_row(lat=float("nan")), 5, make_row(datum=None), make_row(lon=118.835)]
    done = take_in_rows(county, rows)
    assert [one.index for one in done.accepted] == [0, 4]
    assert [(one.index, one.code, one.faults[0].field) for one in done.refused] == [
        (1, "input", "lat"),
        (2, "input", ""),
        (3, "input", "datum"),
    ]
    assert [done.incidents[one.incident_id].village for one in done.accepted] == [VILLAGES[0], VILLAGES[3]]
    assert count(county) == 2


def test_answers_stand_beside_their_rows_with_and_without_keys(county: Database) -> None:
    rows = [
        make_row(title=f"t{index}", **({"source_key": f"k{index}"} if index % 3 == 0 else {})) for index in range(100)
    ]
    done = take_in_rows(county, rows)
    assert [done.incidents[one.incident_id].title for one in done.accepted] == [f"t{index}" for index in range(100)]


def test_a_repeat_answers_the_same_and_stores_nothing(county: Database) -> None:
    rows = [make_row(title="a"), make_row(title="b", source_key="own")]
    first = take_in_rows(county, rows, key="call")
    again = take_in_rows(county, rows, key="call")
    assert [one.incident_id for one in again.accepted] == [one.incident_id for one in first.accepted]
    assert [one.is_repeated for one in first.accepted + again.accepted] == [False, False, True, True]
    assert count(county) == 2
    assert count(county, "incident_event") == 2
    by_key = {one.source_key for one in first.incidents.values()}
    assert by_key == {"call:0", "own"}


def test_a_repeat_is_known_after_the_incident_moved_on(county: Database) -> None:
    first = take_in_rows(county, [make_row(source_key="k")])
    with county.connect() as connection:
        connection.execute("UPDATE incident SET status = 'accepted', reported_lon = 118.835, title = 'edited'")
    again = take_in_rows(county, [make_row(source_key="k")])
    assert again.accepted[0].is_repeated
    assert again.accepted[0].incident_id == first.accepted[0].incident_id


def test_a_key_used_for_another_report_is_a_conflict(county: Database) -> None:
    take_in_rows(county, [make_row(source_key="k")])
    done = take_in_rows(county, [make_row(source_key="k", title="other"), make_row(source_key="new")])
    assert [(one.index, one.code) for one in done.refused] == [(0, "conflict")]
    assert [one.index for one in done.accepted] == [1]


def test_a_key_twice_in_one_list(county: Database) -> None:
    done = take_in_rows(
        county, [make_row(source_key="k"), make_row(source_key="k"), make_row(source_key="k", title="x")]
    )
    assert [(one.index, one.is_repeated) for one in done.accepted] == [(0, False), (1, True)]
    assert [(one.index, one.code) for one in done.refused] == [(2, "conflict")]
    assert count(county) == 1


def test_a_row_that_came_by_sql_is_recognised_too(county: Database) -> None:
    with county.connect() as connection:
        connection.execute(
            """
            INSERT INTO incident (source_key, channel, item_code, title, reported_lon, reported_lat, reported_at)
            VALUES ('k', 'hotline', 'A01', '噪声扰民', 118.805, 36.915, '2026-11-20 15:00+08')
            """
        )
    assert take_in_rows(county, [make_row(source_key="k")]).accepted[0].is_repeated
    assert take_in_rows(county, [make_row(source_key="k", lon=118.8)]).refused[0].code == "conflict"


def test_two_senders_of_one_key_store_it_once(county: Database) -> None:
    rows = [make_row(source_key=f"k{index}", title=f"t{index}") for index in range(60)]
    ids: list[list[int]] = []
    start = threading.Barrier(4)

    def send(backwards: bool) -> None:
        start.wait()
        done = take_in_rows(county, rows[::-1] if backwards else rows)
        ids.append(sorted(one.incident_id for one in done.accepted))

    threads = [threading.Thread(target=send, args=(number % 2 == 1,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len({tuple(one) for one in ids}) == 1
    assert count(county) == 60


def test_what_the_database_alone_refuses_is_found_among_the_others(county: Database) -> None:
    with county.connect() as connection:
        connection.execute("ALTER TABLE incident ADD CONSTRAINT no_seven CHECK (title <> 't7')")
    done = take_in_rows(county, [make_row(title=f"t{index}") for index in range(20)])
    assert [one.index for one in done.refused] == [7]
    assert [done.incidents[one.incident_id].title for one in done.accepted] == [
        f"t{index}" for index in range(20) if index != 7
    ]


class Counted:
    """A database that counts the statements of its connections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.where = database.where
        self.statements = 0

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._database.connect() as connection:
            execute = connection.cursor_factory.execute

            class Cursor(connection.cursor_factory):  # type: ignore[misc,name-defined]
                def execute(inner, *args: Any, **named: Any) -> Any:  # noqa: N805
                    self.statements += 1
                    return execute(inner, *args, **named)

            connection.cursor_factory = Cursor
            yield connection


@pytest.mark.parametrize("rows", [1, 300])
def test_the_number_of_statements_does_not_grow_with_the_rows(county: Database, rows: int) -> None:
    counted = Counted(county)
    take_in_rows(counted, [make_row(source_key=f"k{index}") for index in range(rows)])  # type: ignore[arg-type]
    assert counted.statements == 2, "one insert, one answer"


def test_a_lost_database_is_told_as_such() -> None:
    gone = make_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseError):
        take_in_rows(gone, [make_row()])


def test_a_connection_that_breaks_is_told_as_such(county: Database) -> None:
    with pytest.raises(DatabaseError, match="went away"), transaction(county) as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_senders_that_keep_getting_in_the_way_end_in_a_conflict(county: Database) -> None:
    class Jammed(Counted):
        @contextmanager
        def connect(self) -> Iterator[Connection]:
            raise pg_errors.DeadlockDetected
            yield

    report = RecordedReport.model_validate(make_row(source_key="k"))
    with pytest.raises(ConflictError, match="Send the reports again"):
        take_in_reports(Jammed(county), [(0, report)])  # type: ignore[arg-type]


def test_an_empty_list_is_nothing(county: Database) -> None:
    done = take_in_rows(county, [])
    assert (done.accepted, done.refused) == ([], [])


@pytest.mark.parametrize("incident_id", [0, -1, 999_999, 2**70])
def test_an_unknown_incident_is_not_found(county: Database, incident_id: int) -> None:
    with pytest.raises(NotFoundError):
        find_incident(county, incident_id)


def test_lists_are_filtered(county: Database) -> None:
    # Not a fixed day: what is new has to be on time whenever this runs.
    old, new = "2026-09-01T08:00:00+08:00", datetime.now(UTC).isoformat()
    rows = [
        make_row(title="0", reported_at=old),
        make_row(title="1", reported_at=new, lon=118.835, item_code="A05"),
        make_row(title="2", reported_at=new, lon=119.9),
        make_row(title="3", reported_at=new, lon=118.81),
    ]
    ids = [one.incident_id for one in take_in_rows(county, rows).accepted]
    with county.connect() as connection:
        connection.execute("UPDATE incident SET status = 'rejected' WHERE id = %s", [ids[3]])

    def titles(**chosen: Any) -> list[str]:
        return [one.title for one in list_incidents(county, IncidentFilter(**chosen))]

    assert titles() == ["0", "1", "2", "3"]
    assert titles(area=VILLAGES[0]) == ["0", "3"]
    assert titles(area=TOWNSHIPS[1]) == ["1"]
    assert titles(area="370783") == ["0", "1", "3"]
    assert titles(area=f"{VILLAGES[3]}001") == ["1"]
    assert titles(area="nowhere") == []
    assert titles(unit="U-T02") == ["1"]
    assert titles(is_open=True) == ["0", "1", "2"]
    assert titles(statuses=(Status.REJECTED,)) == ["3"]
    assert titles(lateness="twice_overdue", is_open=True) == ["0"]
    assert titles(placement="outside") == ["2"]
    assert titles(placement="border") == ["3"]
    assert [one.id for one in list_incidents(county, IncidentFilter(), after=ids[1], limit=1)] == [ids[2]]


def test_a_closed_incident_keeps_the_lateness_it_was_closed_with(county: Database) -> None:
    closed = {"status": "resolved", "reported_at": "2026-09-01T08:00:00+08:00"}
    rows = [
        make_row(**closed, resolved_at="2026-09-01T09:00:00+08:00"),
        make_row(**closed, resolved_at="2026-09-05T09:00:00+08:00"),
    ]
    done = take_in_rows(county, rows, model=RecordedReport)
    assert [done.incidents[one.incident_id].lateness for one in done.accepted] == ["on_time", "overdue"]


def test_the_outbox_is_pruned_by_age(county: Database) -> None:
    take_in_rows(county, [make_row(), make_row()])
    with county.connect() as connection:
        connection.execute(
            "UPDATE outbox SET at = now() - interval '8 days' WHERE revision = (SELECT min(revision) FROM outbox)"
        )
    before = count(county, "outbox")
    # A row stays while any transaction of the server is older than it, and other tests share the server.
    until = time.monotonic() + 60
    while not (pruned := prune_outbox(county)) and time.monotonic() < until:
        time.sleep(0.2)
    assert pruned == 1
    assert count(county, "outbox") == before - 1
