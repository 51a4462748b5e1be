"""Divisions on the database: read, plan, publish; neighbours fit, teams and special grids go along, incidents move."""

from datetime import timedelta

import numpy as np
import pytest
import shapely

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.village import PlanRequest, Start
from gridmap.errors import ConflictError, NotFoundError
from gridmap.services.divide_area import VillagePlans, draw_plan, publish_plan, read_village
from gridmap.services.divide_teams import find_name_pattern
from gridmap.services.publish import publish_draft
from gridmap.storage.database import Database
from tests.county import VILLAGES
from tests.divided_county import EAST_VILLAGE, insert_divided_county, is_valid_coverage, read_small


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_divided_county(connection)
    return fresh_database


def test_a_village_is_found_by_any_area_in_it(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    assert len(village.ground.households) == 300
    assert village.ground.cell_codes == [f"{EAST_VILLAGE}D01"]
    assert village.ground.today_codes == [f"{EAST_VILLAGE}001", f"{EAST_VILLAGE}002"]
    assert village.ground.barrier_groups == ["river:canal"]
    assert (village.today_label >= 0).all()
    assert read_village(county, area_id=village.grids[1].id).version == village.version
    with pytest.raises(NotFoundError, match="370783999999"):
        read_village(county, code="370783999999")
    with county.connect() as connection:
        row = connection.execute("SELECT id FROM area WHERE level = 'township' LIMIT 1").fetchone()
    assert row is not None
    with pytest.raises(NotFoundError, match="Choose a village"):
        read_village(county, area_id=row[0])


def test_publishing_replaces_the_grids_and_fits_the_neighbours(county: Database) -> None:
    before = read_small(county)
    village = read_village(county, code=EAST_VILLAGE)
    done = publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest())
    assert done.publication is not None
    after = read_small(county)
    own = [code for code in after if code.startswith(EAST_VILLAGE)]
    assert own == [f"{EAST_VILLAGE}{n:03d}" for n in range(1, 4)]
    assert is_valid_coverage(list(after.values()))
    for code, shape in before.items():
        if not code.startswith(EAST_VILLAGE):
            assert shapely.area(shapely.symmetric_difference(shape, after[code])) < 1e-15
    with county.connect() as connection:
        rows = connection.execute(
            "SELECT a.code, a.households, p.code, a.name FROM area a JOIN area p ON p.id = a.parent_id"
            " WHERE a.level = 'small_grid' AND a.generation_id = generation_at(now()) AND left(a.code, 12) = %s"
            " ORDER BY 1",
            [EAST_VILLAGE],
        ).fetchall()
        special = connection.execute(
            "SELECT s.parent_code, public.ST_Covers(g.geom, public.ST_PointOnSurface(s.geom)) FROM area s JOIN area g"
            " ON g.id = s.parent_id WHERE s.level = 'special_grid' AND s.generation_id = generation_at(now())"
        ).fetchall()
    assert [row[1] for row in rows] == [100, 100, 100]
    assert {row[2] for row in rows} == {f"{EAST_VILLAGE}D01"}
    assert [row[3] for row in rows] == [f"南村第{n}微网格" for n in (1, 2, 3)]
    assert [row[1] for row in special] == [True]


def report_incident(county: Database, lon: float, lat: float) -> tuple[int, int]:
    """Report an incident, and give its id and its grid."""
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO incident (channel, item_code, reported_lon, reported_lat, precision)"
            " VALUES ('patrol', 'A01', %s, %s, 'exact') RETURNING id, area_id",
            [lon, lat],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_open_incidents_move_with_their_history_and_closed_ones_stay(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    lon, lat = float(village.ground.lon[0]), float(village.ground.lat[0])
    number, old_area = report_incident(county, lon, lat)
    closed, closed_area = report_incident(county, lon, lat)
    beside, beside_area = report_incident(county, 118.805, 36.915)
    with county.connect() as connection:
        path = ("accepted", "dispatched", "acknowledged", "handling", "resolved", "verified", "called_back")
        for status in path:
            connection.execute("UPDATE incident SET status = %s WHERE id = %s", [status, closed])
    done = publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest())
    assert done.publication is not None
    assert done.publication.incidents_placed == 2

    def read(incident: int) -> tuple[object, ...]:
        with county.connect() as connection:
            row = connection.execute(
                "SELECT a.generation_id, public.ST_Covers(a.geom, i.geom), i.area_id, a.code FROM incident i"
                " JOIN area a ON a.id = i.area_id WHERE i.id = %s",
                [incident],
            ).fetchone()
        assert row is not None
        return row

    def list_events(incident: int) -> list[tuple[str, int]]:
        with county.connect() as connection:
            return connection.execute(
                "SELECT kind, area_id FROM incident_event WHERE incident_id = %s ORDER BY id", [incident]
            ).fetchall()

    # The open one counts for the new grid that it lies in, and its history keeps the one that it had.
    now = read(number)
    assert now[:2] == (done.generation_id, True)
    assert list_events(number) == [("reported", old_area), ("rejoined", now[2])]
    assert old_area != now[2]
    # The closed one keeps its grid, which is still there to be shown.
    assert read(closed)[:3] == (village.generation_id, True, closed_area)
    assert "rejoined" not in [kind for kind, _ in list_events(closed)]
    # Next door the grid is the same by code, in the new generation.
    assert read(beside)[0] == done.generation_id
    assert read(beside)[3] == f"{VILLAGES[0]}001"
    assert list_events(beside)[0] == ("reported", beside_area)


