"""The life cycle and the ledger in the database, whichever door a change comes by; against the pure twin."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors as pg_errors

from gridmap.domain.clock import Limit, LimitUnit, WorkingCalendar
from gridmap.domain.incidents import Status, is_open
from gridmap.domain.ledger import Change, HoldKind, book_pieces, keeps_unit, make_pieces
from gridmap.domain.life_cycle import list_possible, list_steps
from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff

REPORTED_AT = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)  # a Monday, 15:00 in the county
LIMITS = {
    "A02": Limit(3, LimitUnit.WORKING_DAY),
    "A04": Limit(4, LimitUnit.WORKING_HOUR),
    "A09": Limit(2, LimitUnit.CALENDAR_DAY),
}
US = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def committed(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        connection.execute(
            """
            WITH made AS (
                INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit)
                SELECT id, 'A09', '城管', '犬只收容', 'county', 2, 'calendar_day' FROM responsibility_list RETURNING id)
            INSERT INTO responsibility_duty (item_id, role, unit_type, number)
            SELECT id, 'lead', 'enforcement', 1 FROM made
            """
        )
    return module_database


@pytest.fixture
def county(committed: Database) -> Iterator[Connection]:
    with committed.connect() as connection:
        yield connection
        connection.rollback()


def insert(connection: Connection, **values: object) -> int:
    columns = {
        "item_code": "A02",
        "reported_lon": 118.805,
        "reported_lat": 36.905,
        "reported_at": REPORTED_AT,
        **values,
    }
    row = connection.execute(
        f"INSERT INTO incident ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id",
        list(columns.values()),
    ).fetchone()
    assert row is not None
    return int(row[0])


def move(connection: Connection, incident_id: int, status: str, *, at: datetime | None = None) -> None:
    connection.execute("SELECT set_config('gridmap.at', %s, true)", [at.isoformat() if at else ""])
    connection.execute("UPDATE incident SET status = %s WHERE id = %s", [status, incident_id])


def read(connection: Connection, incident_id: int, what: str) -> tuple[object, ...]:
    row = connection.execute(f"SELECT {what} FROM incident WHERE id = %s", [incident_id]).fetchone()
    assert row is not None
    return row


def list_holds(connection: Connection, incident_id: int) -> list[tuple[object, ...]]:
    return connection.execute(
        """
        SELECT u.code, h.kind, h.from_at, h.to_at FROM incident_hold h LEFT JOIN unit u ON u.id = h.unit_id
        WHERE h.incident_id = %s ORDER BY h.from_at, h.id
        """,
        [incident_id],
    ).fetchall()


def hours(number: float) -> datetime:
    return REPORTED_AT + timedelta(hours=number)


def test_the_table_of_the_database_is_that_of_the_program(county: Connection) -> None:
    rows = county.execute("SELECT action, from_status, to_status FROM life_cycle_step").fetchall()
    assert sorted(rows) == sorted((str(a), str(b), str(c)) for a, b, c in list_steps())


def test_a_change_that_is_no_step_is_refused_by_every_pair(county: Connection) -> None:
    steps = {(source, target) for _, source, target in list_steps()}
    refused = 0
    for source in Status:
        incident_id = insert(county, status=source.value)
        for target in Status:
            if target is source or (source, target) in steps:
                continue
            with pytest.raises(pg_errors.CheckViolation) as raised, county.transaction():
                move(county, incident_id, target)
            message = str(raised.value)
            assert f"is {source} and can't become {target}" in message
            for rule in list_possible(source):
                assert f"({rule.action})" in message
            refused += 1
    assert refused == len(Status) * (len(Status) - 1) - len(steps)


def test_a_record_may_come_with_any_status_and_is_booked_at_once(county: Connection) -> None:
    centre = {"reported", "accepted", "returned", "disputed"}
    for status in Status:
        closed = {} if is_open(status) else {"resolved_at": hours(5)}
        incident_id = insert(county, status=status.value, **closed)
        holds = list_holds(county, incident_id)
        expected = None if status in centre else "U-ENF"
        if status is Status.PAUSED:
            assert [hold[:2] for hold in holds] == [("U-ENF", "held"), ("U-ENF", "paused")]
            assert holds[0][3] == holds[1][2] == read(county, incident_id, "stopped_at")[0]
        else:
            assert holds == [(expected, "held", REPORTED_AT, None if is_open(status) else hours(5))]


def test_the_ledger_of_a_life(county: Connection) -> None:
    one = insert(county)
    for number, status in enumerate(
        ("accepted", "dispatched", "acknowledged", "returned", "dispatched", "acknowledged", "handling", "resolved"), 1
    ):
        move(county, one, status, at=hours(number))
    move(county, one, "reopened", at=hours(20))
    assert list_holds(county, one) == [
        (None, "held", hours(0), hours(2)),
        ("U-ENF", "held", hours(2), hours(4)),
        (None, "held", hours(4), hours(5)),
        ("U-ENF", "held", hours(5), hours(8)),
        (None, "closed", hours(8), hours(20)),
        ("U-ENF", "held", hours(20), None),
    ]
    assert read(county, one, "stopped_s, resolved_at, returns") == (12 * 3600.0, None, 1)
    # Three working days from Monday 15:00, and the twelve hours in which it was closed.
    assert read(county, one, "due_at") == (hours(3 * 24 + 12),)


def test_a_pause_stands_still_and_moves_the_due_time(county: Connection) -> None:
    one = insert(county, status="handling")
    move(county, one, "paused", at=hours(10))
    assert read(county, one, "due_at, near_due_at, twice_due_at, stopped_at") == (None, None, None, hours(10))
    move(county, one, "handling", at=hours(34))
    assert read(county, one, "stopped_at, stopped_s, due_at") == (None, 86400.0, hours(4 * 24))
    clocks = county.execute(
        "SELECT detail ->> 'former_due_at', detail ->> 'due_at' FROM incident_event "
        "WHERE incident_id = %s AND kind = 'clock' ORDER BY id",
        [one],
    ).fetchall()
    assert [tuple(text and datetime.fromisoformat(text) for text in row) for row in clocks] == [
        (hours(72), None),
        (None, hours(96)),
    ]


def test_what_is_overdue_is_not_paused(county: Connection) -> None:
    one = insert(county, status="handling")
    with pytest.raises(pg_errors.CheckViolation, match="overdue since"), county.transaction():
        move(county, one, "paused", at=hours(72))
    move(county, one, "paused", at=hours(72) - US)


def test_after_the_most_returns_only_a_dispute_is_left(county: Connection) -> None:
    one = insert(county, status="dispatched")
    for _ in range(3):
        move(county, one, "returned")
        move(county, one, "dispatched")
    with pytest.raises(pg_errors.CheckViolation, match=r"returned 3 times.*dispute"), county.transaction():
        move(county, one, "returned")
    due_at = read(county, one, "due_at")
    move(county, one, "disputed")
    assert read(county, one, "queue, holder_unit_id, returns") == ("disputed", None, 3)
    assert read(county, one, "due_at") == due_at, "the clock runs on"
    move(county, one, "dispatched")
    assert read(county, one, "queue, holder_unit_id") == (None, find_unit_id(county, "U-ENF"))


def test_nothing_is_dispatched_to_nobody(county: Connection) -> None:
    one = insert(county, item_code="not in the list", status="accepted")
    with pytest.raises(pg_errors.CheckViolation, match="nobody"), county.transaction():
        move(county, one, "dispatched")


def test_a_change_of_the_lead_is_booked_at_its_instant(county: Connection) -> None:
    one = insert(county, status="handling")
    county.execute("SELECT set_config('gridmap.at', %s, true)", [hours(3).isoformat()])
    county.execute("UPDATE incident SET lead_unit_id = %s WHERE id = %s", [find_unit_id(county, "U-POL"), one])
    assert list_holds(county, one) == [
        ("U-ENF", "held", hours(0), hours(3)),
        ("U-POL", "held", hours(3), None),
    ]


def test_an_instant_before_the_last_change_counts_as_that(county: Connection) -> None:
    one = insert(county, status="accepted")
    move(county, one, "dispatched", at=hours(5))
    move(county, one, "acknowledged", at=hours(3))
    move(county, one, "returned", at=hours(3))
    assert list_holds(county, one) == [(None, "held", hours(0), hours(5)), (None, "held", hours(5), None)]
    closed = insert(county, status="handling")
    county.execute("UPDATE incident SET status = 'resolved', resolved_at = %s WHERE id = %s", [hours(-9), closed])
    assert read(county, closed, "resolved_at") == (hours(0),)
    assert list_holds(county, closed) == [("U-ENF", "held", hours(0), hours(0))]


def test_corrected_instants_move_the_ends_of_the_ledger(county: Connection) -> None:
    one = insert(county, status="accepted")
    move(county, one, "dispatched", at=hours(5))
    county.execute("UPDATE incident SET reported_at = %s WHERE id = %s", [hours(-2), one])
    assert [hold[2:] for hold in list_holds(county, one)] == [(hours(-2), hours(5)), (hours(5), None)]
    county.execute("UPDATE incident SET reported_at = %s WHERE id = %s", [hours(6), one])
    assert [hold[2:] for hold in list_holds(county, one)] == [(hours(6), None)]
    closed = insert(county, status="resolved", resolved_at=hours(9))
    county.execute("UPDATE incident SET resolved_at = %s WHERE id = %s", [hours(8), closed])
    assert [hold[2:] for hold in list_holds(county, closed)] == [(hours(0), hours(8))]


def test_the_command_centre_has_a_name_where_a_unit_stands_for_it(county: Connection) -> None:
    county.execute(
        "INSERT INTO unit (code, name, short_name, letter, unit_type, level, colour_slot) "
        "VALUES ('U-ZX', '社会治理中心', '中心', 'ZX', 'command_centre', 'county', 99)"
    )
    one = insert(county)
    assert list_holds(county, one)[0][0] == "U-ZX"


def test_one_person_has_one_part(county: Connection) -> None:
    def act(actor: str, status: str) -> None:
        county.execute("SELECT set_config('gridmap.actor', %s, true)", [actor])
        move(county, one, status)

    county.execute("SELECT set_config('gridmap.actor', 'enf-1', true)")
    one = insert(county, status="acknowledged")
    with pytest.raises(pg_errors.UniqueViolation, match="different_people"), county.transaction():
        act("enf-1", "handling")
    act("enf-2", "handling")
    act("enf-2", "resolved")
    with pytest.raises(pg_errors.UniqueViolation, match="different_people"), county.transaction():
        act("enf-2", "verified")
    act("ve", "verified")
    people = county.execute(
        "SELECT p.part, s.code FROM incident_person p JOIN staff s ON s.id = p.staff_id WHERE incident_id = %s", [one]
    ).fetchall()
    assert sorted(people) == [("handler", "enf-2"), ("reporter", "enf-1"), ("verifier", "ve")]


@pytest.fixture(scope="module")
def calendar(committed: Database) -> WorkingCalendar:
    with committed.connect() as connection:
        rows = connection.execute(
            "SELECT (extract(epoch FROM starts_at) * 1e6)::bigint, (extract(epoch FROM ends_at) * 1e6)::bigint "
            "FROM working_interval ORDER BY starts_at"
        ).fetchall()
    edges = np.array(rows, np.int64)
    return WorkingCalendar.of_intervals(edges[:, 0], edges[:, 1])


# Around the holidays of October 2026, with ties and single microseconds between the changes.
GAPS = st.one_of(
    st.just(0),
    st.integers(1, 3),
    st.integers(0, 5_000_000),
    st.integers(0, 4 * 86_400_000_000),
    st.sampled_from([86_400_000_000, 9 * 3_600_000_000, 3_600_000_000]),
)


REQUEST = """
    INSERT INTO clock_request (incident_id, kind, unit_id, reason, requested_at)
    SELECT id, 'pause', holder_unit_id, 'r', %(at)s FROM incident WHERE id = %(incident_id)s ON CONFLICT DO NOTHING
