"""The rule of location in PostGIS against the rule in Python: same area, same placement, same margin, same datum."""

from pathlib import Path

import numpy as np
import psycopg
import pytest
import shapely
from numpy.typing import NDArray

from gridmap.domain.areas import AreaLevel
from gridmap.domain.datum import (
    CHINA_EAST,
    CHINA_NORTH,
    CHINA_SOUTH,
    CHINA_WEST,
    Datum,
    Floats,
    from_storage,
    to_storage,
)
from gridmap.domain.incidents import Precision
from gridmap.domain.location import FINEST_LEVELS, Locator, make_area_set
from gridmap.domain.location.areas import AreaSet
from gridmap.domain.zone import find_measure_srid
from gridmap.storage.database import Connection

INSTANT = "2026-03-01T00:00:00Z"
LON, LAT = 118.7, 36.9


def insert_generation(
    connection: Connection, *, meridian: int, name: str = "first", valid_from: str = "2026-01-01"
) -> int:
    connection.execute("UPDATE setting SET value = %s WHERE name = 'measure_srid'", [str(find_measure_srid(meridian))])
    row = connection.execute(
        "INSERT INTO generation (name, valid_from, published_at) VALUES (%s, %s, now()) RETURNING id",
        [name, valid_from],
    ).fetchone()
    assert row is not None
    return int(row[0])