def test_a_grid_that_goes_on_keeps_code_name_and_team(county: Database) -> None:
    with county.connect() as connection:
        connection.execute(
            "UPDATE area SET name = 'by the bridge', team_assistants = 7 WHERE code = %s", [f"{EAST_VILLAGE}002"]
        )
    village = read_village(county, code=EAST_VILLAGE)
    before = {code: i for i, code in enumerate(village.ground.today_codes)}
    plan = VillagePlans().find_plan(county, EAST_VILLAGE, village.version, PlanRequest(start=Start.TODAY))[1]
    # 300 households in two grids are too many for them: a third is new, with the next free number.
    assert plan.codes == [f"{EAST_VILLAGE}{n:03d}" for n in (1, 2, 3)]
    publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest(start=Start.TODAY))
    with county.connect() as connection:
        rows = connection.execute(
            "SELECT code, name, team_assistants FROM area WHERE level = 'small_grid'"
            " AND generation_id = generation_at(now()) AND left(code, 12) = %s ORDER BY code",
            [EAST_VILLAGE],
        ).fetchall()
    assert rows[1] == (f"{EAST_VILLAGE}002", "by the bridge", 7)
    assert rows[2][2] is None
    # It is the same ground: most who lived in it live in it still.
    stayed = village.ground.households[(village.today_label == before[plan.codes[1]]) & (plan.label == 1)].sum()
    assert stayed > 0.5 * village.ground.households[plan.label == 1].sum()


def test_a_second_plan_of_a_village_replaces_the_first_in_the_draft(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    for target, grids in ((100, 3), (60, 5), (150, 2)):
        options = DivideOptions(target=target)
        publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest(options), draft_only=True)
        with county.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM area a JOIN generation g ON g.id = a.generation_id"
                " WHERE g.published_at IS NULL AND level = 'small_grid' AND left(code, 12) = %s",
                [EAST_VILLAGE],
            ).fetchone()
        assert row == (grids,)
    publish_draft(county)
    assert is_valid_coverage(list(read_small(county).values()))


def test_what_changed_meanwhile_is_not_written_over(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest())
    with pytest.raises(ConflictError, match="has changed since it was read"):
        publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest())
    with pytest.raises(ConflictError, match="has changed"):
        VillagePlans().find_plan(county, EAST_VILLAGE, village.version, PlanRequest())


def test_a_draft_of_others_is_not_published_along(county: Database) -> None:
    west, east = read_village(county, code=VILLAGES[0]), read_village(county, code=EAST_VILLAGE)
    stored = publish_plan(county, code=VILLAGES[0], version=west.version, request=PlanRequest(), draft_only=True)
    assert stored.publication is None
    with pytest.raises(ConflictError, match="unpublished draft"):
        publish_plan(county, code=EAST_VILLAGE, version=east.version, request=PlanRequest())
    # Into the same draft it may go: two villages with new vertices on their common border still fit.
    again = publish_plan(county, code=EAST_VILLAGE, version=east.version, request=PlanRequest(), draft_only=True)
    assert again.generation_id == stored.generation_id
    publish_draft(county)
    assert is_valid_coverage(list(read_small(county).values()))


def test_a_refused_day_leaves_nothing_behind(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    with county.connect() as connection:
        row = connection.execute("SELECT max(valid_from) FROM generation").fetchone()
    assert row is not None
    with pytest.raises(ConflictError, match="can't begin before"):
        publish_plan(
            county, code=EAST_VILLAGE, version=village.version, request=PlanRequest(), valid_from=row[0] - timedelta(1)
        )
    with county.connect() as connection:
        assert connection.execute("SELECT count(*) FROM generation").fetchone() == (1,)
    assert read_village(county, code=EAST_VILLAGE).version == village.version


def test_labels_by_hand_are_what_is_published(county: Database) -> None:
    plans = VillagePlans()
    village = plans.find_village(county, EAST_VILLAGE)
    request = PlanRequest(start=Start.AS_IS)
    _, plan = plans.find_plan(county, EAST_VILLAGE, village.version, request)
    assert plans.find_plan(county, EAST_VILLAGE, village.version, request)[1] is plan
    label = plan.label.copy()
    north = np.flatnonzero(label == 0)
    label[north[np.argsort(village.ground.lat[north])[:20]]] = 1
    edited = draw_plan(plan, label.tolist())
    publish_plan(county, code=EAST_VILLAGE, version=village.version, request=request, label=label.tolist())
    after = read_small(county)
    for code, shape in zip(edited.codes, edited.shapes, strict=True):
        assert shapely.area(shapely.symmetric_difference(after[code], shape)) < 1e-15
    assert is_valid_coverage(list(after.values()))
    with county.connect() as connection:
        teams = connection.execute(
            "SELECT DISTINCT team_assistants FROM area WHERE level = 'small_grid'"
            " AND generation_id = generation_at(now())"
        ).fetchall()
    assert teams == [(3,)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ([("370783001001001", "2区东村第1微网格")], "2区东村第\0微网格"),
        ([("370783001001001", "东村"), ("370783001001002", "东村2")], "东村\0"),
        ([], "东村 \0"),
    ],
)
def test_names_follow_the_pattern_of_today(today: list[tuple[str, str]], expected: str) -> None:
    assert find_name_pattern("东村", today) == expected
