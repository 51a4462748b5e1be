"""Divide the areas of one file into grids, for the addresses of another: file to file, no database."""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.domain.datum import Datum, find_datum, geometry_to_storage, to_storage
from gridmap.domain.divide.assemble import CountyPlan, assemble
from gridmap.domain.divide.check import check_plan
from gridmap.domain.divide.county import Addresses, make_tasks
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.previous import Previous
from gridmap.domain.divide.report import find_compactness, make_report
from gridmap.errors import InputError, NotFoundError
from gridmap.services.divide_workers import open_workers
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.divide import ShapeFile, read_shape_file, write_grids

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DivideRequest:
    """What is divided, by which rules, and where the result goes."""

    households: Path
    within: Path
    out: Path
    report: Path | None = None
    barriers: Path | None = None
    previous: Path | None = None
    keep: tuple[str, ...] = ()
    code_column: str = "code"
    target_column: str | None = None
    weight_column: str | None = None
    hamlet_column: str | None = None
    datum: str | None = None
    within_datum: str | None = None
    barriers_datum: str | None = None
    options: DivideOptions = field(default_factory=DivideOptions)
    processes: int | None = None
    scheduler: str | None = None


@dataclass(frozen=True, eq=False)
class DivideResult:
    """The plan and its report, as written."""

    plan: CountyPlan
    report: dict[str, Any]


def divide_files(request: DivideRequest, *, progress: Progress | None = None) -> DivideResult:
    """Divide, check, and write the grids and the report; nothing is written if the check fails.

    Raises
    ------
    NotFoundError, InputError
        If a file, column or code that is named is not there or can't be used.
    PlanError
        If the plan is not exact.
    """
    tell = progress or (lambda _text, _share: None)
    _check_outputs(request)
    started = time.perf_counter()
    seconds: dict[str, float] = {}

    def end_step(name: str) -> None:
        seconds[name] = time.perf_counter() - started - sum(seconds.values())

    with open_workers(processes=request.processes, scheduler=request.scheduler) as workers:
        tell("reading", 0.0)
        areas = _read_areas(request)
        addresses, without_place = _read_addresses(request)
        barriers = None if request.barriers is None else _read_barriers(request.barriers, request.barriers_datum)
        previous = _read_previous(request)
        targets = None if request.target_column is None else _read_targets(areas, request.target_column)
        shapes = geometry_to_storage(
            areas.shapes, find_datum(_find_declared(areas, request.within_datum, "--within-datum"))
        )
        end_step("read")
        tell("placing addresses", 0.2)
        codes = [str(code) for code in areas.columns[request.code_column]]
        county = make_tasks(
            codes, shapes, addresses, options=request.options, targets=targets, barriers=barriers, previous=previous
        )
        end_step("prepare")
        plans = workers.divide(county.tasks, lambda share: tell("dividing", 0.3 + 0.5 * share))
        end_step("divide")
    tell("putting together", 0.8)
    plan = assemble(county, plans)
    end_step("assemble")
    tell("checking", 0.85)
    check = check_plan(county, plan, addresses.households)
    end_step("check")
    tell("writing", 0.95)
    write_grids(request.out, plan.shapes, _make_columns(county.codes, plan))
    end_step("write")
    seconds["total"] = time.perf_counter() - started
    report = make_report(county, plans, plan, check, addresses.households, seconds)
    report["total"]["addresses_without_place"] = without_place
    if request.report is not None:
        with write_whole(request.report) as growing:
            growing.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    logger.info("%d areas divided into %d grids in %.1f s", len(codes), len(plan.codes), seconds["total"])
    return DivideResult(plan, report)


def _check_outputs(request: DivideRequest) -> None:
    """Find out before the work what would fail after it."""
    inputs = {
        path.resolve() for path in (request.households, request.within, request.barriers, request.previous) if path
    }
    for path in (request.out, request.report):
        if path is None:
            continue
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise InputError(f"{path} can't be written: {path.parent} is no folder that can be written to.")
        if path.resolve() in inputs:
            raise InputError(f"{path} is read and would be written over: name another file.")
    if request.keep and request.previous is None:
        raise InputError("--keep names grids of --previous: give both.")


def _find_declared(file: ShapeFile, given: str | None, option: str) -> str:
    if given is not None:
        return given
    if file.crs in {"OGC:CRS84", "CRS84"}:
        return Datum.WGS84
    if file.crs is None or not file.crs.startswith("EPSG:"):
        raise InputError(f"{file.path.name} does not say which datum its coordinates are in: declare it with {option}.")
    return file.crs


