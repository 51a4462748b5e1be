"""The demonstration's history in the database: every step legal, the ledger whole, every mechanism there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridmap.demonstration import County, make_county, make_incidents
from gridmap.demonstration.staff import make_staff
from gridmap.services.calendar import seed_calendar
from gridmap.services.load_calls import load_calls
from gridmap.services.load_county import load_county
from gridmap.services.load_proceedings import load_admissions, store_earlier_list, store_powers
from gridmap.services.load_stories import load_history
from gridmap.services.staff import store_staff
from gridmap.storage.database import Connection, Database

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
COUNT = 1500


@pytest.fixture(scope="module")
def told(module_database: Database) -> Database:
    county: County = make_county(DATA_DIR, townships=3)
    now = datetime.now(UTC)
    seed_calendar(module_database)

    def also(connection: Connection) -> None:
        store_staff(connection, make_staff(county.units), source="staff")
        store_earlier_list(connection, DATA_DIR, unit_types=set(county.units["unit_type"]))
        store_powers(connection, county, now=now)

    load_county(module_database, county, also=also)
    incidents = make_incidents(county, now=now, count=COUNT)
    assert load_history(module_database, county, incidents, now=now) == COUNT
    load_calls(module_database, county, now=now)
    load_admissions(module_database, county, now=now)
    return module_database


def fetch(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(query).fetchall()


def test_every_step_is_legal_and_somebody_s_whose_role_it_is(told: Database) -> None:
    strange = """
        SELECT from_status, to_status FROM incident_event WHERE kind = 'status' AND role IS NOT NULL
        EXCEPT SELECT from_status, to_status FROM life_cycle_step
    """
    assert fetch(told, strange) == []
    nobody = """
        SELECT e.action FROM incident_event e LEFT JOIN staff s ON s.code = e.actor AND s.role = e.role
        WHERE e.kind = 'status' AND e.role IS NOT NULL AND s.id IS NULL
    """
    assert fetch(told, nobody) == []
    assert fetch(told, "SELECT count(*) FROM incident_event WHERE at > now()") == [(0,)]


def test_the_ledger_is_whole(told: Database) -> None:
    gaps = """
        SELECT h.incident_id FROM (
            SELECT incident_id, from_at, lag(to_at) OVER (PARTITION BY incident_id ORDER BY from_at, id) AS before
            FROM incident_hold) h
        JOIN incident i ON i.id = h.incident_id
        WHERE h.from_at <> coalesce(h.before, i.reported_at)
    """
    assert fetch(told, gaps) == []


def test_no_unit_is_missing_where_one_is_at_work(told: Database) -> None:
    unled = "SELECT status, count(*) FROM incident WHERE lead_unit_id IS NULL GROUP BY 1"
    assert {row[0] for row in fetch(told, unled)} <= {"reported", "accepted", "disputed", "merged"}


def test_every_mechanism_is_there(told: Database) -> None:
    actions = {row[0] for row in fetch(told, "SELECT DISTINCT action FROM incident_event WHERE action IS NOT NULL")}
    assert actions >= {
        "accept",
        "dispatch",
        "acknowledge",
        "start",
        "return",
        "dispute",
        "decide",
        "pause",
        "resume",
        "extend",
        "resolve",
        "verify",
        "call_back",
        "reopen",
        "merge",
    }
    [(share,)] = fetch(told, "SELECT avg(is_satisfied::integer)::float FROM call_back WHERE is_reached")
    assert isinstance(share, float)
    assert 0.85 < share < 0.98
    # Which of the rules' queues a history of this size fills depends on the hour that it ends at.
    queues = {row[0] for row in fetch(told, "SELECT DISTINCT queue FROM incident WHERE queue IS NOT NULL")}
    assert len(queues) >= 2
    statuses = {row[0] for row in fetch(told, "SELECT DISTINCT status FROM work_order")}
    assert {"open", "done"} & statuses
    assert fetch(told, "SELECT count(*) FROM unit_call") == [(56,)]
    experts = """
        SELECT DISTINCT u.unit_type
        FROM unit_call c JOIN unit_call_answer a ON a.call_id = c.id JOIN unit u ON u.id = a.unit_id
        WHERE c.kind = 'expert'
    """
    assert {row[0] for row in fetch(told, experts)} <= {"water", "electricity", "agriculture"}
    kept = (
        "SELECT avg((arrived_at <= arrive_by)::integer)::float > 0.8 FROM unit_call_answer WHERE arrived_at IS NOT NULL"
    )
    assert fetch(told, kept) == [(True,)]
    assert {row[0] for row in fetch(told, "SELECT DISTINCT status FROM admission")} >= {"approved", "refused"}
    assert fetch(told, "SELECT count(*) > 0 FROM admission_attempt") == [(True,)]
    by_request = """
        SELECT count(*) FILTER (WHERE e.detail ->> 'request_id' IS NULL), count(*) FILTER (WHERE e.role <> 'supervisor')
        FROM incident_event e WHERE e.kind = 'status' AND e.action IN ('pause', 'extend')
    """
    assert fetch(told, by_request) == [(0, 0)], "a unit asks, and a supervisor does it"
    asked = {row[0] for row in fetch(told, "SELECT DISTINCT status FROM clock_request WHERE requested_by IS NOT NULL")}
    assert asked >= {"open", "approved", "refused"}
    assert fetch(told, "SELECT count(*) FROM clock_request WHERE status = 'open' AND requested_at > now()") == [(0,)]
    assert {row[0] for row in fetch(told, "SELECT DISTINCT kind FROM supervision")} >= {"reminder", "yellow"}
    assert fetch(told, "SELECT count(*) > 0 FROM supervision WHERE answered_at IS NOT NULL") == [(True,)]
    assert fetch(told, "SELECT count(*) FROM unit_power") == [(9,)]  # three items, three townships
    assert fetch(told, "SELECT count(*) FROM responsibility_list") == [(2,)]
