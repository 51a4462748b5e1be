"""Bring a file of areas into the draft generation."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.domain.area_rows import AreaColumns, list_garbled_elsewhere, make_area_rows
from gridmap.domain.area_shapes import Dissolve, Repair, dissolve_codes, repair_shapes
from gridmap.domain.areas import STORAGE_CRS, AreaLevel, GenerationId, find_parent_level
from gridmap.domain.datum import AnyDatum, Datum, find_datum, geometry_to_storage
from gridmap.domain.datum_fit import DatumFit, find_better_datum, guess_datum
from gridmap.domain.parents import find_codes_by_name
from gridmap.domain.zone import find_measure_crs
from gridmap.errors import ConflictError, InputError
from gridmap.services.drafts import open_draft
from gridmap.storage import areas as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.area_profile import AreaProfile, read_area_profile
from gridmap.storage.files.areas import read_areas
from gridmap.storage.files.atomic import check_writable
from gridmap.storage.files.rejects import write_rejects
from gridmap.storage.generations import find_current_generation, find_draft

__all__ = [
    "AreaImport",
    "AreaProfile",
    "AreaSource",
    "Confirm",
    "check_writable",
    "describe_fit",
    "import_areas",
    "read_area_profile",
    "write_rejects",
]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AreaSource:
    """A file of areas of one level, and how to read it: the options of the command, or a profile."""

    path: Path
    level: AreaLevel
    columns: AreaColumns
    datum: str | None = None
    layer: str | None = None
    encoding: str | None = None
    parent_is: Literal["code", "name"] = "code"


@dataclass(frozen=True)
class AreaImport:
    """What became of a file: `read = inserted + dissolved + rejected`, by features of the file."""

    generation_id: GenerationId
    level: AreaLevel
    read: int
    inserted: int
    dissolved: int
    replaced: int
    rejects: gpd.GeoDataFrame = field(repr=False)
    """All attributes as in the file, with columns outcome (rejected, loaded) and reason; index is the row of the file.
    """
    repairs: list[Repair] = field(default_factory=list)
    dissolves: list[Dissolve] = field(default_factory=list)
    repeated_names: int = 0

    @property
    def rejected(self) -> int:
        """Features that were not loaded."""
        return int((self.rejects["outcome"] == "rejected").sum())

    @property
    def warned(self) -> int:
        """Features that were loaded although something in them is odd; the rejects file names them too."""
        return int((self.rejects["outcome"] == "loaded").sum())


Confirm = Callable[[AnyDatum, DatumFit, DatumFit], bool]
"""Asked when the file fits the county better under another datum: the declared one, its fit, and the better fit."""


def import_areas(
    database: Database, source: AreaSource, *, generation_name: str | None = None, confirm: Confirm | None = None
) -> AreaImport:
    """Read a file of areas of one level and put them in place of that level's areas in the draft generation.

    A new draft starts as a copy of the current generation. Nothing is stored unless everything is.

    Parameters
    ----------
    confirm
        Whether to go on with the declared datum although another fits better; None goes on without asking.

    Raises
    ------
    NotFoundError, InputError
        If the file, a column or the datum can't be used, or no row of it is an area.
    ConflictError
        If the file fits better under another datum and `confirm` said no.
    """
    frame = read_areas(source.path, layer=source.layer, encoding=source.encoding)
    datum = _find_declared_datum(source, frame)
    rows, faults = make_area_rows(frame, source.columns)
    rows = rows.drop(index=list(faults))
    raw = _make_degrees(rows, datum)
    moved = raw.set_geometry(gpd.GeoSeries(_to_storage(raw, datum), index=raw.index, crs=STORAGE_CRS))
    faults |= {index: [reason] for index, reason in _list_misplaced(moved).items()}
    moved = moved.drop(index=[index for index in moved.index if index in faults])
    if moved.empty:
        _refuse_empty(source, faults)
    repaired, repairs, no_area = repair_shapes(moved, measure_crs=find_measure_crs(_find_middle_lon(moved)))
    dissolved, dissolves, duplicates = dissolve_codes(repaired)
    faults |= {index: [reason] for index, reason in (no_area | duplicates).items()}
    areas = dissolved.assign(level=source.level.value)
    if areas.empty:
        _refuse_empty(source, faults)
    # Asked outside the transaction that writes: a person takes minutes to answer, and others wait for the draft.
    _check_datum(database, source, raw.loc[repaired.index], datum, confirm)
    with database.connect() as connection:
        generation = open_draft(connection, name=generation_name)
        if source.parent_is == "name":
            areas = areas.assign(parent_code=_find_parents(connection, generation, source.level, areas))
        replaced = storage.delete_areas(connection, generation, source.level)
        inserted = storage.insert_areas(connection, generation, areas, source_datum=str(datum))
    warned = {
        index: reasons
        for index, reasons in list_garbled_elsewhere(frame, source.columns).items()
        if index not in faults
    }
    logger.info("imported %d areas of level %s from %s", inserted, source.level, source.path.name)
    return AreaImport(
        generation_id=generation,
        level=source.level,
        read=len(frame),
        inserted=inserted,
        dissolved=len(repaired) - len(dissolved) - len(duplicates),
        replaced=replaced,
        rejects=_make_rejects(frame, faults, warned),
        repairs=repairs,
        dissolves=dissolves,
        repeated_names=int(areas["name"].duplicated(keep=False).sum()),
    )


def _find_declared_datum(source: AreaSource, frame: gpd.GeoDataFrame) -> AnyDatum:
    if source.datum is None:
        says = (
            f"It says {frame.crs.to_string()}, which proves nothing" if frame.crs else "It names no coordinate system"
        )
        raise InputError(
            f"{source.path.name}: the datum must be declared. {says}: GCJ-02 is some 500 m off and carries the same "
            "label. Ask who made the file, then give --datum wgs84, cgcs2000, gcj02, bd09 or EPSG:n."
        )
    return find_datum(source.datum)


def _make_degrees(rows: gpd.GeoDataFrame, datum: AnyDatum) -> gpd.GeoDataFrame:
    """Bring a projected file to the degrees of its own datum; the declared datum then says what those mean."""
    if not isinstance(datum, Datum) or rows.crs is None or not rows.crs.is_projected:
        return rows
    geodetic = rows.crs.geodetic_crs
    if geodetic is None:
        raise InputError(
            f"The file's coordinate system {rows.crs.name} has no geographic one: reproject it to EPSG:4490 first."
        )
    return rows.to_crs(geodetic)


def _to_storage(rows: gpd.GeoDataFrame, datum: AnyDatum) -> object:
    return geometry_to_storage(rows.geometry.to_numpy().copy(), datum)


def _list_misplaced(rows: gpd.GeoDataFrame) -> dict[Hashable, str]:
    bounds = rows.geometry.bounds
    is_bad = ~((bounds.minx >= -180) & (bounds.maxx <= 180) & (bounds.miny >= -90) & (bounds.maxy <= 90))
    reason = "coordinates beyond 180 and 90 degrees: metres, lon and lat exchanged, or another --datum (EPSG:n)"
    return dict.fromkeys(rows.index[is_bad], reason)


def _find_middle_lon(rows: gpd.GeoDataFrame) -> float:
    west, _, east, _ = rows.total_bounds
    return float(west + east) / 2


def _check_datum(
    database: Database, source: AreaSource, raw: gpd.GeoDataFrame, datum: AnyDatum, confirm: Confirm | None
) -> None:
    """Compare with the known outline of the county: the draft's, else the current generation's."""
    if not isinstance(datum, Datum) or confirm is None or raw.empty:
        return
    outline = None
    with database.connect() as connection:
        for generation in (find_draft(connection), find_current_generation(connection)):
            if outline is None and generation is not None:
                outline = storage.find_outline(connection, generation)
    if outline is None:
        return
    fits = guess_datum(shapely.make_valid(raw.geometry.to_numpy()), outline)
    better = find_better_datum(fits, datum)
    if better is None:
        return
    own = next(fit for fit in fits if fit.datum == (Datum.CGCS2000 if datum == Datum.WGS84 else datum))
    if not confirm(datum, own, better):
        raise ConflictError(
            f"{source.path.name} was declared {datum} and fits the county better as {better.datum}: "
            f"{describe_fit(better)} against {describe_fit(own)}. Nothing was stored. "
            f"Give --datum {better.datum}, or --yes if {datum} is right."
        )


def describe_fit(fit: DatumFit) -> str:
    """Describe a fit in words: median distance of the edges, area outside the county."""
    return (
        f"{fit.edge_share:.0%} of its edge runs along the outline (median distance {fit.edge_distance_m:.0f} m), "
        f"{fit.outside_share:.1%} of its area lies outside"
    )


def _find_parents(
    connection: Connection, generation: GenerationId, level: AreaLevel, areas: gpd.GeoDataFrame
) -> list[str]:
    parent_level = find_parent_level(level, storage.count_areas(connection, generation))
    recorded = [str(name) for name in areas["parent_code"]]
    if parent_level is None:
        return recorded
    return find_codes_by_name(recorded, storage.read_areas(connection, generation, [parent_level]))


def _make_rejects(
    frame: gpd.GeoDataFrame, faults: dict[Hashable, list[str]], warned: dict[Hashable, list[str]]
) -> gpd.GeoDataFrame:
    told = {**faults, **warned}
    order = [index for index in frame.index if index in told]
    outcome = ["rejected" if index in faults else "loaded" for index in order]
    reasons = pd.Series(["; ".join(told[index]) for index in order], index=order, dtype=object)
    return frame.loc[order].assign(outcome=pd.Series(outcome, index=order, dtype=object), reason=reasons)


def _refuse_empty(source: AreaSource, faults: dict[Hashable, list[str]]) -> None:
    if not faults:
        raise InputError(f"{source.path.name} holds no feature. Nothing was stored.")
    row, reasons = next(iter(faults.items()))
    raise InputError(
        f"{source.path.name}: none of its {len(faults)} rows is an area. Row {row}: {'; '.join(reasons)}. "
        "Nothing was stored."
    )
