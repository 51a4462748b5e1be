"""Units and jurisdictions: brought in from files, and read."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.domain.area_rows import AreaColumns, make_area_rows
from gridmap.domain.area_shapes import Repair, repair_shapes
from gridmap.domain.areas import STORAGE_CRS
from gridmap.domain.cells import make_text
from gridmap.domain.datum import find_datum, geometry_to_storage
from gridmap.domain.units import (
    UNIT_COLUMNS,
    list_jurisdiction_faults,
    list_unit_faults,
    make_letters,
)
from gridmap.domain.zone import find_measure_crs
from gridmap.errors import InputError
from gridmap.storage import units as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.areas import read_areas
from gridmap.storage.files.tables import read_table


@dataclass(frozen=True)
class JurisdictionImport:
    """What became of a file of jurisdictions; all of it, or an error and nothing."""

    read: int
    stored: int
    repairs: list[Repair]


def import_units(database: Database, path: Path) -> int:
    """Read a table of units and store them by code; all rows, or none.

    Raises
    ------
    InputError
        Naming every fault of every row.
    """
    table = read_table(path)
    with database.connect() as connection:
        return store_units(connection, table, source=path.name)


def store_units(connection: Connection, table: pd.DataFrame, *, source: str) -> int:
    """Store units by code: letters are made where they are absent, new units take the next free colour slots.

    A unit that exists keeps its letter, unless the table gives another, and always its colour slot.
    """
    faults = list_unit_faults(table)
    known = storage.read_units(connection).set_index("code")
    units = pd.DataFrame({name: _texts(table, name) for name in UNIT_COLUMNS if name != "colour_slot"})
    units["short_name"] = units["short_name"].where(units["short_name"] != "", units["name"])
    kept = units["code"].map(known["letter"]) if len(known) else pd.Series(None, index=units.index, dtype=object)
    units["letter"] = units["letter"].where((units["letter"] != "") | kept.isna(), kept)
    others = known[~known.index.isin(units["code"])]
    for letter in sorted(set(units["letter"]) & set(others["letter"])):
        code = others.index[others["letter"] == letter][0]
        faults.append(f"letter {letter} belongs to unit {code}: give another")
    _check(faults, source)
    units["letter"] = make_letters(units, taken=others["letter"])
    units["colour_slot"] = _make_slots(units["code"], _texts(table, "colour_slot"), known)
    count = storage.upsert_units(connection, units)
    storage.announce_units(connection)
    return count


def import_jurisdictions(
    database: Database, path: Path, *, datum: str, layer: str | None = None, encoding: str | None = None
) -> JurisdictionImport:
    """Read a file of polygons with columns code, name, kind, unit_code and store them by code; all rows, or none.

    Raises
    ------
    InputError
        Naming every fault of every row.
    """
    frame = read_areas(path, layer=layer, encoding=encoding)
    rows, geometry_faults = make_area_rows(frame, AreaColumns(code="code", name="name", kind="kind"))
    declared = find_datum(datum)
    with database.connect() as connection:
        units = storage.read_units(connection)
        faults = list_jurisdiction_faults(pd.DataFrame(frame.drop(columns=frame.geometry.name)), units["code"])
        faults += [f"row {row}: {reason}" for row, reasons in geometry_faults.items() for reason in reasons]
        _check(list(dict.fromkeys(faults)), path.name)
        moved = geometry_to_storage(rows.geometry.to_numpy().copy(), declared)
        rows = rows.set_geometry(gpd.GeoSeries(moved, index=rows.index, crs=STORAGE_CRS))
        west, south, east, north = rows.total_bounds
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            raise InputError(f"{path.name}: coordinates beyond 180 and 90 degrees. Give the right --datum (EPSG:n).")
        rows, repairs, no_area = repair_shapes(rows, measure_crs=find_measure_crs(float(west + east) / 2))
        _check([f"row {row}: {reason}" for row, reason in no_area.items()], path.name)
        rows = rows.assign(unit_code=[make_text(cell) for cell in frame.loc[rows.index, "unit_code"]])
        stored = storage.upsert_jurisdictions(connection, rows)
        storage.announce_units(connection)
    return JurisdictionImport(read=len(frame), stored=stored, repairs=repairs)


def _texts(table: pd.DataFrame, name: str) -> list[str]:
    return [make_text(cell) for cell in table[name]] if name in table.columns else [""] * len(table)


def _make_slots(codes: pd.Series, given: list[str], known: pd.DataFrame) -> list[int]:
    """Keep the slot of a known unit; a new one takes the table's if that is free, else the next free one."""
    slots = {str(code): int(slot) for code, slot in known["colour_slot"].items()} if len(known) else {}
    used = set(slots.values())
    wanted = {code: int(slot) for code, slot in zip(codes, given, strict=True) if code not in slots and slot.isdigit()}
    for code, slot in wanted.items():
        if slot not in used:
            slots[code] = slot
            used.add(slot)
    following = max(used, default=-1) + 1
    for code in codes:
        if code not in slots:
            slots[code] = following
            following += 1
    return [slots[code] for code in codes]


def _check(faults: list[str], source: str) -> None:
    if faults:
        listed = "\n  ".join(faults[:50])
        more = f"\n  and {len(faults) - 50} more" if len(faults) > 50 else ""
        raise InputError(f"{source}: {len(faults)} faults, nothing was stored.\n  {listed}{more}")
