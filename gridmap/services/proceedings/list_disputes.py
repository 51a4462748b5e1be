"""Show disputes, and the precedents of an item."""

from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID
from gridmap.services.transaction import transaction
from gridmap.storage import disputes as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.disputes import Dispute

__all__ = ["Dispute", "find_dispute_on", "list_disputes", "list_precedents"]


def list_disputes(
    database: Database, *, incident_id: int | None = None, is_open: bool = False, after: int = 0, limit: int = 100
) -> list[Dispute]:
    """List disputes by id: of an incident, only the open ones."""
    with transaction(database) as connection:
        return storage.list_disputes(connection, incident_id=incident_id, is_open=is_open, after=after, limit=limit)


def list_precedents(database: Database, item_code: str | None, township: str | None) -> list[Dispute]:
    """List the decisions that are precedents for an item, to be offered at the next dispute and in the queues.

    Those of the township come first, then those of others, each newest first.
    """
    if "\0" in (item_code or "") or "\0" in (township or ""):
        return []
    with transaction(database) as connection:
        return storage.list_precedents(connection, item_code=item_code, township=township)


def find_dispute_on(connection: Connection, dispute_id: int) -> Dispute:
    """Find a dispute.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = storage.list_disputes(connection, dispute_id=dispute_id) if 0 < dispute_id <= MAX_ID else []
    if not found:
        raise NotFoundError("There is no dispute {dispute}.", dispute=dispute_id)
    return found[0]
