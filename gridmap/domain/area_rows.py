"""Which rows of a file are areas, and why the others are not."""

from collections.abc import Hashable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.domain.cells import is_rounded_by_spreadsheet, make_count, make_flag, make_text
from gridmap.domain.garbled import is_garbled
from gridmap.errors import InputError

_POLYGON_TYPES = {3, 6}  # shapely's type ids of Polygon and MultiPolygon
_TEXTS = ("code", "name", "parent_code", "kind")
# A key of an index, a line of a legend: what is longer is the wrong column (a note, a geometry as text).
_LONGEST = {"code": 60, "name": 200, "parent_code": 200, "kind": 60}


@dataclass(frozen=True)
class AreaColumns:
    """Which column of a file holds what; None where the file has no such column."""

    code: str
    name: str
    parent: str | None = None
    households: str | None = None
    kind: str | None = None
    team_secretary: str | None = None
    team_worker: str | None = None
    team_assistants: str | None = None

    def list_named(self) -> list[tuple[str, str]]:
        """List (column of an area, column of the file) for those that the file has."""
        pairs = {
            "code": self.code,
            "name": self.name,
            "parent_code": self.parent,
            "households": self.households,
            "kind": self.kind,
            "team_secretary": self.team_secretary,
            "team_worker": self.team_worker,
            "team_assistants": self.team_assistants,
        }
        return [(area, given) for area, given in pairs.items() if given is not None]


def check_columns(frame: gpd.GeoDataFrame, columns: AreaColumns) -> None:
    """Check that the file has the columns that were named, all at once.

    Raises
    ------
    InputError
        If one is missing; the message lists those that exist.
    """
    absent = [given for _, given in columns.list_named() if given not in frame.columns]
    if absent:
        there = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise InputError(f"The file has no column {', '.join(absent)}. It has: {there}.")


def make_area_rows(frame: gpd.GeoDataFrame, columns: AreaColumns) -> tuple[gpd.GeoDataFrame, dict[Hashable, list[str]]]:
    """Make the area columns of every row, and the faults of the rows that can't be areas.

    Parameters
    ----------
    frame
        Any attributes, geometry in degrees or metres. Not changed.

    Returns
    -------
    rows
        Columns code, name, parent_code, kind (text), households, team_assistants (int or None), team_secretary,
        team_worker (bool or None) and geometry; index as given, with the faulty rows still in.
    faults
        Index of a faulty row -> its reasons.
    """
    check_columns(frame, columns)
    faults: dict[Hashable, list[str]] = {}
    cells: dict[str, list[object]] = {
        name: [] for name in (*_TEXTS, "households", "team_assistants", "team_secretary", "team_worker")
    }
    named = dict(columns.list_named())
    sources = {area: (list(frame[named[area]]) if area in named else [None] * len(frame)) for area in cells}
    for position, index in enumerate(frame.index):
        reasons: list[str] = []
        for area, given in sources.items():
            cells[area].append(_make_cell(area, given[position], named.get(area, area), reasons))
        if not cells["code"][-1]:
            reasons.insert(0, f"no code in {columns.code}")
        if not cells["name"][-1]:
            reasons.insert(0, f"no name in {columns.name}")
        if reasons:
            faults[index] = reasons
    # Objects, not what pandas makes of them: one None would turn every whole number into a float.
    columns_made = {name: pd.Series(made, index=frame.index, dtype=object) for name, made in cells.items()}
    rows = gpd.GeoDataFrame(columns_made, geometry=frame.geometry.to_numpy(), index=frame.index, crs=frame.crs)
    for index, reason in _list_geometry_faults(rows.geometry).items():
        faults.setdefault(index, []).append(reason)
    return rows, faults


def list_garbled_elsewhere(frame: gpd.GeoDataFrame, columns: AreaColumns) -> dict[Hashable, list[str]]:
    """List the rows with garbled text in a column that the import does not use: they load, and are told of."""
    used = {given for _, given in columns.list_named()}
    found: dict[Hashable, list[str]] = {}
    for name in frame.columns:
        if name == frame.geometry.name or name in used or not _may_hold_text(frame[name]):
            continue
        for index, cell in frame[name].items():
            if isinstance(cell, str) and is_garbled(cell):
                found.setdefault(index, []).append(f"garbled text in {name} ({cell[:40]}), a column that is not loaded")
    return found


def _may_hold_text(column: pd.Series) -> bool:
    return bool(pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype))


def _make_cell(area: str, cell: object, given: str, reasons: list[str]) -> object:
    try:
        if area in {"households", "team_assistants"}:
            return make_count(cell)
        if area in {"team_secretary", "team_worker"}:
            return make_flag(cell)
    except InputError as error:
        reasons.append(f"{given}: {error}")
        return None
    text = make_text(cell)
    if is_garbled(text):
        reasons.append(f"garbled text in {given} ({text[:40]})")
    elif len(text) > _LONGEST.get(area, len(text)):
        reasons.append(f"{given} holds {len(text)} characters, at most {_LONGEST[area]}: is it the right column?")
    elif area in {"code", "parent_code"} and is_rounded_by_spreadsheet(text):
        reasons.append(f"{given} was cut by a spreadsheet ({text}): format the column as text")
    return text


def _list_geometry_faults(geometry: gpd.GeoSeries) -> dict[Hashable, str]:
    faults: dict[Hashable, str] = {}
    shapes = geometry.to_numpy()
    is_none = shapely.is_missing(shapes)
    is_empty = shapely.is_empty(shapes)
    types = shapely.get_type_id(shapes)
    bounds = shapely.bounds(shapes)
    for position, index in enumerate(geometry.index):
        if is_none[position]:
            faults[index] = "no geometry"
        elif is_empty[position]:
            faults[index] = "empty geometry"
        elif int(types[position]) not in _POLYGON_TYPES:
            faults[index] = f"{shapes[position].geom_type} is no polygon"
        elif not np.isfinite(bounds[position]).all():
            faults[index] = "a coordinate is no finite number"
    return faults