def insert_areas(connection: Connection, generation: int, level: str, areas: AreaSet) -> None:
    rows = [
        (
            generation,
            level,
            code,
            code,
            shapely.to_wkb(shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])),
        )
        for code, shape in zip(areas.codes, areas.geometries, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO area (generation_id, level, code, name, geom)
            VALUES (%s, %s, %s, %s, ST_GeomFromWKB(%s, 4490))
            """,
            rows,
        )
    connection.execute("ANALYZE area")


def locate_by_sql(connection: Connection, xy: Floats, precision: str = "exact") -> list[tuple[str, str, float | None]]:
    return connection.execute(
        """
        SELECT coalesce((found.l).small_grid, ''), (found.l).placement, (found.l).margin_m
        FROM (
            SELECT n, locate(ST_SetSRID(ST_MakePoint(lon, lat), 4490), %s, %s) AS l
            FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p (lon, lat, n) OFFSET 0
        ) AS found ORDER BY n
        """,
        [precision, INSTANT, xy[:, 0].tolist(), xy[:, 1].tolist()],
    ).fetchall()


def make_hard_points(areas: AreaSet, rng: np.random.Generator, *, per_kind: int) -> Floats:
    vertices = shapely.get_coordinates(areas.geometries)
    middles = (vertices[:-1] + vertices[1:]) / 2
    along = vertices[:-1] + (vertices[1:] - vertices[:-1]) * rng.uniform(0, 1, (len(middles), 1))
    kinds = [vertices, middles, along]
    for hair in (1e-14, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7):
        kinds += [kind + rng.uniform(-1, 1, kind.shape) * hair for kind in (vertices, along)]
    return np.concatenate([kind[rng.choice(len(kind), min(per_kind, len(kind)), replace=False)] for kind in kinds])


def make_tiling(*, size_deg: float, seed: int) -> AreaSet:
    """Five by four quadrangles that share corners, one gap, one overlap, one hole with an island, one of two parts."""
    rng = np.random.default_rng(seed)
    node = np.stack(np.meshgrid(np.arange(6.0), np.arange(5.0)), axis=-1)
    node += rng.uniform(-0.3, 0.3, node.shape)
    node = np.round(node * size_deg + [LON, LAT], 7)
    shapes = [
        shapely.Polygon([node[j, i], node[j, i + 1], node[j + 1, i + 1], node[j + 1, i]])
        for j in range(4)
        for i in range(5)
    ]
    centre = shapes[7].centroid
    island = shapely.box(*(np.array(centre.coords[0] * 2) + np.array([-1, -1, 1, 1]) * size_deg / 16))
    shapes[7] = shapely.Polygon(shapes[7].exterior, [island.exterior])
    shapes[0] = shapely.multipolygons(
        [shapes[0], shapely.box(LON - size_deg, LAT, LON - size_deg * 0.7, LAT + size_deg)]
    )
    shapes[12] = shapely.transform(shapes[12], lambda xy: xy + size_deg / 10)
    del shapes[3]
    shapes.append(island)
    return make_area_set([f"{n:04d}" for n in rng.permutation(len(shapes))], shapes)


def check_same(connection: Connection, areas: AreaSet, xy: Floats) -> NDArray[np.object_]:
    by_sql = locate_by_sql(connection, xy)
    found = Locator(areas).locate(xy[:, 0], xy[:, 1])
    differing = [
        (tuple(map(float, point)), left[:2], right)
        for point, left, right in zip(xy, by_sql, zip(found.area_code, found.placement, strict=True), strict=True)
        if tuple(left[:2]) != right
    ]
    assert differing == []
    margins = np.array([np.nan if row[2] is None else row[2] for row in by_sql])
    np.testing.assert_allclose(margins, found.margin_m, atol=1e-3)
    return found.placement


@pytest.mark.parametrize("size_deg", [0.002, 0.01, 0.2])
def test_same_answers_in_a_tiling_with_every_fault(connection: Connection, size_deg: float) -> None:
    areas = make_tiling(size_deg=size_deg, seed=int(size_deg * 1000))
    generation = insert_generation(connection, meridian=areas.meridian_deg)
    insert_areas(connection, generation, "small_grid", areas)
    rng = np.random.default_rng(1)
    around = rng.uniform([LON - size_deg * 2, LAT - size_deg], [LON + size_deg * 6, LAT + size_deg * 5], (1500, 2))
    placement = check_same(connection, areas, np.concatenate([make_hard_points(areas, rng, per_kind=60), around]))
    assert {str(value) for value in placement} == {"inside", "border", "outside"}
    assert np.sum(placement == "border") > 40


def test_same_answers_on_real_grids(connection: Connection, real_data: Path) -> None:
    import geopandas as gpd

    frame = gpd.read_file(real_data / "cn_xihu_grids" / "grids_605.geojson")
    areas = make_area_set([f"{row:04d}" for row in range(len(frame))], frame.geometry.to_numpy())
    insert_areas(connection, insert_generation(connection, meridian=areas.meridian_deg), "small_grid", areas)
    rng = np.random.default_rng(2)
    west, south, east, north = shapely.total_bounds(areas.geometries)
    uniform = rng.uniform([west, south], [east, north], (2500, 2))
    placement = check_same(connection, areas, np.concatenate([make_hard_points(areas, rng, per_kind=150), uniform]))
    assert np.sum(placement == "border") > 100


def test_points_shared_by_four_belong_to_the_lowest_code_in_binary_order(connection: Connection) -> None:
    box = shapely.box
    areas = make_area_set(
        ["b", "B", "ä", "a"],
        [
            box(118, 36, 118.1, 36.1),
            box(118.1, 36, 118.2, 36.1),
            box(118, 36.1, 118.1, 36.2),
            box(118.1, 36.1, 118.2, 36.2),
        ],
    )
    insert_areas(connection, insert_generation(connection, meridian=117), "small_grid", areas)
    assert locate_by_sql(connection, np.array([[118.1, 36.1]])) == [("B", "border", 0.0)]
    assert locate_by_sql(connection, np.array([[118.05, 36.1]])) == [("b", "border", 0.0)]
    check_same(connection, areas, np.array([[118.1, 36.1], [118.1, 36.15], [118.05, 36.05], [118.3, 36.3]]))


def test_far_points_are_outside_without_margin_and_never_an_error(connection: Connection) -> None:
    areas = make_tiling(size_deg=0.01, seed=3)
    insert_areas(connection, insert_generation(connection, meridian=areas.meridian_deg), "small_grid", areas)
    far = np.array(
        [[0.0, 0.0], [-100.0, 40.0], [-62.0, 0.0], [180.0, 90.0], [118.0, -90.0], [115.0, 30.0], [126.1, 30.0]]
    )
    found = locate_by_sql(connection, far)
    assert [row[:2] for row in found] == [("", "outside")] * len(far)
    assert [row[2] is None for row in found] == [True, True, True, True, False, False, True]


def insert_chain(connection: Connection) -> None:
    """Two villages in a township; one village has grids, and in one grid a special one."""
    box = shapely.box
    generation = insert_generation(connection, meridian=117)
    levels = {
        "township": (["T"], [box(118, 36, 118.4, 36.2)]),
        "village": (["V1", "V2"], [box(118, 36, 118.2, 36.2), box(118.2, 36, 118.4, 36.2)]),
        "large_grid": (["L1"], [box(118, 36, 118.2, 36.2)]),
        "small_grid": (["G1", "G2"], [box(118, 36, 118.1, 36.2), box(118.1, 36, 118.2, 36.2)]),
        "special_grid": (["G1XN01"], [box(118.04, 36.04, 118.06, 36.06)]),
    }
    for level, (codes, shapes) in levels.items():
        insert_areas(connection, generation, level, make_area_set(codes, shapes))
    for child, parent in (("V1", "T"), ("V2", "T"), ("L1", "V1"), ("G1", "L1"), ("G2", "L1")):
        connection.execute(
            "UPDATE area SET parent_id = (SELECT id FROM area WHERE code = %s) WHERE code = %s", [parent, child]
        )


@pytest.mark.parametrize(
    ("lon", "lat", "precision", "expected"),
    [
        (118.05, 36.05, "exact", ("G1", "L1", "V1", "T", "G1XN01", "inside")),
        (118.05, 36.15, "building", ("G1", "L1", "V1", "T", None, "inside")),
        (118.1, 36.1, "exact", ("G1", "L1", "V1", "T", None, "border")),
        (118.05, 36.05, "street", (None, None, "V1", "T", None, "imprecise")),
        (118.05, 36.05, "township", (None, None, None, "T", None, "imprecise")),
        (118.05, 36.05, "county", (None, None, None, None, None, "imprecise")),
        (118.3, 36.1, "exact", (None, None, "V2", "T", None, "outside")),
        (118.5, 36.1, "exact", (None, None, None, None, None, "outside")),
        (118.5, 36.1, "village", (None, None, None, None, None, "outside")),
    ],
)
def test_chain_and_precision(
    connection: Connection, lon: float, lat: float, precision: str, expected: tuple[str | None, ...]
) -> None:
    insert_chain(connection)
    found = connection.execute(
        """
        SELECT (l).small_grid, (l).large_grid, (l).village, (l).township, (l).special_grid, (l).placement, (l).margin_m
        FROM (SELECT locate(ST_SetSRID(ST_MakePoint(%s, %s), 4490), %s, %s) AS l OFFSET 0) AS found
        """,
        [lon, lat, precision, INSTANT],
    ).fetchone()
    assert found is not None
    assert found[:6] == expected
    assert (found[6] is not None) == (precision in ("exact", "building"))


def test_finest_level_that_exists_decides(connection: Connection) -> None:
    generation = insert_generation(connection, meridian=117)
    insert_areas(
        connection,
        generation,
        "village",
        make_area_set(["V1", "V2"], [shapely.box(118, 36, 118.2, 36.2), shapely.box(118.2, 36, 118.4, 36.2)]),
    )
    found = connection.execute(
        """
        SELECT (l).village, (l).placement, (l).margin_m
        FROM (SELECT locate(ST_SetSRID(ST_MakePoint(118.15, 36.1), 4490), 'exact', %s) AS l OFFSET 0) AS found
        """,
        [INSTANT],
    ).fetchone()
    assert found is not None
    assert found[:2] == ("V1", "inside")
    assert found[2] == pytest.approx(4503, rel=2e-3)


def test_generation_of_the_day_of_the_report_in_the_county_s_zone(connection: Connection) -> None:
    first = insert_generation(connection, meridian=117, valid_from="2026-01-01")
    second = insert_generation(connection, meridian=117, name="second", valid_from="2026-02-01")
    for instant, expected in [
        ("2020-05-05T00:00:00Z", first),
        ("2026-01-31T15:59:59Z", first),
        ("2026-01-31T16:00:00Z", second),
        ("2030-01-01T00:00:00Z", second),
    ]:
        assert connection.execute("SELECT generation_at(%s)", [instant]).fetchone() == (expected,)


def test_nothing_published_is_outside(connection: Connection) -> None:
    row = connection.execute(
        "SELECT (locate(ST_SetSRID(ST_MakePoint(118, 36), 4490), 'exact', now())).placement"
    ).fetchone()
    assert row == ("outside",)


def test_finest_levels_are_the_same_table(connection: Connection) -> None:
    rows = connection.execute("SELECT precision, finest_level FROM incident_precision").fetchall()
    assert {Precision(name): AreaLevel(level) for name, level in rows} == FINEST_LEVELS


@pytest.mark.parametrize("datum", list(Datum))
def test_datum_same_in_both(connection: Connection, datum: Datum) -> None:
    rng = np.random.default_rng(4)
    edges = [CHINA_WEST, CHINA_EAST, np.nextafter(CHINA_WEST, 0), np.nextafter(CHINA_EAST, 180), 105.0, 0.0, -180.0]
    sides = [CHINA_SOUTH, CHINA_NORTH, np.nextafter(CHINA_SOUTH, 0), np.nextafter(CHINA_NORTH, 90), 35.0, -90.0]
    border = np.stack(np.meshgrid(edges, sides), axis=-1).reshape(-1, 2)
    xy = np.concatenate(
        [border, rng.uniform([70, -1], [140, 57], (2000, 2)), rng.uniform([-180, -90], [180, 90], (300, 2))]
    )
    rows = connection.execute(
        """
        SELECT ST_X(g), ST_Y(g), ST_SRID(g)
        FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p (lon, lat, n),
            to_cgcs2000(lon, lat, %s) AS g
        ORDER BY n
        """,
        [xy[:, 0].tolist(), xy[:, 1].tolist(), datum.value],
    ).fetchall()
    lon, lat = to_storage(xy[:, 0], xy[:, 1], datum)
    found = np.array(rows)
    assert (found[:, 2] == 4490).all()
    # 1e-6 m is 9e-12 degrees of latitude.
    assert np.abs(found[:, 1] - lat).max() < 9e-12
    assert np.abs((found[:, 0] - lon) * np.cos(np.radians(lat))).max() < 9e-12


def test_unknown_datum_is_refused_and_none_is_none(connection: Connection) -> None:
    assert connection.execute("SELECT to_cgcs2000(NULL, 36, 'gcj02')").fetchone() == (None,)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="Unknown datum mars"):
        connection.execute("SELECT to_cgcs2000(118, 36, 'mars')")


def test_shifted_report_finds_its_grid(connection: Connection) -> None:
    areas = make_tiling(size_deg=0.003, seed=9)
    insert_areas(connection, insert_generation(connection, meridian=areas.meridian_deg), "small_grid", areas)
    point = shapely.point_on_surface(areas.geometries[4])
    for datum in (Datum.GCJ02, Datum.BD09):
        lon, lat = from_storage(point.x, point.y, datum)
        row = connection.execute(
            "SELECT (locate(to_cgcs2000(%s, %s, %s), 'exact', %s)).small_grid", [float(lon), float(lat), datum, INSTANT]
        ).fetchone()
        assert row == (areas.codes[4],)
