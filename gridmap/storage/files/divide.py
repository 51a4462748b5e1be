"""Read what is divided, as arrays, and write grids: without data frames, which would take longer than the division."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError

from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.atomic import write_whole

GRIDS_LAYER = "grids"


@dataclass(frozen=True, eq=False)
class ShapeFile:
    """Geometries with the columns that were asked for, and the CRS that the file declares."""

    path: Path
    shapes: NDArray[np.object_]
    """2D; None where a row has none."""
    columns: dict[str, NDArray[Any]]
    crs: str | None


def read_shape_file(path: Path, *, columns: Sequence[str] = (), layer: str | None = None) -> ShapeFile:
    """Read geometries and some columns of whatever GDAL reads.

    Raises
    ------
    NotFoundError
        If there is no such file, or it has no such column or layer; those that there are are named.
    InputError
        If it can't be read, or holds several layers and none is named.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            chosen = _find_layer(path, layer)
            fields = [str(name) for name in pyogrio.read_info(path, layer=chosen)["fields"]]
            missing = [name for name in columns if name not in fields]
            if missing:
                raise NotFoundError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(fields)}.")
            meta, _, geometry, data = raw.read(path, layer=chosen, columns=list(columns), force_2d=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} can't be read: {error}. GeoPackage, GeoJSON, Shapefile and GML are read."
        ) from error
    if geometry is None:
        raise InputError(f"{path.name} (layer {chosen}) has no geometry.")
    try:
        shapes = shapely.from_wkb(geometry)
    except shapely.errors.GEOSException as error:
        raise InputError(
            f"{path.name} holds a geometry that can't be read: {error}. Repair it in QGIS (Fix geometries)."
        ) from error
    found = dict(zip([str(name) for name in meta["fields"]], data, strict=True))
    crs = meta["crs"]
    return ShapeFile(path, shapes, found, None if crs is None else str(crs))


def _find_layer(path: Path, layer: str | None) -> str:
    found = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if not found:
        raise InputError(f"{path.name} holds no layer with geometry.")
    if layer is not None and layer not in found:
        raise NotFoundError(f"{path.name} has no layer {layer}; it has {', '.join(found)}.")
    if layer is None and len(found) > 1:
        raise InputError(
            f"{path.name} holds {len(found)} layers: keep one, or name it as FILE:LAYER: {', '.join(found)}."
        )
    return layer or found[0]


def write_grids(path: Path, shapes: NDArray[np.object_], columns: dict[str, NDArray[Any]]) -> None:
    """Write grids in CGCS2000 degrees (EPSG:4490), whole or not at all; the suffix names the format.

    Raises
    ------
    InputError
        If the suffix names no format, or the place can't be written to.
    """
    drivers = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
    driver = drivers.get(path.suffix.lower())
    if driver is None:
        raise InputError(f"--out {path.name}: the suffix is one of {', '.join(drivers)}.")
    with write_whole(path) as growing:
        raw.write(
            growing,
            geometry=shapely.to_wkb(shapes),
            field_data=list(columns.values()),
            fields=np.array(list(columns)),
            geometry_type="Polygon",
            crs="EPSG:4490",
            driver=driver,
            layer=None if driver == "GeoJSON" else GRIDS_LAYER,
            encoding="UTF-8",
            promote_to_multi=False,
            nan_as_null=True,
        )
