"""Columns of Python objects as columns of one type each."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridmap.domain.export import Column, ColumnType


def make_typed(frame: gpd.GeoDataFrame, columns: Sequence[Column]) -> gpd.GeoDataFrame:
    """Make a frame of the columns in their order, each of its type; texts stay objects with None where there is none.

    Dates become ISO text, because `datetime64` can't tell a day from a midnight and drivers differ.
    """
    made = {column.name: _make_column(frame[column.name], column.type) for column in columns}
    for name in {"lon", "lat"} & set(made):
        made[name] = made[name].round(7)  # a centimetre, as the coordinates of the geometry
    return gpd.GeoDataFrame(made, geometry=frame.geometry.to_numpy(), index=frame.index, crs=frame.crs)


def _make_column(cells: pd.Series, kind: ColumnType) -> pd.Series:
    plain = cells.astype(object).where(cells.notna(), None)
    match kind:
        case ColumnType.REAL:
            return plain.astype("float64")
        case ColumnType.INTEGER:
            return plain.astype("Int64")
        case ColumnType.BOOLEAN:
            return plain.astype("boolean")
        case ColumnType.TIME:
            return pd.to_datetime(plain, utc=True).astype("datetime64[ms, UTC]")
        case ColumnType.DATE:
            return plain.map(lambda day: None if day is None else day.isoformat()).astype(object)
        case _:
            return plain
