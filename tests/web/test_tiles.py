"""Tiles against the shapes in the database; read back by GDAL, which is another reader than the browser's and ours."""

import math
from collections.abc import Iterator
from pathlib import Path

import geopandas
import httpx
import pyogrio
import pytest
import shapely

from gridmap.services.tiles import find_fitting_zoom, find_tile, list_tiles
from gridmap.storage.database import Database
from tests.county import EAST, NORTH, SOUTH, WEST, insert_small_county
from tests.web.conftest import Running, run_server

ZOOM = 14


@pytest.fixture(scope="module")
def served(module_database: Database) -> Iterator[Running]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO map_feature (kind, class, name, geom) VALUES "
            "('road', 'national', 'G20', ST_GeomFromText('LINESTRING(118.79 36.905, 118.85 36.915)', 4490))"
        )
    with run_server(module_database) as running:
        yield running


def _fetch(served: Running, layer: str, *, z: int, x: int, y: int, version: str = "") -> httpx.Response:
    return httpx.get(f"http://{served.address}/tiles/{layer}/{z}/{x}/{y}.mvt", params={"v": version})


def _read(content: bytes, folder: Path, *, z: int, x: int, y: int) -> geopandas.GeoDataFrame:
    """Give the tile's features in Web Mercator, with their ids in `mvt_id`."""
    path = folder / str(z) / str(x) / f"{y}.pbf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return pyogrio.read_dataframe(path)


def _read_all(served: Running, layer: str, folder: Path) -> geopandas.GeoDataFrame:
    found = []
    for x, y in list_tiles((WEST, SOUTH, EAST, NORTH), ZOOM):
        answer = _fetch(served, layer, z=ZOOM, x=x, y=y)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        frame = _read(answer.content, folder / layer, z=ZOOM, x=x, y=y)
        side = 2 * math.pi * 6378137 / 2**ZOOM
        west, north = x * side - math.pi * 6378137, math.pi * 6378137 - y * side
        frame["geometry"] = frame.geometry.intersection(shapely.box(west, north - side, west + side, north))
        found.append(frame)
    together = geopandas.GeoDataFrame(geopandas.pd.concat(found, ignore_index=True), crs=found[0].crs)
    return together.dissolve("mvt_id").sort_index()


def test_a_layer_put_together_from_its_tiles_is_what_the_database_holds(served: Running, tmp_path: Path) -> None:
    with served.database.connect() as connection:
        rows = connection.execute(
            "SELECT id, ST_AsBinary(geom) FROM area WHERE level = 'small_grid' ORDER BY id"
        ).fetchall()
    truth = geopandas.GeoSeries(shapely.from_wkb([row[1] for row in rows]), [row[0] for row in rows], crs=4326).to_crs(
        3857
    )
    tiles = _read_all(served, "small_grid", tmp_path)
    assert list(tiles.index) == list(truth.index)
    for number in truth.index:
        difference = tiles.geometry[number].symmetric_difference(truth[number]).area
        # A step of the tile at zoom 14 is 0.6 m; these grids are about 1,100 m wide.
        assert difference / truth[number].area < 0.003
    # Neighbours still share their borders: no gap and no overlap of more than the rounding at the edges of tiles.
    together = shapely.union_all(tiles.geometry.to_numpy())
    assert abs(together.area - tiles.area.sum()) / together.area < 1e-4


def test_labels_come_from_their_zoom_on(served: Running, tmp_path: Path) -> None:
    """Names of small grids stand on the map from zoom 15 on; there the tiles of 14 are shown, on 512 pixels."""
    for z, has_names in ((13, False), (14, True)):
        x, y = find_tile(118.805, 36.905, z)
        found = _read(_fetch(served, "small_grid", z=z, x=x, y=y).content, tmp_path / str(z), z=z, x=x, y=y)
        assert ("name" in found) == has_names
    assert found["name"].str.len().min() > 0


