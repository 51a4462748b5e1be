"""Read recorded incidents row by row from CSV, XLSX, Parquet, GeoPackage and GeoJSON, and their import profiles."""

import csv
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gridmap.domain.incident_profile import IncidentProfile, ProfileField
from gridmap.errors import InputError, NotFoundError

LON_COLUMN, LAT_COLUMN = "geometry.lon", "geometry.lat"
"""Columns that a file with point geometry has beside its own: name them in the profile."""
_SAMPLE_BYTES = 1_000_000
_MAX_CELL = 10_000_000  # characters; with the 131,072 of the csv module one long note would stop the whole file
_GEO_SUFFIXES = {".gpkg", ".geojson", ".json"}

Row = tuple[int, dict[str, object]]
"""Number of the row in the file (the first of data is 1), and its columns."""


def read_profile(path: Path) -> IncidentProfile:
    """Read an import profile.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is no TOML, or a key is unknown, missing or wrong; the message names each.
    """
    try:
        return IncidentProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotFoundError(f"There is no profile {path}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{path} can't be read as TOML: {error}.") from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'profile'}: {fault['msg']}" for fault in error.errors()
        ]
        raise InputError(f"{path}: {'; '.join(faults)}.") from None


def read_records(path: Path, profile: IncidentProfile) -> Iterator[Row]:
    """Read the rows of a file, one after another, so that a large file needs no memory.

    Values are text in CSV and typed elsewhere. A CSV is UTF-8 or GB18030, found out when the profile does not say.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If its kind is not known, it can't be read, or a column of the profile is missing.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.")
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    reader = _read_geo if path.suffix.lower() in _GEO_SUFFIXES else readers.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted([*readers, *_GEO_SUFFIXES]))
        raise InputError(f"{path.name}: files ending in {path.suffix or 'nothing'} are not read; {known} are.")
    return reader(path, profile)


def _check_columns(path: Path, found: list[str], profile: IncidentProfile) -> None:
    missing = [name for name in profile.list_columns() if name not in found]
    if missing:
        raise InputError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(found) or 'none'}.")


def _read_csv(path: Path, profile: IncidentProfile) -> Iterator[Row]:
    encoding = profile.encoding or _find_encoding(path)
    csv.field_size_limit(_MAX_CELL)
    try:
        with path.open(encoding=encoding, newline="") as opened:
            reader = csv.reader(opened)
            header = [name.strip() for name in next(reader, [])]
            _check_columns(path, header, profile)
            for number, cells in enumerate(reader, start=1):
                if not cells:
                    continue
                row: dict[str, object] = dict(zip(header, cells, strict=False))
                # Too many or too few cells: what follows the fault is in the wrong column.
                if len(cells) != len(header):
                    row[""] = f"has {len(cells)} cells, the header has {len(header)}"
                yield number, row
    except (UnicodeDecodeError, LookupError, csv.Error) as error:
        raise InputError(
            f"{path.name} can't be read as CSV in {encoding}: {error}. Name its encoding in the profile."
        ) from error


def _find_encoding(path: Path) -> str:
    with path.open("rb") as opened:
        sample = opened.read(_SAMPLE_BYTES)
    try:
        sample.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        if error.start < len(sample) - 4 or len(sample) < _SAMPLE_BYTES:
            return "gb18030"
    return "utf-8-sig"


def _read_xlsx(path: Path, profile: IncidentProfile) -> Iterator[Row]:
    import zipfile
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, OSError) as error:
        raise InputError(f"{path.name} can't be read as XLSX: {error}.") from error
    try:
        if profile.layer is not None and profile.layer not in book.sheetnames:
            raise NotFoundError(f"{path.name} has no sheet {profile.layer}; it has {', '.join(book.sheetnames)}.")
        sheet = book[profile.layer] if profile.layer is not None else book[book.sheetnames[0]]
        rows = sheet.iter_rows(values_only=True)
        header = ["" if name is None else str(name).strip() for name in next(rows, ())]
        _check_columns(path, header, profile)
        for number, cells in enumerate(rows, start=1):
            if any(cell is not None for cell in cells):
                yield number, dict(zip(header, cells, strict=False))
    finally:
        book.close()


def _read_parquet(path: Path, profile: IncidentProfile) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{path.name} can't be read as Parquet: {error}.") from error
    with file:
        _check_columns(path, list(file.schema_arrow.names), profile)
        number = 0
        for batch in file.iter_batches(batch_size=2000):
            for record in batch.to_pylist():
                number += 1
                yield number, record


def _read_geo(path: Path, profile: IncidentProfile) -> Iterator[Row]:
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        frame = pyogrio.read_dataframe(path, layer=profile.layer)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise InputError(f"{path.name} can't be read: {error}.") from error
    has_points = "geometry" in frame.columns
    if has_points:
        if frame.crs is None:
            raise InputError(f"{path.name} declares no CRS, so its coordinates mean nothing. Set it in the file.")
        if not frame.crs.is_geographic:
            frame = frame.to_crs(4490)
        shapes = frame.geometry.to_numpy()
        is_point = shapely.is_missing(shapes) | (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
        faults = [
            "" if one else f"has a {shape.geom_type}, not a point" for one, shape in zip(is_point, shapes, strict=True)
        ]
        # GEOS has no x of another shape; an empty point has none either.
        lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
        frame = frame.drop(columns="geometry").assign(**{LON_COLUMN: lon, LAT_COLUMN: lat})
    _check_columns(path, list(frame.columns), profile)
    for number, record in enumerate(frame.to_dict("records"), start=1):
        row = {str(name): _as_plain(value) for name, value in record.items()}
        if has_points and faults[number - 1]:
            row[""] = faults[number - 1]
        yield number, row


def _as_plain(value: Any) -> object:
    """Turn what pandas gives into what Python has: missing values into None, time stamps into datetimes."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value != value:
        return None
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def write_rejects(path: Path) -> "RejectsFile":
    """Open a file of refused rows; it is made only when there is one."""
    return RejectsFile(path)


class RejectsFile:
    """A CSV of refused rows: number, field, reason, and the row as it was. UTF-8 with a mark, as Excel wants it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._rows: list[dict[str, object]] = []

    def add(self, number: int, field: str, reason: str, record: dict[str, object]) -> None:
        """Add a row."""
        self.count += 1
        self._rows.append({"row": number, "field": field, "reason": reason, **{k: v for k, v in record.items() if k}})

    def close(self) -> None:
        """Write what was added; without any, remove what an earlier import left."""
        if not self._rows:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        header = list(dict.fromkeys(name for row in self._rows for name in row))
        with self.path.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.DictWriter(opened, header)
            writer.writeheader()
            writer.writerows(self._rows)


__all__ = ["LAT_COLUMN", "LON_COLUMN", "ProfileField", "RejectsFile", "read_profile", "read_records", "write_rejects"]
