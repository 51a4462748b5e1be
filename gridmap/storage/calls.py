"""Calls of townships, and the answers of the units that were called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.calls import CallKind, CallStatus
from gridmap.domain.datum import Datum
from gridmap.domain.proceeding_settings import Span
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Call:
    """One call; `lon`, `lat` are CGCS2000 degrees, staff are codes."""

    id: int
    kind: CallKind
    township_code: str
    incident_id: int | None
    matter: str
    place: str
    lon: float | None
    lat: float | None
    wanted: list[str]
    status: CallStatus
    called_at: datetime
    called_by: str | None
    judged_at: datetime | None
    judged_by: str | None
    reason: str
    closed_at: datetime | None
    result: str
    version: int


@dataclass(frozen=True)
class CallAnswer:
    """What a called unit did, and until when it has to."""

    call_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    respond_by: datetime | None
    arrive_by: datetime | None
    responded_at: datetime | None
    arrived_at: datetime | None
    note: str
    rating: int | None


@dataclass(frozen=True, kw_only=True)
class CallFilter:
    """Which calls a list holds; None does not restrict. Overdue: a unit of it is late now."""

    call_id: int | None = None
    incident_id: int | None = None
    township: str | None = None
    unit: str | None = None
    is_open: bool = False
    is_overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class CallPoint:
    """Where to come: degrees, lon before lat, in a datum."""

    lon: float
    lat: float
    datum: Datum


def insert_call(
    connection: Connection,
    *,
    kind: CallKind,
    township: str,
    incident_id: int | None,
    matter: str,
    place: str,
    point: CallPoint | None,
    wanted: Sequence[str],
    at: datetime,
    staff_id: int | None,
) -> int:
    """Insert a call; give its id."""
    row = connection.execute(
        read_statement("calls/insert_call"),
        {
            "kind": kind.value,
            "township": township,
            "incident_id": incident_id,
            "matter": matter,
            "place": place,
            "lon": None if point is None else point.lon,
            "lat": None if point is None else point.lat,
            "datum": None if point is None else point.datum.value,
            "wanted": list(wanted),
            "at": at,
            "staff_id": staff_id,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an INSERT without condition has one row
    return int(row[0])


def list_calls(
    connection: Connection, chosen: CallFilter, *, now: datetime, after: int = 0, limit: int = 1000
) -> list[Call]:
    """List calls by id, those above `after`."""
    with connection.cursor(row_factory=enum_row(Call)) as cursor:
        cursor.execute(
            read_statement("calls/list_calls"),
            {
                "id": chosen.call_id,
                "incident_id": chosen.incident_id,
                "township": chosen.township,
                "unit": chosen.unit,
                "is_open": chosen.is_open,
                "is_overdue": chosen.is_overdue,
                "now": now,
                "after": after,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def list_call_answers(connection: Connection, call_ids: Sequence[int]) -> dict[int, list[CallAnswer]]:
    """List the called units of each call, by code."""
    answers: dict[int, list[CallAnswer]] = {call_id: [] for call_id in call_ids}
    with connection.cursor(row_factory=enum_row(CallAnswer)) as cursor:
        cursor.execute(read_statement("calls/list_answers"), {"ids": list(call_ids)})
        for one in cursor:
            answers[one.call_id].append(one)
    return answers


def insert_call_answers(
    connection: Connection, call_id: int, unit_ids: Sequence[int], *, start: datetime, respond: Span, arrive: Span
) -> None:
    """Call units, their clocks running from `start`; those that are called already keep theirs."""
    connection.execute(
        read_statement("calls/insert_answers"),
        {
            "call_id": call_id,
            "unit_ids": list(unit_ids),
            "start": start,
            "respond_limit": str(respond),
            "arrive_limit": str(arrive),
        },
    )


def update_call(
    connection: Connection,
    call_id: int,
    status: CallStatus,
    *,
    version: int,
    at: datetime,
    staff_id: int | None,
    reason: str = "",
    result: str = "",
) -> bool:
    """Move a call on if it still has this version; tell whether it did."""
    row = connection.execute(
        read_statement("calls/update_call"),
        {
            "id": call_id,
            "version": version,
            "status": status.value,
            "at": at,
            "staff_id": staff_id,
            "reason": reason,
            "result": result,
        },
    ).fetchone()
    return row is not None


def update_answer(
    connection: Connection, call_id: int, unit_id: int, *, at: datetime, is_arrival: bool, note: str
) -> None:
    """Write down that a unit responded, or arrived (which is a response too); the first instant stays."""
    connection.execute(
        read_statement("calls/update_answer"),
        {"call_id": call_id, "unit_id": unit_id, "at": at, "is_arrival": is_arrival, "note": note},
    )


def update_rating(connection: Connection, call_id: int, unit_id: int, *, rating: int) -> None:
    """Write down how the township rates a unit, 1 to 5."""
    connection.execute(
        read_statement("calls/update_rating"), {"call_id": call_id, "unit_id": unit_id, "rating": rating}
    )
