"""The parts of the pages that need no browser."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from gridmap.domain.incidents import Placement, Precision, Status
from gridmap.domain.lateness import Lateness
from gridmap.services.areas import find_area_page
from gridmap.services.incidents import IncidentHistory, find_incident
from gridmap.services.search import PlaceSearch
from gridmap.storage.database import Database
from gridmap.storage.incidents import StoredIncident
from gridmap.storage.layers import read_layers
from gridmap.web.i18n import Language, read_catalogue
from gridmap.web.pages.area_panel import make_area_panel
from gridmap.web.pages.config import find_language, is_wall_path, write_json
from gridmap.web.pages.facts import CHINA
from gridmap.web.pages.incident_panel import describe_placement, make_incident_panel
from gridmap.web.pages.map import make_map_page
from gridmap.web.pages.map_view import make_map
from gridmap.web.pages.panel import read_selection
from gridmap.web.pages.wall import make_wall_page
from tests.county import insert_small_county

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
CHINESE = read_catalogue(Language.CHINESE)
ENGLISH = read_catalogue(Language.ENGLISH)


def _write(component: Any) -> str:
    """What Dash sends to the browser."""
    return orjson.dumps(component.to_plotly_json(), default=lambda one: one.to_plotly_json()).decode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "area", "id": 3, "asked": 1}, ("area", 3)),
        ({"kind": "incident", "id": 9}, ("incident", 9)),
        ({"kind": "incidents", "id": 9, "ids": [9, 10]}, None),
        ({"kind": "", "id": 0}, None),
        ({"kind": "area", "id": 0}, None),
        ({"kind": "area", "id": -1}, None),
        ({"kind": "area", "id": 2**63}, None),
        ({"kind": "area", "id": True}, None),
        ({"kind": "area", "id": "3; DROP TABLE area"}, None),
        ({"kind": "unit", "id": 3}, None),
        (None, None),
        ("area", None),
        ([], None),
    ],
)
def test_selection_from_a_browser(given: object, expected: tuple[str, int] | None) -> None:
    assert read_selection(given) == expected


def test_configuration_can_not_end_its_element() -> None:
    value = {"messages": {"x": "</script><script>alert(1)</script><!--&"}}
    written = write_json(value)
    assert "<" not in written
    assert ">" not in written
    assert json.loads(written) == value


@pytest.mark.parametrize(("path", "expected"), [("/wall", True), ("/wall/", True), ("/", False), ("/wallet", False)])
def test_wall_path(path: str, expected: bool) -> None:
    assert is_wall_path(path) is expected


def test_language_of_the_query() -> None:
    assert find_language("?lang=en&unit=A", "zh_CN") is Language.ENGLISH
    assert find_language("?unit=A", "en") is Language.ENGLISH
    assert find_language(None, "zh_CN") is Language.CHINESE
    assert find_language("?lang=en&lang=zh", "zh_CN") is Language.ENGLISH


def test_pages_name_every_layer_and_their_overlays() -> None:
    layers = read_layers(PROJECT_DIR / "layers")
    for catalogue in (CHINESE, ENGLISH):
        view = make_map(list(layers), catalogue=catalogue, bounds=CHINA, base_map=None)
        page = _write(make_map_page(view, catalogue=catalogue, notice="", has_areas=False))
        for layer in layers:
            assert f"gridmap.mount.{layer.id}" in page
        assert catalogue.text("No boundaries yet") in page
        assert f'"/desk?lang={catalogue.language.short}"' in page
        # A TileLayer without a URL would ask openstreetmap.org.
        assert "TileLayer" not in page
        assert '"id":"notice"' not in page
    wall = _write(
        make_wall_page(
            make_map(list(layers), catalogue=CHINESE, bounds=CHINA, base_map=None), catalogue=CHINESE, notice="a"
        )
    )
    assert '"id":"notice"' in wall


def _commit_incident(database: Database, **values: object) -> int:
    with database.connect() as connection:
        insert_small_county(connection)
        row = connection.execute(
            """
            INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision)
            VALUES ('patrol', %(item)s, %(title)s, %(lon)s, 36.905, 'cgcs2000', %(precision)s) RETURNING id
            """,
            {"item": "A01", "title": "", "lon": 118.805, "precision": "exact", **values},
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_incident_panel_says_where_whose_and_why(fresh_database: Database) -> None:
    incident = _commit_incident(fresh_database, title="<i>typed</i>")
    index = PlaceSearch().find_index(fresh_database)
    history = find_incident(fresh_database, incident)
    page = _write(make_incident_panel(history, index, catalogue=CHINESE, timezone="Asia/Shanghai"))
    for words in (
        "噪声扰民",
        "城区派出所",
        "一街道",
        "东村",
        "东村第2微网格",
        "距最近的其他网格",
        "巡查发现",
        "在其管辖区内",
    ):
        assert words in page, words
    # As text of a component: nothing in the panel is ever set as HTML.
    assert "<i>typed</i>" in page
    assert "dangerously" not in page
    assert "Markdown" not in page
    english = _write(make_incident_panel(history, index, catalogue=ENGLISH, timezone="Asia/Shanghai"))
    assert "to the nearest other grid" in english
    assert "Patrol" in english


def test_area_panel_says_team_neighbours_and_jurisdictions(fresh_database: Database) -> None:
    _commit_incident(fresh_database)
    index = PlaceSearch().find_index(fresh_database)
    grid = next(place for place in index.by_area.values() if place.name == "东村第2微网格")
    page = _write(make_area_panel(find_area_page(fresh_database, grid.id), index, catalogue=CHINESE))
    for words in (
        "专职网格员",
        "在岗",
        "东村第1微网格",
        "南村第2微网格",
        "城区派出所辖区",
        "覆盖 100%",
        "逾期 0 / 共 1",
        f"area:{grid.id}",
    ):
        assert words in page or words.startswith("area:"), words
    village = index.by_code["village", "370783001001"]
    page = _write(make_area_panel(find_area_page(fresh_database, village.id), index, catalogue=CHINESE))
    assert "下辖数量" in page
    # Teams belong to grids: a village without one has no vacancy.
    assert "空缺" not in page


def _make_incident(**values: object) -> StoredIncident:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    base: dict[str, Any] = dict.fromkeys(StoredIncident.__slots__)
    base |= {
        "id": 1,
        "channel": "patrol",
        "title": "",
        "address": "",
        "datum": "cgcs2000",
        "precision": Precision.EXACT,
        "reported_at": now,
        "received_at": now,
        "status": Status.REPORTED,
        "placement": Placement.OUTSIDE,
        "lead_rule": "item_not_in_list",
        "is_provisional": False,
        "lateness": Lateness.ON_TIME,
        "version": 1,
        **values,
    }
    return StoredIncident(**base)


def test_placement_in_words() -> None:
    assert describe_placement(_make_incident(), CHINESE) == "未落格"
    inside = _make_incident(placement=Placement.INSIDE, margin_m=12.4)
    assert describe_placement(inside, CHINESE) == "网格内 · 距最近的其他网格 12 米"
    border = _make_incident(placement=Placement.BORDER, margin_m=0.0)
    assert describe_placement(border, ENGLISH) == "On the border; the lower code counts · 0 m to the nearest other grid"


def test_incident_without_anything_has_a_page(fresh_database: Database) -> None:
    index = PlaceSearch().find_index(fresh_database)
    page = make_incident_panel(
        IncidentHistory(_make_incident(), []), index, catalogue=CHINESE, timezone="Asia/Shanghai"
    )
    written = _write(page)
    assert "清单外事项" in written
    assert "未定责任单位" in written
    assert "countdown" not in written


def test_every_script_is_in_the_table_of_the_architecture() -> None:
    root = Path(__file__).resolve().parents[2]
    table = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\d\d_\w+\.js)` \|", table, re.MULTILINE)
    # Scripts of 50 and above belong to other pages than the map and the wall.
    assert [name for name in named if name < "5"] == sorted(
        path.name for path in (root / "assets").glob("*.js") if path.name < "5"
    )
