"""Points in and out: CSV, XLSX, Parquet, GeoPackage, GeoJSON and what else GDAL reads."""

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gridmap.domain.datum import Floats
from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.tables import read_table

ROW = "row"
"""Name of the index: the line of a table (its first row under the header is 2), or the number of a feature (from 1)."""

TABLE_SUFFIXES = (".csv", ".xlsx")
WRITTEN_SUFFIXES = (".csv", ".parquet", ".gpkg", ".geojson")


@dataclass(frozen=True)
class PointFile:
    """A file of points; `x` and `y` are there when it has geometry, NaN where a row has no single point."""

    frame: pd.DataFrame
    """All attributes as the file has them (cells of a table as text), in its order, without the geometry."""
    x: Floats | None = None
    y: Floats | None = None
    crs: str | None = None
    """CRS that the file declares, as WKT or authority code; None when it declares none."""


def read_points(path: Path, *, layer: str | None = None) -> PointFile:
    """Read a file of points.

    A CSV may be UTF-8, with or without BOM, or GB18030. A Parquet file with GeoParquet metadata has geometry, one
    without is a table.

    Parameters
    ----------
    layer
        Layer of a file with several; the only one, else the first with geometry.

    Raises
    ------
    NotFoundError
        If there is no such file or layer.
    InputError
        If it can't be read.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.")
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        if path.stat().st_size == 0:
            raise InputError(f"{path.name} is empty: not even a line with the names of the columns.")
        frame = read_table(path)
        frame.index.name = ROW
        return PointFile(frame)
    if suffix == ".parquet":
        return _read_parquet(path)
    return _read_features(path, layer)


def write_points(path: Path, frame: pd.DataFrame, *, lon: Floats, lat: Floats, has_lon_lat: bool) -> None:
    """Write rows with their places, in their order, in the format of the file's suffix; whole or not at all.

    GeoPackage is written in CGCS2000 (EPSG:4490), GeoJSON in longitude and latitude as its standard wants. CSV is UTF-8
    with BOM, which Excel needs; it and Parquet get the columns `lon` and `lat` (CGCS2000) when the rows have no
    coordinates of their own.

    Parameters
    ----------
    lon, lat
        CGCS2000 degrees, one per row.
    has_lon_lat
        Whether the frame has columns of coordinates already.

    Raises
    ------
    InputError
        If the suffix is not one of `WRITTEN_SUFFIXES`, or the place can't be written to.
    """
    suffix = path.suffix.lower()
    check_written_suffix(path)
    with write_whole(path) as growing:
        if suffix in (".csv", ".parquet"):
            table = frame if has_lon_lat else frame.assign(lon=lon, lat=lat)
            if suffix == ".csv":
                table.to_csv(growing, index=False, encoding="utf-8-sig", lineterminator="\n")
            else:
                table.to_parquet(growing, index=False)
            return
        import geopandas as gpd

        places = gpd.points_from_xy(lon, lat, crs="EPSG:4490" if suffix == ".gpkg" else "EPSG:4326")
        features = gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=places)
        driver = {".gpkg": "GPKG", ".geojson": "GeoJSON"}[suffix]
        options = {"COORDINATE_PRECISION": "9"} if suffix == ".geojson" else {"layer": path.stem[:60]}
        with warnings.catch_warnings():
            # GDAL warns of names that it shortens or quotes; the columns come back as they were.
            warnings.simplefilter("ignore", RuntimeWarning)
            features.to_file(growing, driver=driver, engine="pyogrio", geometry_type="Point", **options)


def check_written_suffix(path: Path) -> None:
    """Check that a result can be written under this name, before any work is done.

    Raises
    ------
    InputError
        If the suffix is no format that is written.
    """
    if path.suffix.lower() not in WRITTEN_SUFFIXES:
        raise InputError(
            f"{path.name}: the result is written as {', '.join(WRITTEN_SUFFIXES)}. Give --out such a name."
        )


def _read_parquet(path: Path) -> PointFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
        if b"geo" not in metadata:
            frame = pd.read_parquet(path)
            return PointFile(_number_rows(frame, first=1))
        import geopandas as gpd

        features = gpd.read_parquet(path)
        if "crs" in json.loads(metadata[b"geo"])["columns"][features.geometry.name]:
            return _take_geometry(features)
        # The standard says what is meant when nothing is said.
        return _take_geometry(features.set_crs("OGC:CRS84", allow_override=True))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise InputError(f"{path.name} can't be read as Parquet: {error}.") from error


def _read_features(path: Path, layer: str | None) -> PointFile:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            found = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
            if layer is not None and layer not in found:
                raise NotFoundError(
                    f"{path.name} has no layer {layer} with geometry; it has {', '.join(found) or 'none'}."
                )
            if layer is None and len(found) > 1:
                raise InputError(f"{path.name} holds {len(found)} layers: name one with --layer: {', '.join(found)}.")
            frame = pyogrio.read_dataframe(path, layer=layer, force_2d=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} can't be read: {error}. CSV, XLSX, Parquet, GeoPackage and GeoJSON are read."
        ) from error
    if "geometry" not in frame.columns:
        return PointFile(_number_rows(pd.DataFrame(frame), first=1))
    return _take_geometry(frame)


def _take_geometry(features: "pd.DataFrame") -> PointFile:
    import geopandas as gpd
    import shapely

    assert isinstance(features, gpd.GeoDataFrame)  # noqa: S101
    shapes = features.geometry.to_numpy()
    # A multipoint of one point is what some exporters make of every point.
    single = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    # GEOS has no x of an empty point, and none of a polygon.
    shapes = np.where(shapely.is_empty(shapes), None, shapes)
    crs = None if features.crs is None else features.crs.to_string()
    frame = pd.DataFrame(features.drop(columns=features.geometry.name))
    return PointFile(_number_rows(frame, first=1), x=shapely.get_x(shapes), y=shapely.get_y(shapes), crs=crs)


def _number_rows(frame: pd.DataFrame, *, first: int) -> pd.DataFrame:
    frame.index = pd.RangeIndex(first, first + len(frame), name=ROW)
    return frame
