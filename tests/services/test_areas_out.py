"""The page of an area, and layers as files, read back by other means."""

import csv
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import openpyxl
import pyogrio
import pytest
import shapely
from pyproj import Geod

from gridmap.domain.export import list_columns
from gridmap.domain.layers import Layer, LayerKind, Layers
from gridmap.domain.palette import make_colour
from gridmap.errors import InputError, NotFoundError
from gridmap.services.areas import find_area_by_code, find_area_page
from gridmap.services.export import export_layer
from gridmap.services.unit_counts import list_units_with_counts
from gridmap.storage.database import Database
from gridmap.storage.layers import read_layers
from gridmap.web.export_text import make_title, make_translate
from gridmap.web.i18n import Language
from tests.county import COUNTY, TOWNSHIPS, VILLAGES, insert_small_county

GRID = f"{VILLAGES[0]}001"
PROJECT_DIR = Path(__file__).resolve().parents[2]
FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture(scope="module")
def layers() -> Layers:
    return read_layers(PROJECT_DIR / "layers")


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """Two grids with incidents: three in the first (one of them twice overdue, one resolved), one in a village only."""
    now = datetime.now(UTC)
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.cursor().executemany(
            """
            INSERT INTO incident (item_code, title, reported_lon, reported_lat, precision, reported_at, status)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            [
                ("A01", FORMULA, 118.805, 36.915, "exact", now - timedelta(days=40), "handling"),
                ("A02", "犬", 118.805, 36.915, "exact", now - timedelta(minutes=1), "reported"),
                ("A02", "犬", 118.805, 36.915, "exact", now - timedelta(days=20), "resolved"),
                ("A05", "烟", 118.815, 36.905, "village", now - timedelta(days=35), "accepted"),
                ("A05", "远", 119.5, 36.905, "exact", now - timedelta(minutes=1), "reported"),
            ],
        )
    return module_database


def test_page_of_a_grid(county: Database) -> None:
    page = find_area_by_code(county, GRID)
    assert (page.facts.name, page.facts.level, page.facts.is_current) == ("东村第1微网格", "small_grid", True)
    assert [parent.code for parent in page.parents] == [COUNTY, TOWNSHIPS[0], VILLAGES[0], f"{VILLAGES[0]}D01"]
    assert page.children == []
    assert page.vacancies == []
    assert (page.open, page.overdue, page.twice_overdue, page.recent) == (2, 1, 1, 2)
    assert page.recent_per_100_households == 2.0
    assert {(unit.unit_code, unit.open, unit.overdue) for unit in page.units} == {("U-PS1", 1, 1), ("U-ENF", 1, 0)}
    assert find_area_page(county, page.facts.id) == page


def test_neighbours_share_a_border_of_that_length(county: Database) -> None:
    page = find_area_by_code(county, GRID)
    geod = Geod(ellps="GRS80")
    expected = {
        f"{VILLAGES[0]}002": geod.inv(118.80, 36.91, 118.81, 36.91)[2],
        f"{VILLAGES[1]}001": geod.inv(118.81, 36.91, 118.81, 36.92)[2],
    }
    # The grid across the corner touches in a point only: no neighbour.
    assert {n.code: n.shared_border_m for n in page.neighbours} == pytest.approx(expected, rel=1e-3)


def test_page_of_a_township_counts_what_lies_below(county: Database) -> None:
    page = find_area_by_code(county, TOWNSHIPS[0])
    assert [(below.level, below.count) for below in page.below] == [
        ("village", 2),
        ("large_grid", 2),
        ("small_grid", 4),
    ]
    assert page.open == 3
    shares = {found.code: found.share for found in page.jurisdictions}
    whole = shapely.box(118.80, 36.90, 118.82, 36.92)
    zone = shapely.box(118.815, 36.905, 118.84, 36.925)
    assert shares == pytest.approx({"J-PS1": 1.0, "J-ENF": shapely.intersection(whole, zone).area / whole.area})


def test_code_on_several_levels(county: Database) -> None:
    with pytest.raises(NotFoundError, match="of level village with code"):
        find_area_by_code(county, GRID, level="village")
    with pytest.raises(InputError, match="none of county"):
        find_area_by_code(county, GRID, level="planet")
    for bad in (0, -1, 2**40):
        with pytest.raises(NotFoundError):
            find_area_page(county, bad)


def test_units_with_counts(county: Database) -> None:
    counts = {unit.code: (unit.open, unit.overdue) for unit in list_units_with_counts(county)}
    assert counts["U-PS1"] == (1, 1)
    assert counts["U-T01"] == (1, 1)
    assert counts["U-WAT"] == (0, 0)


def _export(database: Database, layer: Layer, path: Path, *where: tuple[str, str], language: str = "zh_CN") -> int:
    chosen = Language(language)
    return export_layer(
        database,
        layer,
        path,
        file_format=path.suffix[1:],
        where=where,
        title=make_title(layer, chosen),
        translate=make_translate(chosen),
        timezone="Asia/Shanghai",
    )


@pytest.mark.parametrize("name", ["county", "small_grid", "jurisdiction", "road", "incident", "special_grid"])
@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "csv", "xlsx"])
def test_every_layer_in_every_format(county: Database, layers: Layers, tmp_path: Path, name: str, suffix: str) -> None:
    """Also the empty ones: a file with the columns and no row."""
    layer = layers.find_layer(name)
    path = tmp_path / f"{name}.{suffix}"
    count = _export(county, layer, path)
    columns = [column.name for column in list_columns(layer)]
    if suffix in {"gpkg", "geojson"}:
        read = pyogrio.read_dataframe(path, layer=name)
        assert len(read) == count
        if suffix == "gpkg" or count:
            assert [column for column in read.columns if column != "geometry"] == columns
            assert str(read.crs) == ("EPSG:4490" if suffix == "gpkg" else "EPSG:4326")
    elif suffix == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) == count + 1
        assert {len(row) for row in rows} == {len(columns)}
    else:
        sheet = openpyxl.load_workbook(path).active
        assert sheet.max_row == count + 1
        assert sheet.freeze_panes == "A2"


def test_all_layers_have_known_fields(layers: Layers) -> None:
    for layer in layers:
        assert list_columns(layer)
    odd = layers.find_layer("road").model_copy(update={"fields": ("name", "speed")})
    with pytest.raises(InputError, match=r"fields speed are unknown\. A layer of kind feature has: name, class"):
        list_columns(odd)


def test_areas_carry_their_worst_unit(county: Database, layers: Layers, tmp_path: Path) -> None:
    _export(county, layers.find_layer("small_grid"), tmp_path / "g.gpkg")
    grids = pyogrio.read_dataframe(tmp_path / "g.gpkg", layer="small_grid").set_index("code")
    assert tuple(grids.loc[GRID, ["open", "overdue", "twice_overdue", "unit_code"]]) == (2, 1, 1, "U-PS1")
    assert grids["open"].sum() == 2
    _export(county, layers.find_layer("county"), tmp_path / "c.gpkg")
    styles = (
        sqlite3.connect(tmp_path / "g.gpkg")
        .execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles")
        .fetchall()
    )
    assert [(name, default) for name, default, _ in styles] == [("small_grid", 1)]
    root = Xml.fromstring(styles[0][2])  # noqa: S314 -- our own file
    categories = root.findall("renderer-v2/categories/category")
    assert [category.get("value") for category in categories] == ["U-PS1", ""]
    symbols = {symbol.get("name"): symbol for symbol in root.findall("renderer-v2/symbols/symbol")}
    colour = symbols[categories[0].get("symbol")].find("layer/Option/Option[@name='color']")
    assert colour is not None
    slot = next(unit.colour_slot for unit in list_units_with_counts(county) if unit.code == "U-PS1")
    assert "#" + "".join(f"{int(part):02x}" for part in (colour.get("value") or "").split(",")[:3]) == make_colour(slot)


def test_incidents_in_tables(county: Database, layers: Layers, tmp_path: Path) -> None:
    layer = layers.find_layer("incident")
    assert _export(county, layer, tmp_path / "i.xlsx") == 4
    sheet = openpyxl.load_workbook(tmp_path / "i.xlsx").active
    header = [cell.value for cell in sheet[1]]
    rows = [dict(zip(header, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert header[0] == "事件编号"
    first = rows[0]
    # Text that looks like a formula stays text; codes are text; times are times on the county's clock.
    assert (first["标题"].value, first["标题"].data_type) == (FORMULA, "s")
    assert (first["小网格代码"].value, first["小网格代码"].data_type) == (GRID, "s")
    with county.connect() as connection:
        row = connection.execute("SELECT reported_at FROM incident ORDER BY id").fetchone()
    assert row is not None
    local = row[0] + timedelta(hours=8)
    assert abs(first["上报时间"].value - local.replace(tzinfo=None)) < timedelta(seconds=1)
    assert first["时效状态"].value == make_translate(Language.CHINESE)("lateness:twice_overdue")
    assert first["逾期工作时"].value > 24
    assert rows[1]["逾期工作时"].value is None
    _export(county, layer, tmp_path / "i.csv", language="en")
    told = list(csv.DictReader((tmp_path / "i.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert told[0]["Title"] == f"'{FORMULA}"
    assert told[0]["Small grid, code"] == GRID


def test_geojson_is_rfc_7946(county: Database, layers: Layers, tmp_path: Path) -> None:
    _export(county, layers.find_layer("small_grid"), tmp_path / "g.geojson")
    document = json.loads((tmp_path / "g.geojson").read_text(encoding="utf-8"))
    assert "crs" not in document
    for feature in document["features"]:
        ring = feature["geometry"]["coordinates"][0][0]
        assert shapely.is_ccw(shapely.LinearRing(ring))
        assert all(118 < lon < 119 and 36 < lat < 37 for lon, lat in ring)


@pytest.mark.parametrize(
    ("where", "titles"),
    [
        ([], [FORMULA, "犬", "烟", "远"]),
        ([("status", "all")], [FORMULA, "犬", "犬", "烟", "远"]),
        ([("status", "closed")], ["犬"]),
        ([("unit", "U-PS1"), ("unit", "U-ENF")], [FORMULA, "犬"]),
        ([("area", TOWNSHIPS[0])], [FORMULA, "犬", "烟"]),
        ([("area", GRID), ("lateness", "twice_overdue")], [FORMULA]),
        ([("placement", "outside")], ["远"]),
        ([("class", "环境")], ["烟", "远"]),
        ([("item", "A01")], [FORMULA]),
        ([("channel", "hotline")], []),
        ([("since", "2999-01-01T00:00:00+08:00")], []),
        ([("until", "1999-01-01T00:00:00Z")], []),
    ],
)
def test_filters(
    county: Database, layers: Layers, tmp_path: Path, where: list[tuple[str, str]], titles: list[str]
) -> None:
    _export(county, layers.find_layer("incident"), tmp_path / "i.gpkg", *where)
    assert list(pyogrio.read_dataframe(tmp_path / "i.gpkg", layer="incident")["title"]) == titles


def test_area_filter_of_an_area_layer(county: Database, layers: Layers, tmp_path: Path) -> None:
    assert _export(county, layers.find_layer("small_grid"), tmp_path / "g.csv", ("area", VILLAGES[1])) == 2
    assert _export(county, layers.find_layer("village"), tmp_path / "v.csv", ("area", VILLAGES[1])) == 1


def test_all_faults_of_a_filter_are_told(county: Database, layers: Layers, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        _export(
            county, layers.find_layer("incident"), tmp_path / "i.csv", ("colour", "1"), ("status", "x"), ("since", "y")
        )
    for part in ("colour is no filter of incident; there are area,", "status x is none of", "since y is no instant"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="format doc is none of gpkg"):
        _export(county, layers.find_layer("incident"), tmp_path / "i.doc")
    assert list(tmp_path.iterdir()) == []


def test_every_header_has_its_chinese_text(layers: Layers) -> None:
    translate = make_translate(Language.CHINESE)
    for layer in layers:
        for column in list_columns(layer):
            assert not translate(column.title).isascii(), column.title
    assert {layer.kind for layer in layers} == set(LayerKind)