def test_jurisdictions_name_their_unit_and_roads_their_class(served: Running, tmp_path: Path) -> None:
    x, y = find_tile(118.82, 36.908, 13)
    found = _read(_fetch(served, "jurisdiction", z=13, x=x, y=y).content, tmp_path / "j", z=13, x=x, y=y)
    with served.database.connect() as connection:
        rows = connection.execute("SELECT id, unit_id FROM jurisdiction").fetchall()
    assert dict(zip(found["mvt_id"], found["unit"], strict=True)) == dict(rows)
    roads = _read(_fetch(served, "road", z=13, x=x, y=y).content, tmp_path / "r", z=13, x=x, y=y)
    assert list(roads["class"]) == ["national"]


def test_classes_that_nothing_draws_are_left_out_of_the_tile(served: Running, tmp_path: Path) -> None:
    road = served.context.layers.find_layer("road")
    assert road.list_hidden_classes(11) == ["lane"]  # shown at zoom 12, lanes start at 13
    assert road.list_hidden_classes(12) == []
    with served.database.connect() as connection:
        connection.execute("UPDATE map_feature SET class = 'lane' WHERE kind = 'road'")
    try:
        found = {}
        for z in (11, 12):
            x, y = find_tile(118.82, 36.908, z)
            found[z] = served.context.tiles.make_tile(road, z=z, x=x, y=y)
        assert found[11] == b""
        assert list(_read(found[12], tmp_path / "r", z=12, x=x, y=y)["class"]) == ["lane"]
    finally:
        with served.database.connect() as connection:
            connection.execute("UPDATE map_feature SET class = 'national' WHERE kind = 'road'")


def test_the_zoom_of_the_tiles_is_one_less_than_the_maps(served: Running) -> None:
    layer = served.context.layers.find_layer("small_grid")
    assert [layer.find_tile_zoom(zoom) for zoom in (12, 13, 14, 15, 16, 22)] == [12, 12, 13, 14, 15, 15]


def test_a_tile_is_kept_for_ever_under_its_version_only(served: Running) -> None:
    x, y = find_tile(118.805, 36.905, 14)
    version = served.context.tile_version
    answer = _fetch(served, "village", z=14, x=x, y=y, version=version)
    assert "immutable" in answer.headers["cache-control"]
    assert _fetch(served, "village", z=14, x=x, y=y, version="older").headers["cache-control"] == "no-cache"
    again = httpx.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("small_grid/10/850/397", 404),  # below the layer's zoom
        ("small_grid/14/99999/6365", 404),
        ("nothing/14/13601/6365", 404),
        ("incident/14/13601/6365", 404),  # incidents come over the live channel
        ("small_grid/14/-1/6365", 422),
        ("small_grid/14/a/6365", 422),
    ],
)
def test_what_is_no_tile_is_refused(served: Running, path: str, status: int) -> None:
    assert httpx.get(f"http://{served.address}/tiles/{path}.mvt").status_code == status


def test_an_empty_place_is_an_empty_tile(served: Running) -> None:
    answer = _fetch(served, "village", z=14, x=0, y=0)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_changed_shape_is_a_new_version(county: Database) -> None:
    with run_server(county) as running:
        before = running.context.tile_version
        with county.connect() as connection:
            connection.execute("UPDATE jurisdiction SET name = name || '。'")
            connection.execute("INSERT INTO outbox (subject) VALUES ('generation')")
            connection.execute("SELECT pg_notify('gridmap', '')")
        import time

        until = time.monotonic() + 10
        while running.context.tile_version == before:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_the_first_view_holds_the_county() -> None:
    bounds = (118.45, 36.65, 119.05, 37.25)
    zoom = find_fitting_zoom(bounds, width_px=1920, height_px=1080)
    assert zoom == 10
    assert find_tile(118.45, 37.25, zoom) in list_tiles(bounds, zoom)
    # By hand: (118.75 + 180) / 360 * 1024 = 849.7.
    assert find_tile(118.75, 36.88, 10)[0] == 849