"""


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_working_second_is_booked_to_one_holder(
    data: st.DataObject, county: Connection, calendar: WorkingCalendar
) -> None:
    item = data.draw(st.sampled_from(sorted(LIMITS)))
    lead = {"A04": "U-WAT"}.get(item, "U-ENF")
    reported_at = REPORTED_AT + data.draw(st.integers(0, 27 * 86_400_000_000)) * US
    at = reported_at
    # Most lives begin with a report; a record may come merged, of which nobody knows whether a unit had it.
    status = data.draw(st.sampled_from([*[Status.REPORTED] * 5, Status.MERGED, Status.ACKNOWLEDGED, Status.REOPENED]))
    is_with_unit = keeps_unit(status, None, is_with_unit=False)
    changes = [Change(at, status, lead)]
    closed = {} if is_open(status) else {"resolved_at": at}
    one = insert(county, item_code=item, reported_at=reported_at, status=status.value, **closed)
    for _ in range(data.draw(st.integers(0, 14))):
        targets = [target for _, source, target in list_steps() if source is status]
        if not targets:
            break
        at += data.draw(GAPS) * US
        # What is asked for on the way books nothing and stops nothing.
        if status in (Status.HANDLING, Status.EXTENDED) and data.draw(st.booleans()):
            county.execute(REQUEST, {"incident_id": one, "at": at})
        target = data.draw(st.sampled_from(sorted(targets)))
        needs_dispatch = set()
        if status is Status.REOPENED and not is_with_unit:
            needs_dispatch = {Status.HANDLING, Status.RETURNED}
        try:
            with county.transaction():
                move(county, one, target, at=at)
        except pg_errors.CheckViolation as error:
            is_not_dispatched = target in needs_dispatch and "dispatched first" in str(error)
            assert is_not_dispatched or "overdue since" in str(error) or "returned" in str(error)  # noqa: PT017
            continue
        assert target not in needs_dispatch
        is_with_unit = keeps_unit(target, status, is_with_unit=is_with_unit)
        status = target
        changes.append(Change(at, status, lead))
    now = at + data.draw(GAPS) * US
    rows = county.execute(
        """
        SELECT u.code, l.kind, l.from_at, l.to_at, l.working_s, l.overdue_s FROM ledger_at(%s) l
        LEFT JOIN unit u ON u.id = l.unit_id WHERE l.incident_id = %s ORDER BY l.from_at, l.to_at
        """,
        [now, one],
    ).fetchall()
    rows = [row for row in rows if row[2] != row[3]]
    # No gap, no overlap, from the report to the end.
    closed_at = read(county, one, "resolved_at")[0]
    end = now if closed_at is None else closed_at
    edges = [reported_at, *(row[3] for row in rows)]
    assert [row[2] for row in rows] == edges[:-1]
    assert edges[-1] == (end if rows else reported_at)
    # The sum is the working time since the report, to the microsecond.
    total_us = round(calendar.working_seconds_between(reported_at, end) * 1e6)
    assert sum(round(row[4] * 1e6) for row in rows) == total_us
    # And the twin in the program says the same of each piece, also how much of it came too late.
    bookings = book_pieces(make_pieces(changes), calendar, LIMITS[item], until=now)
    expected = [
        (
            booked.piece.holder,
            booked.piece.kind.value,
            booked.piece.from_at,
            min(booked.piece.to_at or now, now),
            booked.working_us,
        )
        for booked in bookings
        if booked.piece.from_at < now
    ]
    assert _join([(*row[:4], round(row[4] * 1e6)) for row in rows]) == _join(expected)
    late_us = sum(booked.overdue_us for booked in bookings)
    if status is not Status.PAUSED:
        assert abs(sum(round(row[5] * 1e6) for row in rows) - late_us) <= len(rows)
    assert all(row[5] == 0 for row in rows if row[1] != HoldKind.HELD)


def _join(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Join neighbours of one holder and kind, as come of changes within one instant."""
    joined: list[tuple[object, ...]] = []
    for row in rows:
        if joined and joined[-1][:2] == row[:2]:
            before = joined.pop()
            row = (*row[:2], before[2], row[3], before[4] + row[4])  # type: ignore[operator]
        joined.append(row)
    return joined
