"""Publish the draft generation: as a whole, or not at all."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from gridmap.domain.areas import AreaLevel, GenerationId, find_parent_level
from gridmap.domain.parents import find_parents_by_geometry
from gridmap.domain.zone import find_measure_srid
from gridmap.errors import ConflictError, NotFoundError
from gridmap.services.divide_coverage import check_coverage_within
from gridmap.storage import areas as storage
from gridmap.storage import generations
from gridmap.storage.database import Connection, Database

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Publication:
    """What was published: areas and orphans by level, and the open incidents that were placed by it."""

    generation_id: GenerationId
    name: str
    valid_from: date
    measure_srid: int
    areas: dict[AreaLevel, int]
    orphans: dict[AreaLevel, int]
    incidents_placed: int


def publish_draft(
    database: Database,
    *,
    valid_from: date | None = None,
    rejoin_open: bool = True,
    accept_faults: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Publish the draft in one transaction.

    The small grids are checked against those of today, parents are set, the generation before ends on that day, the
    measuring zone follows the county, open incidents without a generation are placed, and the change is numbered and
    announced.

    Parameters
    ----------
    valid_from
        First day of the generation, in the county's zone; today without it.
    rejoin_open
        Place all open incidents anew in the generation of today; the history keeps the grid that they had. Without it
        they keep it, and count for no area of the new boundaries.
    accept_faults
        Publish small grids that do not tile the county where today's do. For boundaries that were imported: their gaps
        are those of a survey, which nobody here can close. No door of the divisions gives this.

    Raises
    ------
    NotFoundError
        If there is no draft.
    ConflictError
        If the draft is empty, or begins before the newest published generation. On the same day it replaces that one.
    CoverageError
        If its small grids overlap or leave gaps where those of the current generation do not. Of the first generation
        nothing is compared: `gridmap check areas` tells its faults.
    """
    with database.connect() as connection:
        return publish_draft_within(
            connection,
            valid_from=valid_from,
            rejoin_open=rejoin_open,
            accept_faults=accept_faults,
            progress=progress,
        )


def publish_draft_within(
    connection: Connection,
    *,
    valid_from: date | None = None,
    rejoin_open: bool = True,
    accept_faults: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Publish the draft in a transaction that is open; the same as `publish_draft` otherwise. All doors lead here."""
    say = progress or (lambda _step, _share: None)
    generations.lock_generations(connection)
    draft = generations.find_draft(connection)
    if draft is None:
        raise NotFoundError("There is no draft to publish. Begin one: gridmap import areas FILE --level ...")
    counts = storage.count_areas(connection, draft)
    name = next(found.name for found in generations.list_generations(connection) if found.id == draft)
    if not counts:
        raise ConflictError("The draft {name} holds no areas: import some first.", name=name)
    first_day = valid_from or generations.find_today(connection)
    newest = generations.find_newest_valid_from(connection)
    if newest is not None and first_day < newest:
        raise ConflictError(
            "The newest generation is valid from {newest}: {name} can't begin before it, on {first_day}. "
            "Give --valid-from.",
            newest=newest,
            name=name,
            first_day=first_day,
        )
    current = generations.find_current_generation(connection)
    if current is not None and not accept_faults:
        say("checking that the small grids fit", 0.0)
        check_coverage_within(connection, draft, current)
    say("parents", 0.1)
    areas = storage.read_areas(connection, draft, list(counts))
    _update_parents(connection, draft, areas, counts)
    say("measuring zone", 0.5)
    srid = find_measure_srid(_find_middle_lon(areas))
    if srid != generations.find_measure_srid_setting(connection):
        generations.update_measure_srid(connection, srid)
    generations.update_published(connection, draft, valid_from=first_day)
    say("open incidents", 0.8)
    placed = generations.update_open_incidents(connection, also_placed=rejoin_open)
    coarsest = next(iter(counts))
    orphans = {
        level: storage.count_orphans(connection, draft, level=level) for level in counts if level is not coarsest
    }
    say("published", 1.0)
    logger.info("published generation %s (%d), valid from %s", name, draft, first_day)
    return Publication(draft, name, first_day, srid, counts, {k: v for k, v in orphans.items() if v}, placed)


def _update_parents(
    connection: Connection, draft: GenerationId, areas: gpd.GeoDataFrame, counts: dict[AreaLevel, int]
) -> None:
    found: list[pd.DataFrame] = []
    levels = areas["level"]
    pairs = [(level, find_parent_level(level, counts)) for level in counts]
    for level, parent_level in pairs:
        if parent_level is not None:
            children = areas[levels == level.value]
            codes = find_parents_by_geometry(children, areas[levels == parent_level.value])
            found.append(children[["id"]].assign(parent_code_by_geometry=codes))
    if found:
        storage.update_parents_by_geometry(connection, pd.concat(found))
    for level, parent_level in pairs:
        if parent_level is not None:
            storage.update_parent_ids(connection, draft, level=level, parent_level=parent_level)


def _find_middle_lon(areas: gpd.GeoDataFrame) -> float:
    west, _, east, _ = areas.total_bounds
    return float(west + east) / 2


def list_generations(database: Database) -> list[generations.Generation]:
    """List all generations, the oldest first and the draft last."""
    with database.connect() as connection:
        return generations.list_generations(connection)
