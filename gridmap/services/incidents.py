"""Read incidents."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gridmap.domain.incidents import IncidentId
from gridmap.errors import NotFoundError
from gridmap.services.transaction import transaction
from gridmap.storage import incidents as storage
from gridmap.storage.database import Database
from gridmap.storage.incidents import IncidentEvent, IncidentFilter, StoredIncident

__all__ = [
    "IncidentEvent",
    "IncidentFilter",
    "IncidentHistory",
    "StoredIncident",
    "find_incident",
    "list_incidents",
    "list_named_incidents",
    "prune_outbox",
]

logger = logging.getLogger(__name__)

OUTBOX_KEPT = timedelta(days=7)
"""A server process that was away for longer reads the whole board anew."""
MAX_LISTED = 1000
_MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class IncidentHistory:
    """An incident with all that happened to it, oldest first."""

    incident: StoredIncident
    events: list[IncidentEvent]


def find_incident(database: Database, incident_id: int) -> IncidentHistory:
    """Find an incident with its history.

    Raises
    ------
    NotFoundError
        If there is none of that id.
    """
    key = IncidentId(incident_id)
    if 0 < incident_id <= _MAX_ID:
        with transaction(database) as connection:
            found = storage.list_incidents_by_id(connection, [key]).get(key)
            if found is not None:
                return IncidentHistory(found, storage.list_events(connection, key))
    raise NotFoundError("There is no incident {incident}.", incident=incident_id)


def list_incidents(
    database: Database, chosen: IncidentFilter, *, after: int = 0, limit: int = 100
) -> list[StoredIncident]:
    """List incidents by id, those above `after`, at most `limit` (and never more than 1,000)."""
    with transaction(database) as connection:
        return storage.list_incidents(
            connection, chosen, after=min(max(after, 0), _MAX_ID), limit=min(max(limit, 0), MAX_LISTED)
        )


def list_named_incidents(database: Database, ids: Sequence[int]) -> list[StoredIncident]:
    """List the incidents of these ids in their order; unknown ones are left out."""
    keys = [IncidentId(one) for one in dict.fromkeys(ids) if 0 < one <= _MAX_ID]
    with transaction(database) as connection:
        found = storage.list_incidents_by_id(connection, keys)
    return [found[key] for key in keys if key in found]


def prune_outbox(database: Database, *, kept: timedelta = OUTBOX_KEPT) -> int:
    """Delete numbered changes that are older than what any reader needs; give how many."""
    with transaction(database) as connection:
        deleted = storage.delete_outbox(connection, before=datetime.now(UTC) - kept)
    if deleted:
        logger.info("%d changes older than %.0f days pruned from the outbox", deleted, kept / timedelta(days=1))
    return deleted
