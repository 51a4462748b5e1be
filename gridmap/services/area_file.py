"""The areas of a file, ready to place points in."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridmap.domain.datum import Datum, geometry_to_storage
from gridmap.domain.location import AreaSet, make_area_set
from gridmap.errors import InputError
from gridmap.services.file_datum import find_file_datum
from gridmap.services.locate_options import LocateOptions
from gridmap.services.point_columns import find_name
from gridmap.storage.files.areas import read_areas

_CODE_NAMES = ("code", "area_code", "grid_code", "编码", "代码", "网格编码", "网格代码", "区域编码")


def read_area_set(path: Path, options: LocateOptions, notes: list[str]) -> AreaSet:
    frame = _read_area_file(path, options.areas_layer)
    attributes = [str(name) for name in frame.columns if name != frame.geometry.name]
    column = options.code_column or find_name(attributes, _CODE_NAMES)
    if column is None or column not in attributes:
        asked = f"no column {column}" if column else "no column that is named like a code"
        raise InputError(f"{path.name} has {asked}; it has {', '.join(attributes)}. Say which with --code-column.")
    if options.code_column is None:
        notes.append(f"codes of the areas are taken from column {column}")
    crs = None if frame.crs is None else frame.crs.to_string()
    datum = find_file_datum(crs, options.areas_datum, path.name, is_table=False, notes=notes, option="--areas-datum")
    codes = [_to_code(value) for value in frame[column]]
    has_code = np.asarray([code != "" for code in codes], dtype=bool)
    if not has_code.all():
        notes.append(
            f"{int((~has_code).sum())} of {len(codes)} areas have no code and are left out: points in them are outside"
        )
    shapes = frame.geometry.to_numpy()[has_code]
    if crs is not None and isinstance(datum, Datum) and CRS.from_user_input(crs).is_projected:
        frame = frame.to_crs(4326)
        shapes = frame.geometry.to_numpy()[has_code]
    areas = make_area_set([code for code in codes if code], geometry_to_storage(shapes, datum))
    if len(areas) == 0:
        raise InputError(f"{path.name} holds no area with a code and a polygon.")
    for what, found in (
        ("repaired", areas.repaired),
        ("made one of several rows", areas.dissolved),
        ("without polygon", areas.empty),
    ):
        if found:
            notes.append(f"{len(found)} areas {what}: {', '.join(found[:5])}{' …' if len(found) > 5 else ''}")
    return areas


def _read_area_file(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    if path.suffix.lower() == ".parquet" and path.exists():
        return gpd.read_parquet(path)
    return read_areas(path, layer=layer)


def _to_code(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    # A code that a driver read as a number has no decimals.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
