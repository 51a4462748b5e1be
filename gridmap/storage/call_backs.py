"""Call-backs: attempts, and who still waits for one."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.incidents import Status
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class CallBack:
    """One attempt; `caller` is a staff code."""

    id: int
    incident_id: int
    at: datetime
    caller: str | None
    is_reached: bool
    is_satisfied: bool | None
    note: str


@dataclass(frozen=True)
class WaitingCallBack:
    """An incident whose reporter has to be called. `end_id` is where it was merged into, None for one of its own."""

    id: int
    title: str
    status: Status
    version: int
    end_id: int | None
    resolved_at: datetime | None
    due_at: datetime | None
    attempts: int
    last_at: datetime | None


@dataclass(frozen=True)
class CallBackState:
    """Where calling back is: status and closing of the incident that is left when merges are followed, and what was
    tried since.
    """

    end_status: Status
    resolved_at: datetime | None
    unreached: int
    is_reached: bool


def insert_call_back(
    connection: Connection,
    incident_id: int,
    *,
    at: datetime,
    staff_id: int | None,
    is_reached: bool,
    is_satisfied: bool | None,
    note: str,
) -> int:
    """Insert an attempt; give its id."""
    row = connection.execute(
        read_statement("call_backs/insert_call_back"),
        {
            "incident_id": incident_id,
            "at": at,
            "staff_id": staff_id,
            "is_reached": is_reached,
            "is_satisfied": is_satisfied,
            "note": note,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an INSERT without condition has one row
    return int(row[0])


def list_call_backs(connection: Connection, incident_id: int) -> list[CallBack]:
    """List the attempts of an incident, oldest first."""
    with connection.cursor(row_factory=enum_row(CallBack)) as cursor:
        cursor.execute(read_statement("call_backs/list_call_backs"), {"incident_id": incident_id})
        return cursor.fetchall()


def find_call_back_state(connection: Connection, incident_id: int) -> CallBackState | None:
    """Find where calling back is; None when there is no such incident."""
    row = connection.execute(read_statement("call_backs/find_state"), {"incident_id": incident_id}).fetchone()
    return None if row is None else CallBackState(Status(row[0]), row[1], row[2], row[3])


def list_parts(connection: Connection, incident_id: int) -> dict[int, str]:
    """List who reported, handled or verified an incident, by staff id."""
    rows = connection.execute(read_statement("call_backs/list_parts"), {"incident_id": incident_id})
    return {row[0]: row[1] for row in rows}


def list_waiting(connection: Connection, *, limit_days: int, attempts: int, limit: int) -> list[WaitingCallBack]:
    """List whose reporters have to be called, the earliest due first."""
    with connection.cursor(row_factory=enum_row(WaitingCallBack)) as cursor:
        cursor.execute(
            read_statement("call_backs/list_waiting"),
            {"limit_span": f"{limit_days} working_day", "attempts": attempts, "limit": limit},
        )
        return cursor.fetchall()
