"""Units, jurisdictions and the responsibility list in the database."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd

from gridmap.domain.cells import make_text
from gridmap.domain.units import split_list
from gridmap.storage.copy import make_hex_wkb
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def read_units(connection: Connection) -> pd.DataFrame:
    """Read all units: columns id and `UNIT_COLUMNS`, ordered by colour slot."""
    rows = connection.execute(read_statement("units/read")).fetchall()
    names = [
        "id",
        "code",
        "name",
        "short_name",
        "letter",
        "unit_type",
        "level",
        "township_code",
        "telephone",
        "colour_slot",
    ]
    return pd.DataFrame(rows, columns=names)


def upsert_units(connection: Connection, units: pd.DataFrame) -> int:
    """Insert units or update them by code; the colour slot of one that exists stays, so that it never changes colour.

    Parameters
    ----------
    units
        `UNIT_COLUMNS`, complete: letters and the slots of new units are given.
    """
    values = {name: [make_text(cell) for cell in units[name]] for name in units.columns if name != "colour_slot"}
    values["colour_slot"] = [str(int(slot)) for slot in units["colour_slot"]]
    return connection.execute(read_statement("units/upsert"), values).rowcount


def announce_units(connection: Connection) -> None:
    """Number the change of units and announce it."""
    connection.execute(read_statement("units/announce"))


def upsert_jurisdictions(connection: Connection, jurisdictions: gpd.GeoDataFrame) -> int:
    """Insert jurisdictions or update them by code: code, name, kind, unit_code and MultiPolygons in EPSG:4490."""
    values: dict[str, Sequence[str]] = {
        name: [make_text(cell) for cell in jurisdictions[name]] for name in ("code", "name", "kind", "unit_code")
    }
    values["geom"] = make_hex_wkb(jurisdictions.geometry.to_numpy())
    return connection.execute(read_statement("units/upsert_jurisdictions"), values).rowcount


def insert_responsibility_list(connection: Connection, items: pd.DataFrame, *, name: str, effective_from: date) -> int:
    """Insert a version of the responsibility list, and give the number of its items.

    Each lead type gets the duties in their order; one without any gets an empty duty, because the row says that it
    leads.

    Parameters
    ----------
    items
        `ITEM_COLUMNS`.
    """
    row = connection.execute(
        read_statement("units/insert_list"), {"name": name, "effective_from": effective_from}
    ).fetchone()
    assert row is not None  # noqa: S101 -- INSERT ... RETURNING of one row
    limits = [_make_limit(item) for _, item in items.iterrows()]
    texts = {name: [make_text(cell) for cell in items[name]] for name in ("code", "class_name", "name", "level")}
    texts["legal_basis"] = [make_text(cell) for cell in items.get("legal_basis", [""] * len(items))]
    values = {**texts, "limit_value": [v for v, _ in limits], "limit_unit": [u for _, u in limits], "list_id": row[0]}
    ids: dict[str, int] = dict(connection.execute(read_statement("units/insert_items"), values).fetchall())
    duties = [duty for _, item in items.iterrows() for duty in _list_duties(ids[make_text(item["code"])], item)]
    columns = ("item_id", "role", "unit_type", "number", "duty")
    connection.execute(
        read_statement("units/insert_duties"), {name: [duty[i] for duty in duties] for i, name in enumerate(columns)}
    )
    return len(ids)


def _make_limit(item: pd.Series) -> tuple[str, str]:
    hours = make_text(item.get("working_hours"))
    if hours and float(hours) > 0:
        return hours, "working_hour"
    return make_text(item["working_days"]), "working_day"


def _list_duties(item_id: int, item: pd.Series) -> list[tuple[int, str, str, int, str]]:
    found: list[tuple[int, str, str, int, str]] = []
    for role, types, duties in (
        ("lead", "lead_unit_type", "duties_lead"),
        ("assist", "assisting_unit_types", "duties_assist"),
    ):
        said = split_list(item.get(duties)) or [""]
        for unit_type in dict.fromkeys(split_list(item.get(types))):
            found += [(item_id, role, unit_type, number, duty) for number, duty in enumerate(said, start=1)]
    return found


def is_list_taken(connection: Connection, *, name: str, effective_from: date) -> bool:
    """Tell whether a version of the responsibility list has this name or this first day."""
    values = {"name": name, "effective_from": effective_from}
    row = connection.execute(read_statement("units/is_list_taken"), values).fetchone()
    return bool(row and row[0])
