"""One step of an incident's life: read what it depends on, and write it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Part
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class IncidentState:
    """What decides what may be done. `area_codes` are of the areas that it lies in; `now` is the transaction's."""

    version: int
    status: Status
    holder_unit_id: int | None
    lead_unit_id: int | None
    returns: int
    extension: Decimal
    due_at: datetime | None
    stopped_at: datetime | None
    merged_into_id: int | None
    limit_value: Decimal
    limit_unit: str
    target_at: datetime | None
    area_codes: frozenset[str]
    centre_unit_id: int | None
    now: datetime


@dataclass(frozen=True)
class LastChange:
    """The newest line of the history, with status and holder as they are; `holder` is None for the command centre."""

    at: datetime
    actor: str
    action: str | None
    status: Status
    holder: str | None


@dataclass(frozen=True)
class Limits:
    """Settings of the county: returns before only a dispute is possible, the longest extension as a share of the
    limit, the longest pause in working days.
    """

    max_returns: int
    max_extension_share: Decimal
    pause_limit_days: int


@dataclass(frozen=True)
class StepTaken:
    """What a step made of the incident."""

    version: int
    status: Status
    holder_unit_id: int | None
    due_at: datetime | None


@dataclass(frozen=True)
class EndedPause:
    """A pause whose limit was over at `ends_at`."""

    incident_id: int
    ends_at: datetime
    is_extended: bool


def list_ended_pauses(connection: Connection, *, at: datetime) -> list[EndedPause]:
    """List and lock what is paused for longer than the limit allows."""
    rows = connection.execute(read_statement("transitions/list_ended_pauses"), {"at": at})
    return [EndedPause(*row) for row in rows]


def lock_incident(connection: Connection, incident_id: int) -> None:
    """Lock an incident, so that what is checked is what is changed."""
    connection.execute(read_statement("transitions/lock_incident"), {"incident_id": incident_id})


def find_state(connection: Connection, incident_id: int) -> IncidentState | None:
    """Find what decides what may be done; None when there is no such incident."""
    row = connection.execute(read_statement("transitions/find_state"), {"incident_id": incident_id}).fetchone()
    if row is None:
        return None
    values = list(row)
    values[1], values[12] = Status(row[1]), frozenset(row[12])
    return IncidentState(*values)


def find_last_change(connection: Connection, incident_id: int) -> LastChange | None:
    """Find who changed an incident last; None when there is none or nothing was written about it."""
    row = connection.execute(read_statement("transitions/find_last_change"), {"incident_id": incident_id}).fetchone()
    return None if row is None else LastChange(row[0], row[1], row[2], Status(row[3]), row[4])


def list_parts(connection: Connection, incident_id: int, *, staff_id: int) -> frozenset[Part]:
    """List what a person did with an incident."""
    values = {"incident_id": incident_id, "staff_id": staff_id}
    return frozenset(Part(row[0]) for row in connection.execute(read_statement("transitions/list_parts"), values))


def find_unit(connection: Connection, code: str) -> tuple[int, bool] | None:
    """Find a unit's id and whether it is the command centre; None when there is no such unit."""
    row = connection.execute(read_statement("transitions/find_unit"), {"code": code}).fetchone()
    return None if row is None else (row[0], row[1])


def read_limits(connection: Connection) -> Limits:
    """Read the settings that bound returns, extensions and pauses."""
    row = connection.execute(read_statement("transitions/read_limits")).fetchone()
    assert row is not None  # noqa: S101  the statement has one row
    return Limits(*row)


def update_incident(
    connection: Connection,
    incident_id: int,
    status: Status,
    *,
    unit_id: int | None = None,
    extension: Decimal | None = None,
    other_id: int | None = None,
) -> StepTaken:
    """Take the step; `unit_id` is who leads from now on, None leaves it."""
    values = {
        "incident_id": incident_id,
        "status": status.value,
        "unit_id": unit_id,
        "extension": extension,
        "other_id": other_id,
    }
    row = connection.execute(read_statement("transitions/update_incident"), values).fetchone()
    assert row is not None  # noqa: S101  the row is locked
    return StepTaken(row[0], Status(row[1]), row[2], row[3])
