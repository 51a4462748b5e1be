"""Show the cards of supervision, by unit and incident."""

from datetime import datetime

from gridmap.domain.supervision import CardKind
from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import supervision as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.supervision import StoredCard, UnitCards

__all__ = ["StoredCard", "UnitCards", "count_cards", "find_card_on", "list_cards"]


def list_cards(
    database: Database,
    *,
    incident_id: int | None = None,
    unit: str | None = None,
    kind: CardKind | None = None,
    is_standing: bool = False,
    after: int = 0,
    limit: int = 100,
) -> list[StoredCard]:
    """List cards by id: of an incident, of a unit (its code, empty for the command centre), only those not lifted."""
    with transaction(database) as connection:
        return storage.list_cards(
            connection,
            incident_id=incident_id,
            unit=unit,
            kind=kind,
            is_standing=is_standing,
            after=after,
            limit=limit,
        )


def count_cards(database: Database, *, since: datetime, until: datetime) -> list[UnitCards]:
    """Count the standing cards of [since, until) by unit, the gravest first."""
    with transaction(database) as connection:
        return storage.count_by_unit(connection, since=read_instant(since), until=read_instant(until))


def find_card_on(connection: Connection, card_id: int) -> StoredCard:
    """Find a card.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = storage.list_cards(connection, card_id=card_id) if 0 < card_id <= MAX_ID else []
    if not found:
        raise NotFoundError("There is no card {card}.", card=card_id)
    return found[0]
