"""A small county for tests: 2 townships, 4 villages, 4 large and 8 small grids, 6 units, 5 items, 2 jurisdictions.

Four columns of 0.01 degree from 118.80 to 118.84 E, each a village, each cut at 36.91 N into a northern (001) and a
southern (002) small grid between 36.90 and 36.92 N. Neighbours share their borders exactly.

    village   001001   001002   002001   002002
    lon      118.80   118.81   118.82   118.83   118.84
"""

import json
from datetime import UTC, date, datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from gridmap.services.calendar import seed_calendar_on

COUNTY = "370783"
TOWNSHIPS = (f"{COUNTY}001", f"{COUNTY}002")
VILLAGES = tuple(f"{COUNTY}{suffix}" for suffix in ("001001", "001002", "002001", "002002"))
WEST, SOUTH, EAST, NORTH = 118.80, 36.90, 118.84, 36.92
MIDDLE = 36.91
COLUMNS = (118.80, 118.81, 118.82, 118.83, 118.84)

# code, name, short name, letter, type, level, township
UNITS = (
    ("U-ENF", "综合行政执法局", "执法局", "EN", "enforcement", "county", ""),
    ("U-POL", "公安局", "公安局", "PO", "police", "county", ""),
    ("U-PS1", "城区派出所", "城区所", "PA", "police", "county", ""),
    ("U-WAT", "供水公司", "供水", "WA", "water", "county", ""),
    ("U-T01", "一街道办事处", "一街道", "TA", "township", "township", TOWNSHIPS[0]),
    ("U-T02", "二镇人民政府", "二镇", "TB", "township", "township", TOWNSHIPS[1]),
)
# code, class, name, level, limit, unit of the limit, leading types, assisting types
ITEMS = (
    ("A01", "治安", "噪声扰民", "county", 3, "working_day", ("police",), ("township",)),
    ("A02", "城管", "犬只管理", "county", 3, "working_day", ("enforcement",), ("township",)),
    ("A03", "城管", "违法建设", "county", 5, "working_day", ("enforcement",), ("township",)),
    ("A04", "民生", "停水", "county", 4, "working_hour", ("water",), ()),
    ("A05", "环境", "秸秆焚烧", "township", 1, "working_day", ("township",), ("enforcement",)),
)
# code, name, kind, unit, box: the police station covers the western three villages, the squad's zone lies across.
JURISDICTIONS = (
    ("J-PS1", "城区派出所辖区", "police", "U-PS1", (118.80, 36.90, 118.83, 36.92)),
    ("J-ENF", "开发区执法片区", "development_zone", "U-ENF", (118.815, 36.905, 118.84, 36.925)),
)


def insert_small_county(connection: Connection[TupleRow]) -> int:
    """Insert it, with the calendar, into a migrated database; never commits. Gives the generation."""
    seed_calendar_on(connection, today=datetime.now(UTC).date())
    generation_id = _insert_areas(connection)
    _insert_units(connection)
    _insert_items(connection)
    return generation_id


def _insert_areas(connection: Connection[TupleRow]) -> int:
    row = connection.execute(
        "INSERT INTO gridmap.generation (name, valid_from, published_at) VALUES ('first', %s, now()) RETURNING id",
        [date(2020, 1, 1)],
    ).fetchone()
    assert row is not None
    generation_id = int(row[0])
    areas = [("county", "county", COUNTY, "测试县", None, (WEST, SOUTH, EAST, NORTH))]
    for number, code in enumerate(TOWNSHIPS):
        box = (COLUMNS[2 * number], SOUTH, COLUMNS[2 * number + 2], NORTH)
        areas.append(("township", "town", code, ("一街道", "二镇")[number], COUNTY, box))
    for number, code in enumerate(VILLAGES):
        west, east = COLUMNS[number], COLUMNS[number + 1]
        name = ("东村", "南村", "西村", "北村")[number]
        large = f"{code}D01"
        areas.append(("village", "village", code, name, TOWNSHIPS[number // 2], (west, SOUTH, east, NORTH)))
        areas.append(("large_grid", "", large, f"{name}网格", code, (west, SOUTH, east, NORTH)))
        areas.append(("small_grid", "", f"{code}001", f"{name}第1微网格", large, (west, MIDDLE, east, NORTH)))
        areas.append(("small_grid", "", f"{code}002", f"{name}第2微网格", large, (west, SOUTH, east, MIDDLE)))
    for level, kind, code, name, parent_code, box in areas:
        connection.execute(
            """
            INSERT INTO gridmap.area (generation_id, level, kind, code, name, parent_code, parent_id, households,
                team_secretary, team_worker, team_assistants, geom)
            VALUES (%(generation)s, %(level)s, %(kind)s, %(code)s, %(name)s, %(parent)s::text,
                (SELECT id FROM gridmap.area WHERE generation_id = %(generation)s AND code = %(parent)s::text),
                100, true, true, 3,
                public.ST_Multi(public.ST_SetSRID(public.ST_GeomFromGeoJSON(%(box)s), 4490)))
            """,
            {
                "generation": generation_id,
                "level": level,
                "kind": kind,
                "code": code,
                "name": name,
                "parent": parent_code,
                "box": _make_box(*box),
            },
        )
    return generation_id


def _insert_units(connection: Connection[TupleRow]) -> None:
    for slot, unit in enumerate(UNITS):
        connection.execute(
            """
            INSERT INTO gridmap.unit (code, name, short_name, letter, unit_type, level, township_code, colour_slot)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [*unit, slot],
        )
    for code, name, kind, unit_code, box in JURISDICTIONS:
        connection.execute(
            """
            INSERT INTO gridmap.jurisdiction (code, name, kind, unit_id, geom)
            VALUES (%s, %s, %s, (SELECT id FROM gridmap.unit WHERE code = %s),
                public.ST_Multi(public.ST_SetSRID(public.ST_GeomFromGeoJSON(%s), 4490)))
            """,
            [code, name, kind, unit_code, _make_box(*box)],
        )


def _insert_items(connection: Connection[TupleRow]) -> None:
    connection.execute(
        "INSERT INTO gridmap.responsibility_list (name, effective_from) VALUES ('list', %s)", [date(2020, 1, 1)]
    )
    for code, class_name, name, level, limit, limit_unit, leads, assistants in ITEMS:
        row = connection.execute(
            """
            INSERT INTO gridmap.responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit)
            SELECT id, %s, %s, %s, %s, %s, %s FROM gridmap.responsibility_list WHERE name = 'list' RETURNING id
            """,
            [code, class_name, name, level, limit, limit_unit],
        ).fetchone()
        assert row is not None
        for role, types in (("lead", leads), ("assist", assistants)):
            for unit_type in types:
                connection.execute(
                    "INSERT INTO gridmap.responsibility_duty (item_id, role, unit_type, number) VALUES (%s, %s, %s, 1)",
                    [row[0], role, unit_type],
                )


def _make_box(west: float, south: float, east: float, north: float) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
