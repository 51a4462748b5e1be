"""Staff from a file: all rows or none."""

from pathlib import Path

import pytest

from gridmap.errors import InputError
from gridmap.services.staff import import_staff, list_staff
from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, insert_small_county


def test_people_are_stored_by_code(fresh_database: Database, tmp_path: Path) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    path = tmp_path / "staff.csv"
    path.write_text(
        "code,role,unit_code,area_code,is_active,name\n"
        "c1,dispatcher,,,,\n"
        "u1,handler,U-ENF,,是,执法员\n"
        f"t1,township,U-T01,{TOWNSHIPS[0]},no,\n",
        encoding="utf-8",
    )
    assert import_staff(fresh_database, path) == 3
    assert [(one.code, one.unit_code, one.is_active, one.name) for one in list_staff(fresh_database)] == [
        ("c1", None, True, ""),
        ("u1", "U-ENF", True, "执法员"),
        ("t1", "U-T01", False, ""),
    ]
    path.write_text("code,role,unit_code\nu1,unit_lead,U-POL\n", encoding="utf-8")
    assert import_staff(fresh_database, path) == 1
    assert [(one.code, one.role, one.unit_code) for one in list_staff(fresh_database) if one.code == "u1"] == [
        ("u1", "unit_lead", "U-POL")
    ]


def test_every_fault_is_named_and_nothing_is_stored(fresh_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(
        "code,role,unit_code,area_code,is_active\n"
        "a,boss,,,\n"
        ",operator,,,\n"
        "b,handler,,,\n"
        "b,operator,nowhere,,maybe\n"
        "g,grid_worker,,,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as raised:
        import_staff(fresh_database, path)
    message = str(raised.value)
    for fault in (
        "row 2: role 'boss'",
        "row 3: code is empty",
        "row 4: a handler needs a unit_code",
        "row 5: code b is that of row 4 too",
        "row 5: there is no unit nowhere",
        "row 5: is_active 'maybe'",
        "row 6: a grid_worker needs an area_code",
    ):
        assert fault in message
    assert list_staff(fresh_database) == []
    path.write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match="columns code, role are missing"):
        import_staff(fresh_database, path)
