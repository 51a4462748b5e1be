"""Disputes; triggers open and end them with the status of their incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.disputes import DisputeCause, DisputeStatus
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Dispute:
    """One dispute; staff are codes."""

    id: int
    incident_id: int
    opened_at: datetime
    opened_by: str | None
    cause: DisputeCause
    reason: str
    due_at: datetime | None
    panel: list[str]
    decided_at: datetime | None
    decided_by: str | None
    decided_unit_code: str | None
    decided_unit_name: str | None
    decision: str
    item_code: str | None
    township: str | None
    is_precedent: bool
    precedent_id: int | None
    dropped_at: datetime | None
    version: int

    @property
    def status(self) -> DisputeStatus:
        """Where it is."""
        if self.dropped_at is not None:
            return DisputeStatus.DROPPED
        return DisputeStatus.OPEN if self.decided_at is None else DisputeStatus.DECIDED


def list_disputes(
    connection: Connection,
    *,
    dispute_id: int | None = None,
    incident_id: int | None = None,
    is_open: bool = False,
    after: int = 0,
    limit: int = 1000,
) -> list[Dispute]:
    """List disputes by id, those above `after`; None does not restrict."""
    with connection.cursor(row_factory=enum_row(Dispute)) as cursor:
        cursor.execute(
            read_statement("disputes/list_disputes"),
            {"id": dispute_id, "incident_id": incident_id, "is_open": is_open, "after": after, "limit": limit},
        )
        return cursor.fetchall()


def list_precedents(
    connection: Connection, *, item_code: str | None, township: str | None, limit: int = 20
) -> list[Dispute]:
    """List decisions that are precedents for an item: those of the township first, each newest first."""
    with connection.cursor(row_factory=enum_row(Dispute)) as cursor:
        cursor.execute(
            read_statement("disputes/list_precedents"), {"item_code": item_code, "township": township, "limit": limit}
        )
        return cursor.fetchall()


def update_decided(
    connection: Connection, dispute_id: int, *, panel: Sequence[str], is_precedent: bool, precedent_id: int | None
) -> None:
    """Add to a decision who sat, whether it is a precedent, and which it follows."""
    connection.execute(
        read_statement("disputes/update_decided"),
        {"id": dispute_id, "panel": list(panel), "is_precedent": is_precedent, "precedent_id": precedent_id},
    )


def update_precedent(connection: Connection, dispute_id: int, *, version: int, is_precedent: bool) -> bool:
    """Make a decision a precedent, or take that back, if it still has this version; tell whether it did."""
    row = connection.execute(
        read_statement("disputes/update_precedent"),
        {"id": dispute_id, "version": version, "is_precedent": is_precedent},
    ).fetchone()
    return row is not None
