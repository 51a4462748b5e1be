"""Read polygons with attributes from whatever pyogrio reads."""

import warnings
import zipfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.encodings import find_shapefile_encoding

ROW = "row"
"""The index of the frame: number of the feature in the file, the first is 1."""


def read_areas(path: Path, *, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read a file of areas: GeoPackage, GeoJSON, Shapefile (also zipped, also GBK), GML and what else GDAL reads.

    Parameters
    ----------
    layer
        Layer of a file with several; needed then.
    encoding
        Of a Shapefile whose .cpg is absent or wrong; without it the text is looked at.

    Returns
    -------
    GeoDataFrame
        All attributes as they are, 2D geometry as it is (also none, also invalid), CRS as the file declares it (or
        none); the index is named `row` and counts from 1.

    Raises
    ------
    NotFoundError
        If there is no such file or layer.
    InputError
        If it can't be read as polygons with attributes.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.")
    source = _find_source(path)
    chosen = _find_layer(path, source, layer)
    encoding = encoding or find_shapefile_encoding(path)
    try:
        with warnings.catch_warnings():
            # GDAL repeats per feature what the import reports once with the row (rings not closed, M values).
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            frame = pyogrio.read_dataframe(
                source, layer=chosen, encoding=encoding, force_2d=True, on_invalid="fix", fid_as_index=False
            )
    except (DataSourceError, DataLayerError, LookupError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} can't be read: {error}. If it is a Shapefile, try --encoding gb18030."
        ) from error
    except (ValueError, shapely.errors.GEOSException) as error:
        raise InputError(
            f"{path.name} holds a geometry that can't be read: {error}. Repair it in QGIS (Fix geometries)."
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{path.name} (layer {chosen}) has no geometry: areas need polygons.")
    frame.index = np.arange(1, len(frame) + 1)
    frame.index.name = ROW
    return frame


def _find_source(path: Path) -> Path | str:
    """Find what GDAL opens: in a zip whose files lie in a folder, as most systems pack them, that folder."""
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as archive:
        found = [PurePosixPath(name) for name in archive.namelist() if name.lower().endswith(".shp")]
    # macOS adds a shadow of every file.
    folders = {name.parent for name in found if "__MACOSX" not in name.parts}
    if len(folders) != 1 or folders == {PurePosixPath()}:
        return path
    return f"/vsizip/{{{path.resolve()}}}/{folders.pop()}"


def _find_layer(path: Path, source: Path | str, layer: str | None) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            found = [str(name) for name, _ in pyogrio.list_layers(source)]
    except DataSourceError as error:
        raise InputError(
            f"{path.name} can't be read: {error}. GeoPackage, GeoJSON, Shapefile (.shp or .zip) and GML are read."
        ) from error
    if not found:
        raise InputError(f"{path.name} holds no layer.")
    if layer is None and len(found) > 1:
        raise InputError(f"{path.name} holds {len(found)} layers: name one with --layer: {', '.join(found)}.")
    if layer is not None and layer not in found:
        raise NotFoundError(f"{path.name} has no layer {layer}; it has {', '.join(found)}.")
    return layer or found[0]
