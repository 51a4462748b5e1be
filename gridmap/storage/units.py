"""Units and jurisdictions in the database."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridmap.domain.cells import make_text
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