def _read_areas(request: DivideRequest) -> ShapeFile:
    columns = [request.code_column] + ([request.target_column] if request.target_column else [])
    areas = read_shape_file(request.within, columns=columns)
    if not len(areas.shapes):
        raise InputError(f"{request.within.name} holds no areas.")
    return areas


def _read_targets(areas: ShapeFile, column: str) -> Ints:
    targets = _read_whole_numbers(areas, column)
    if (targets < 1).any():
        row = int(np.flatnonzero(targets < 1)[0]) + 1
        raise InputError(f"{areas.path.name}: {column} of row {row} is under 1: a grid needs a target of households.")
    return targets


def _read_whole_numbers(file: ShapeFile, column: str) -> Ints:
    """Read a column of whole numbers; an empty cell is 0."""
    values = file.columns[column]
    try:
        numbers = np.array([np.nan if value is None or value == "" else value for value in values], dtype=np.float64)
    except ValueError as error:
        raise InputError(f"{file.path.name}: column {column} holds what is no number: {error}.") from error
    numbers = np.where(np.isnan(numbers), 0.0, numbers)
    wrong = np.flatnonzero((numbers < 0) | (numbers != np.floor(numbers)) | (numbers > 1e6))
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f"{file.path.name}: {column} of row {row + 1} is {values[row]}: households are whole numbers from 0 to "
            "1,000,000."
        )
    return numbers.astype(np.int64)


def _read_addresses(request: DivideRequest) -> tuple[Addresses, int]:
    """Read the addresses; rows without geometry are counted and left out."""
    columns = [name for name in (request.weight_column, request.hamlet_column) if name]
    file = read_shape_file(request.households, columns=columns)
    datum = find_datum(_find_declared(file, request.datum, "--datum"))
    present = ~(shapely.is_missing(file.shapes) | shapely.is_empty(file.shapes))
    shapes = file.shapes[present]
    if len(shapes) and not (shapely.get_type_id(shapes) == 0).all():
        # Buildings drawn as polygons stand for their middle, which for a bent one must still be inside.
        shapes = shapely.point_on_surface(shapes)
    places = shapely.get_coordinates(shapes)
    lon, lat = to_storage(places[:, 0], places[:, 1], datum)
    weight = np.ones(len(shapes), dtype=np.int64)
    if request.weight_column:
        weight = _read_whole_numbers(file, request.weight_column)[present]
    hamlet = None
    if request.hamlet_column:
        values = file.columns[request.hamlet_column][present]
        hamlet = ["" if value is None or value != value else str(value).strip() for value in values]
    return Addresses(lon, lat, weight, hamlet), int((~present).sum())


def _read_barriers(path: Path, datum: str | None) -> NDArray[np.object_]:
    file = read_shape_file(path)
    shapes = file.shapes[~(shapely.is_missing(file.shapes) | shapely.is_empty(file.shapes))]
    # A river drawn as a polygon is crossed where its banks are.
    shapes = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    shapes = shapes[shapely.get_dimensions(shapes) == 1]
    return geometry_to_storage(shapes, find_datum(_find_declared(file, datum, "--barriers-datum")))


def _read_previous(request: DivideRequest) -> Previous | None:
    if request.previous is None:
        return None
    file = read_shape_file(request.previous, columns=["code"])
    codes = [str(code) for code in file.columns["code"]]
    wrong = [code for code in codes if not (code.isascii() and code.isdigit() and len(code) == 15)]
    if wrong or len(set(codes)) < len(codes):
        raise InputError(
            f"{request.previous.name}: grid codes are 15 digits, each once; look at {(wrong or codes)[0]!r}."
        )
    unknown = sorted(set(request.keep) - set(codes))
    if unknown:
        raise NotFoundError(f"--keep {', '.join(unknown)}: no such grid in {request.previous.name}.")
    shapes = geometry_to_storage(file.shapes, find_datum(_find_declared(file, None, "a CRS in the file")))
    return Previous(codes, shapes, frozenset(request.keep))


def _make_columns(area_codes: list[str], plan: CountyPlan) -> dict[str, NDArray[Any]]:
    return {
        "code": np.array(plan.codes, dtype=object),
        "area_code": np.array([area_codes[i] for i in plan.area], dtype=object),
        "number": np.array([int(code[-3:]) for code in plan.codes], dtype=np.int32),
        "households": plan.households,
        "area_m2": np.round(plan.area_m2, 1),
        "compactness": np.round(find_compactness(plan.area_m2, plan.length_m), 4),
    }
