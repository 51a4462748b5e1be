"""Boundaries move: open incidents are placed anew; who leads follows only where no unit has the incident yet."""

from dataclasses import dataclass

import pytest

from gridmap.domain.life_cycle import Action, Carried
from gridmap.services.explain import explain_incident
from gridmap.services.incidents import find_incident
from gridmap.services.transitions import carry_out
from gridmap.storage.database import Database
from gridmap.storage.generations import update_open_incidents
from tests.county import TOWNSHIPS, insert_small_county
from tests.staff import insert_staff

# A05 is led by the township that it lies in; the point is in the first one.
INSERT = """
    INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
    VALUES (%(item)s, 118.805, 36.905, 'accepted', '2026-11-20T09:00:00+08:00') RETURNING id
"""
# The townships change places, with all that lies in them.
MOVE = """
    UPDATE area a SET geom = b.geom FROM area b
    WHERE b.generation_id = a.generation_id AND b.level = a.level AND b.code <> a.code
      AND b.code = overlay(a.code PLACING CASE substr(a.code, 7, 3) WHEN '001' THEN '002' ELSE '001' END FROM 7 FOR 3)
"""


@dataclass(frozen=True)
class Led:
    township: str | None
    unit: str | None
    rule: str
    queue: str | None


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return fresh_database


def _insert(county: Database, item: str = "A05") -> int:
    with county.connect() as connection:
        row = connection.execute(INSERT, {"item": item}).fetchone()
    assert row is not None
    return int(row[0])


def _act(county: Database, incident: int, action: Action, actor: str, **carried: object) -> None:
    version = find_incident(county, incident).incident.version
    carry_out(county, incident, action, actor=actor, expected_version=version, carried=Carried(**carried))  # type: ignore[arg-type]


def _move_boundaries(county: Database) -> None:
    with county.connect() as connection:
        connection.execute(MOVE)
        update_open_incidents(connection, also_placed=True)


def _read(county: Database, incident: int) -> Led:
    with county.connect() as connection:
        row = connection.execute(
            "SELECT i.township, u.code, i.lead_rule, i.queue FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id "
            "WHERE i.id = %s",
            [incident],
        ).fetchone()
    assert row is not None
    return Led(*row)


def test_what_no_unit_has_is_routed_from_its_new_place_with_the_reasons(county: Database) -> None:
    incident = _insert(county)
    assert _read(county, incident) == Led(TOWNSHIPS[0], "U-T01", "township", None)
    _move_boundaries(county)
    assert _read(county, incident) == Led(TOWNSHIPS[1], "U-T02", "township", None)
    why = explain_incident(county, incident)
    assert why.lead is not None
    assert [one.unit.code for one in why.leads if one.unit] == [why.lead.code] == ["U-T02"]


def test_what_a_unit_has_stays_with_it(county: Database) -> None:
    incident = _insert(county)
    _act(county, incident, Action.DISPATCH, "di")
    _move_boundaries(county)
    assert _read(county, incident) == Led(TOWNSHIPS[1], "U-T01", "township", None)


def test_what_was_given_by_hand_stays_also_when_it_came_back(county: Database) -> None:
    incident = _insert(county)
    _act(county, incident, Action.DISPATCH, "di", unit_code="U-ENF")
    _act(county, incident, Action.RETURN, "enf-1", reason="r")
    _move_boundaries(county)
    assert _read(county, incident) == Led(TOWNSHIPS[1], "U-ENF", "assigned", None)


def test_what_is_disputed_waits_for_its_panel(county: Database) -> None:
    incident = _insert(county)
    _act(county, incident, Action.DISPUTE, "di", reason="r")
    _move_boundaries(county)
    assert _read(county, incident) == Led(TOWNSHIPS[1], "U-T01", "township", "disputed")


def test_what_waits_in_a_queue_leaves_it_where_its_new_place_has_a_unit(county: Database) -> None:
    with county.connect() as connection:
        connection.execute("UPDATE unit SET township_code = '370783009' WHERE code = 'U-T01'")
    incident = _insert(county)
    assert _read(county, incident) == Led(TOWNSHIPS[0], None, "no_unit", "no_unit")
    _move_boundaries(county)
    assert _read(county, incident) == Led(TOWNSHIPS[1], "U-T02", "township", None)
