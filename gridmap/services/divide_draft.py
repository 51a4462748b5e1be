"""The draft as the page of divisions shows it: what it changes, its publication, and its end without one."""

import logging
from dataclasses import dataclass
from datetime import date

from gridmap.domain.areas import GenerationId
from gridmap.errors import ConflictError
from gridmap.services.publish import Publication, publish_draft_within
from gridmap.services.transaction import transaction
from gridmap.storage import divide_draft as storage
from gridmap.storage import generations
from gridmap.storage.database import Connection, Database
from gridmap.storage.divide_draft import DraftGrid as DraftGrid

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DraftSummary:
    """What the draft changes."""

    generation_id: int
    name: str
    villages: list[storage.DraftVillage]
    other_changes: int
    """Areas of coarser levels that it changes, which are published along."""
    first_day: date
    """The first day that it may begin."""


def find_draft_summary(database: Database) -> DraftSummary | None:
    """Find what the draft changes against the current generation; None when there is no draft."""
    with transaction(database) as connection:
        draft = generations.find_draft(connection)
        if draft is None:
            return None
        name = next(found.name for found in generations.list_generations(connection) if found.id == draft)
        newest, today = generations.find_newest_valid_from(connection), generations.find_today(connection)
        return DraftSummary(
            int(draft),
            name,
            storage.list_draft_villages(connection, draft),
            storage.count_other_changes(connection, draft),
            max(today, newest) if newest is not None else today,
        )


def list_draft_grids(database: Database, *, generation_id: int, villages: list[str]) -> list[DraftGrid]:
    """List the small grids of some villages, of today and of the draft that somebody has seen.

    Raises
    ------
    ConflictError
        If that draft is no longer the draft.
    """
    with transaction(database) as connection:
        draft = generations.find_draft(connection)
        if draft != generation_id:
            raise _make_gone_error(generation_id)
        return storage.list_draft_grids(connection, draft, villages=villages)


def publish_divided_draft(database: Database, *, generation_id: int, valid_from: date | None = None) -> Publication:
    """Publish the draft that somebody has seen, if its small grids tile the county; one transaction.

    Raises
    ------
    ConflictError
        If that draft is no longer the draft, or `valid_from` is before the newest generation.
    CoverageError
        If its small grids do not tile the county.
    """
    with transaction(database) as connection:
        _find_seen(connection, generation_id)
        return publish_draft_within(connection, valid_from=valid_from, rejoin_open=True)


def discard_draft(database: Database, *, generation_id: int) -> None:
    """Delete the draft that somebody has seen. Raises ConflictError if it is no longer the draft."""
    with transaction(database) as connection:
        draft = _find_seen(connection, generation_id)
        generations.delete_draft(connection, draft)
        logger.info("discarded draft %d", draft)


def _find_seen(connection: Connection, generation_id: int) -> GenerationId:
    generations.lock_generations(connection)
    draft = generations.find_draft(connection)
    if draft != generation_id:
        raise _make_gone_error(generation_id)
    return draft


def _make_gone_error(generation_id: int) -> ConflictError:
    return ConflictError(
        "Draft {draft} is not there any more: it was published or discarded meanwhile. Load the page again.",
        draft=generation_id,
    )
