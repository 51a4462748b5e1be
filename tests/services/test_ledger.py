"""Who burnt the time, against a case counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from gridmap.errors import InputError, NotFoundError
from gridmap.services.ledger import list_burnt, list_clocks, list_ledger
from gridmap.storage import ledger as storage
from gridmap.storage.database import Connection, Database
from tests.county import TOWNSHIPS, VILLAGES, insert_small_county

MONDAY = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)  # 15:00 in the county; no holiday in this week
HOUR = 3600.0


def hours(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def move(connection: Connection, incident_id: int, status: str, at: datetime, lead: str | None = None) -> None:
    connection.execute("SELECT set_config('gridmap.at', %s, true)", [at.isoformat()])
    connection.execute(
        "UPDATE incident SET status = %s, "
        "lead_unit_id = coalesce((SELECT id FROM unit WHERE code = %s::text), lead_unit_id) WHERE id = %s",
        [status, lead, incident_id],
    )


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """One incident of three working days: a day at the centre, two at a unit, which returns it; then another, late."""
    with module_database.connect() as connection:
        insert_small_county(connection)
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at) "
            "VALUES ('A02', 118.805, 36.905, %s) RETURNING id",
            [MONDAY],
        ).fetchone()
        assert row == (1,)
        move(connection, 1, "accepted", hours(1))
        move(connection, 1, "dispatched", hours(24))
        move(connection, 1, "returned", hours(60))
        move(connection, 1, "dispatched", hours(62), lead="U-POL")
        move(connection, 1, "acknowledged", hours(63))
        move(connection, 1, "handling", hours(64))
        move(connection, 1, "resolved", hours(77))
    return module_database


def test_each_piece_has_its_hours(county: Database) -> None:
    pieces = [(one.unit_code, one.working_s / HOUR, one.overdue_s / HOUR) for one in list_ledger(county, 1)]
    assert pieces == [(None, 24, 0), ("U-ENF", 36, 0), (None, 2, 0), ("U-POL", 15, 5)]


def test_overdue_is_booked_to_who_burnt_it_and_not_to_who_led_first(county: Database) -> None:
    burnt = {one.unit_code: one for one in list_burnt(county, until=hours(200))}
    assert {code: (one.working_s / HOUR, one.overdue_s / HOUR) for code, one in burnt.items()} == {
        None: (26, 0),
        "U-ENF": (36, 0),
        "U-POL": (15, 5),
    }
    assert [(one.incidents, one.incidents_overdue, one.held_now) for one in burnt.values()] == [
        (1, 1, 0),
        (1, 0, 0),
        (1, 0, 0),
    ]


def test_a_period_and_a_past_instant_are_cut_out(county: Database) -> None:
    at_74 = {one.unit_code: one for one in list_burnt(county, since=hours(50), as_of=hours(74))}
    assert {code: (one.working_s / HOUR, one.overdue_s / HOUR) for code, one in at_74.items()} == {
        "U-ENF": (10, 0),
        None: (2, 0),
        "U-POL": (12, 2),
    }
    assert (at_74["U-POL"].held_now, at_74["U-POL"].overdue_now, at_74["U-ENF"].held_now) == (1, 1, 0)
    at_30 = {one.unit_code: one.held_now for one in list_burnt(county, until=hours(400), as_of=hours(30))}
    assert at_30 == {None: 0, "U-ENF": 1}


@pytest.mark.parametrize(
    ("area", "count"), [(None, 3), ("370783", 3), (TOWNSHIPS[0], 3), (VILLAGES[0], 3), (TOWNSHIPS[1], 0), ("x", 0)]
)
def test_an_area_restricts(county: Database, area: str | None, count: int) -> None:
    assert len(list_burnt(county, area=area)) == count


def test_the_clocks_run_against_their_units(county: Database) -> None:
    clocks = {one.kind: one for one in list_clocks(county, 1)}
    dispatch, handling, call_back = (clocks[kind] for kind in ("dispatch", "handling", "call_back"))
    assert (dispatch.due_at, dispatch.stopped_at, dispatch.is_running) == (hours(24), hours(24), False)
    assert (handling.unit_code, handling.starts_at, handling.due_at) == ("U-POL", MONDAY, hours(72))
    assert (handling.stopped_at, handling.is_running) == (hours(77), False)
    # Three working days from Thursday 20:00: Friday, then Sunday the 20th, which is worked, then Monday 20:00.
    assert (call_back.starts_at, call_back.due_at, call_back.is_running) == (hours(77), hours(77 + 96), True)
    with county.connect() as connection:
        move(connection, 1, "verified", hours(80))
        move(connection, 1, "called_back", hours(90))
        ended = [one for one in storage.list_clocks(connection, 1) if one.kind == "call_back"]
        connection.rollback()
    assert [(one.stopped_at, one.is_running) for one in ended] == [(hours(90), False)]


def test_what_cannot_be_asked_is_refused(county: Database) -> None:
    with pytest.raises(NotFoundError, match="no incident 0"):
        list_ledger(county, 0)
    with pytest.raises(NotFoundError):
        list_clocks(county, 2**70)
    with pytest.raises(InputError, match="no time zone"):
        list_burnt(county, since=MONDAY.replace(tzinfo=None))
    with pytest.raises(InputError, match="before it starts"):
        list_burnt(county, since=hours(2), until=hours(1))
    with pytest.raises(InputError, match=r"U\+0000"):
        list_burnt(county, area="a\0")
