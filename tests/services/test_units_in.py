"""Units and jurisdictions in from files."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import box

from gridmap.errors import InputError
from gridmap.services.unit_counts import list_units_with_counts
from gridmap.services.units import import_jurisdictions, import_units
from gridmap.storage.database import Database

UNITS = (
    "code,name,unit_type,level,township_code\nU1,水务局,water,county,\nU2,一街道办事处,township,township,370783001\n"
)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_units_keep_their_colour_and_letter(fresh_database: Database, tmp_path: Path) -> None:
    assert import_units(fresh_database, _write(tmp_path / "u.csv", UNITS)) == 2
    first = {unit.code: unit for unit in list_units_with_counts(fresh_database)}
    assert [(unit.letter, unit.colour_slot, unit.short_name) for unit in first.values()] == [
        ("A", 0, "水务局"),
        ("B", 1, "一街道办事处"),
    ]
    # Another order, another name, a new unit between: who was there keeps colour and letter.
    header = "code,name,unit_type,level,township_code"
    again = f"{header}\nU3,执法局,enforcement,county,\nU2,一街道,township,township,370783001\n"
    assert import_units(fresh_database, _write(tmp_path / "u2.csv", again)) == 2
    second = {unit.code: unit for unit in list_units_with_counts(fresh_database)}
    assert {code: (unit.letter, unit.colour_slot) for code, unit in second.items()} == {
        "U1": ("A", 0),
        "U2": ("B", 1),
        "U3": ("C", 2),
    }
    assert second["U2"].name == "一街道"
    with fresh_database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM outbox WHERE subject = 'unit'").fetchone() == (2,)


def test_every_fault_of_units_is_told_at_once(fresh_database: Database, tmp_path: Path) -> None:
    import_units(fresh_database, _write(tmp_path / "u.csv", UNITS))
    bad = (
        "code,name,unit_type,level,township_code,letter\n"
        ",x,a,county,,\nU5,,a,city,,lower\nU5,西湖??,a,township,,\nU6,y,a,county,,A\n"
    )
    with pytest.raises(InputError) as told:
        import_units(fresh_database, _write(tmp_path / "bad.csv", bad))
    for fault in (
        "row 2: no code",
        "row 3: no name",
        "row 3: level 'city'",
        "row 3: letter 'lower'",
        "row 4: garbled text in name",
        "row 4: a unit of level township needs a township_code",
        "code U5 is used 2 times",
        "letter A belongs to unit U1",
    ):
        assert fault in str(told.value)
    assert len(list_units_with_counts(fresh_database)) == 2


def test_jurisdictions(fresh_database: Database, tmp_path: Path) -> None:
    import_units(fresh_database, _write(tmp_path / "u.csv", UNITS))
    frame = gpd.GeoDataFrame(
        {"code": ["J1", "J2"], "name": ["一段", "二段"], "kind": "river", "unit_code": ["U1", "U9"]},
        geometry=[box(118.8, 36.9, 118.81, 36.91), box(118.805, 36.9, 118.82, 36.91)],
        crs="EPSG:4490",
    )
    path = tmp_path / "j.gpkg"
    pyogrio.write_dataframe(frame, path)
    with pytest.raises(InputError, match="row 2: there is no unit U9"):
        import_jurisdictions(fresh_database, path, datum="cgcs2000")
    pyogrio.write_dataframe(frame.assign(unit_code="U1"), path)
    for _ in range(2):
        assert import_jurisdictions(fresh_database, path, datum="cgcs2000").stored == 2
    with fresh_database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM jurisdiction").fetchone() == (2,)
