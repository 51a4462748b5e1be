"""Divisions on the database: read, plan, publish; neighbours fit, teams and special grids go along, incidents move."""

from datetime import timedelta

import numpy as np
import pytest
import shapely

from gridmap.domain.divide.village import PlanRequest, Start
from gridmap.errors import ConflictError, NotFoundError
from gridmap.services.divide_area import VillagePlans, draw_plan, publish_plan, read_village
from gridmap.services.divide_many import StoppedError, divide_villages
from gridmap.services.divide_teams import find_name_pattern
from gridmap.services.publish import publish_draft
from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, VILLAGES, insert_small_county

EAST_VILLAGE = VILLAGES[1]


@pytest.fixture
def county(fresh_database: Database) -> Database:
    """The small county with 260 to 420 addresses in each village, a canal, a special grid."""
    rng = np.random.default_rng(4)
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        with connection.cursor() as cursor:
            for number in range(4):
                count = 260 + 40 * number
                x = rng.uniform(118.80 + 0.01 * number + 0.0004, 118.81 + 0.01 * number - 0.0004, count)
                y = rng.uniform(36.9004, 36.9196, count)
                cursor.executemany(
                    "INSERT INTO gridmap.address (households, hamlet, geom)"
                    " VALUES (1, %s, public.ST_SetSRID(public.ST_MakePoint(%s, %s), 4490))",
                    [("h" if b > 36.915 else "", float(a), float(b)) for a, b in zip(x, y, strict=True)],
                )
        connection.execute(
            "INSERT INTO gridmap.map_feature (kind, class, name, geom)"
            " VALUES ('river', 'canal', 'c', public.ST_GeomFromText('LINESTRING(118.79 36.905, 118.85 36.906)', 4490))"
        )
        connection.execute(
            "INSERT INTO gridmap.area (generation_id, level, code, name, parent_code, geom) SELECT generation_id,"
            " 'special_grid', code || 'XN01', 'market', code,"
            " public.ST_Multi(public.ST_Buffer(public.ST_Centroid(geom), 0.0003))"
            " FROM gridmap.area WHERE level = 'small_grid' AND code = %s",
            [f"{EAST_VILLAGE}002"],
        )
    return fresh_database


def read_small(database: Database) -> dict[str, shapely.Geometry]:
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT code, public.ST_AsBinary(geom) FROM area WHERE level = 'small_grid'"
            " AND generation_id = generation_at(now()) ORDER BY code"
        ).fetchall()
    return dict(
        zip([row[0] for row in rows], shapely.from_wkb(np.array([row[1] for row in rows], dtype=object)), strict=True)
    )


def is_valid_coverage(shapes: list[shapely.Geometry]) -> bool:
    return bool(shapely.coverage_is_valid(shapely.get_parts(np.array(shapes, dtype=object))))


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


def test_an_open_incident_moves_and_its_history_keeps_the_old_grid(county: Database) -> None:
    village = read_village(county, code=EAST_VILLAGE)
    lon, lat = float(village.ground.lon[0]), float(village.ground.lat[0])
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO incident (channel, item_code, reported_lon, reported_lat, precision)"
            " VALUES ('patrol', 'A01', %s, %s, 'exact') RETURNING id, area_id, small_grid",
            [lon, lat],
        ).fetchone()
    assert row is not None
    number, old_area, _ = row
    done = publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest())
    assert done.publication is not None
    assert done.publication.incidents_placed == 1
    with county.connect() as connection:
        now = connection.execute(
            "SELECT a.generation_id, public.ST_Covers(a.geom, i.geom), i.area_id FROM incident i"
            " JOIN area a ON a.id = i.area_id WHERE i.id = %s",
            [number],
        ).fetchone()
        events = connection.execute(
            "SELECT kind, area_id FROM incident_event WHERE incident_id = %s ORDER BY id", [number]
        ).fetchall()
    assert now is not None
    assert now[:2] == (done.generation_id, True)
    assert ("reported", old_area) in events
    assert events[-1] == ("rejoined", now[2])


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


def test_many_villages_go_into_the_draft_with_progress(county: Database) -> None:
    told: list[tuple[str, float]] = []
    done = divide_villages(
        county, within=TOWNSHIPS[0], request=PlanRequest(), processes=1, progress=lambda *step: told.append(step)
    )
    assert (done.villages, done.grids, done.left_out) == (2, 6, [])
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1] == ("storing", 1.0)
    publish_draft(county)
    after = read_small(county)
    assert is_valid_coverage(list(after.values()))
    assert len([code for code in after if code.startswith(TOWNSHIPS[0])]) == 6


def test_stopping_stores_nothing(county: Database) -> None:
    steps: list[str] = []
    with pytest.raises(StoppedError):
        divide_villages(
            county,
            within=TOWNSHIPS[0],
            request=PlanRequest(),
            processes=1,
            progress=lambda step, _share: steps.append(step),
            is_stopped=lambda: "storing" in steps,
        )
    assert "storing" in steps
    with county.connect() as connection:
        assert connection.execute("SELECT count(*) FROM generation").fetchone() == (1,)


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
