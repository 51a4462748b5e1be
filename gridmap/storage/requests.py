"""Requests for a pause or an extension; a trigger drops those whose incident goes another way."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gridmap.domain.incidents import Status
from gridmap.domain.requests import RequestKind, RequestStatus
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class StoredRequest:
    """One request; people are codes of staff. Extensions are in `limit_unit`, None for a pause.

    From `title` on what its incident is now; a `due_at` of None: its clock stands, or the calendar does not reach.
    """

    id: int
    incident_id: int
    kind: RequestKind
    status: RequestStatus
    unit_id: int
    unit_code: str
    unit_name: str
    reason: str
    extension: Decimal | None
    limit_unit: str
    requested_at: datetime
    requested_by: str | None
    answer_by: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    decision: str
    granted_extension: Decimal | None
    version: int
    title: str
    item_code: str | None
    incident_status: Status
    due_at: datetime | None


def insert_request(
    connection: Connection,
    *,
    incident_id: int,
    kind: RequestKind,
    unit_id: int | None,
    reason: str,
    extension: Decimal | None,
    at: datetime,
    staff_id: int | None,
) -> int:
    """Insert a request of the unit that holds the incident; give its id."""
    row = connection.execute(
        read_statement("requests/insert_request"),
        {
            "incident_id": incident_id,
            "kind": kind.value,
            "unit_id": unit_id,
            "reason": reason,
            "extension": extension,
            "at": at,
            "staff_id": staff_id,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an INSERT without condition has one row
    return int(row[0])


def list_requests(
    connection: Connection,
    *,
    request_id: int | None = None,
    incident_id: int | None = None,
    unit: str | None = None,
    kind: RequestKind | None = None,
    is_open: bool = False,
    after: int = 0,
    limit: int = 1000,
) -> list[StoredRequest]:
    """List requests by id, those above `after`; None does not restrict, `unit` is the code of who asked."""
    with connection.cursor(row_factory=enum_row(StoredRequest)) as cursor:
        cursor.execute(
            read_statement("requests/list_requests"),
            {
                "id": request_id,
                "incident_id": incident_id,
                "unit": unit,
                "kind": kind,
                "is_open": is_open,
                "after": after,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def update_request(
    connection: Connection,
    request_id: int,
    status: RequestStatus,
    *,
    version: int,
    at: datetime,
    staff_id: int | None,
    decision: str = "",
    granted: Decimal | None = None,
) -> bool:
    """End an open request if it still has this version; tell whether it did. `granted` is the extension."""
    values = {
        "id": request_id,
        "status": status.value,
        "version": version,
        "at": at,
        "staff_id": staff_id,
        "decision": decision,
        "granted": granted,
    }
    return connection.execute(read_statement("requests/update_request"), values).fetchone() is not None
