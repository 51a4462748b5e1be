"""A foreign table, Amsterdam's, as a responsibility list: several leads, working and calendar days, real names."""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from gridmap.domain.clock import LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS
from gridmap.domain.responsibility.item import PartyRole
from gridmap.services.responsibility import export_items, import_items, read_version
from gridmap.services.units import store_units
from gridmap.storage.database import Database
from gridmap.storage.files.sheets import write_sheet

UNITS = {"WORK_DAY": "working_day", "CALENDAR_DAY": "calendar_day"}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def make_slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-_")


def make_rows(folder: Path) -> tuple[list[list[str]], dict[str, tuple[str, str]]]:
    """Make the rows of our form: each department of a category leads, in the order of the table."""
    levels = {row["slug"]: (row["n_days"], UNITS[row["unit"]]) for row in read(folder / "service_levels.csv")}
    rows = []
    limits = {}
    for category in read(folder / "categories.csv"):
        limits[category["code"]] = levels[make_slug(category["sub"])]
        value, unit = limits[category["code"]]
        for position, department in enumerate(category["departments"].split(","), start=1):
            cells = {
                "code": category["code"],
                "class_name": category["main"],
                "name": category["sub"],
                "level": "county",
                "limit_value": value,
                "limit_unit": unit,
                "role": "lead",
                "unit_type": department.strip(),
                "position": str(position),
                "duty_number": "1",
                "duty": category["handling"],
            }
            rows.append([cells.get(column, "") for column in LIST_COLUMNS])
    return rows, limits


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_import_and_export(fresh_database: Database, real_data: Path, tmp_path: Path, suffix: str) -> None:
    folder = real_data / "routing_signalen"
    departments = read(folder / "departments.csv")
    units = pd.DataFrame(
        {
            "code": [row["code"] for row in departments],
            "name": [row["name"] for row in departments],
            "unit_type": [row["code"] for row in departments],
            "level": "county",
        }
    )
    with fresh_database.connect() as connection:
        store_units(connection, units, source="departments")
    rows, limits = make_rows(folder)
    path = tmp_path / f"amsterdam{suffix}"
    write_sheet(path, LIST_COLUMNS, rows)
    done = import_items(fresh_database, path, effective_from=date(2020, 1, 1))
    assert done.version.item_count == 75
    assert done.warnings == ()
    _, items = read_version(fresh_database, name="amsterdam")
    stored = {item.code: [party.unit_type for party in item.list_parties(PartyRole.LEAD)] for item in items}
    # The oracle: the table itself; every category of it has several departments.
    assert stored == {row["code"]: row["departments"].split(",") for row in read(folder / "categories.csv")}
    assert Counter(map(len, stored.values())) == {2: 2, 3: 68, 4: 4, 5: 1}
    for item in items:
        value, unit = limits[item.code]
        assert (item.limit.value, item.limit.unit) == (float(value), unit)
    kinds = Counter(item.limit.unit for item in items)
    assert kinds == {LimitUnit.WORKING_DAY: 64, LimitUnit.CALENDAR_DAY: 11}
    again = tmp_path / f"again{suffix}"
    export_items(fresh_database, again, name="amsterdam")
    import_items(fresh_database, again, effective_from=date(2021, 1, 1))
    assert read_version(fresh_database, name="again")[1] == items
