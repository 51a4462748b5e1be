"""Admissions: requests, their steps, and the attempts that were made without one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from gridmap.domain.admission import AdmissionPeople, AdmissionStatus
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Admission:
    """A request to give a township unit a matter that is not on the list for it. People are codes of staff.

    Approved, it holds from the day of the decision up to, not including, `valid_to`; None is without end.
    """

    id: int
    item_code: str
    item_name: str | None
    unit_code: str
    unit_name: str
    incident_id: int | None
    requested_at: datetime
    requested_by_unit_code: str
    requested_by_unit_name: str
    requested_by: str | None
    reason: str
    status: str
    first_reviewed_at: datetime | None
    first_reviewed_by: str | None
    second_reviewed_at: datetime | None
    second_reviewed_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    valid_to: date | None
    version: int


@dataclass(frozen=True)
class AdmissionSubject:
    """What a request is about. `open_admission_id` is another request for the same that is open or holds."""

    unit_id: int
    unit_level: str
    unit_name: str
    may_lead: bool
    open_admission_id: int | None
    has_incident: bool


@dataclass(frozen=True)
class AdmissionState:
    """Where a request stands, locked to the end of the transaction."""

    status: AdmissionStatus
    version: int
    people: AdmissionPeople


@dataclass(frozen=True)
class AttemptCount:
    """How often a unit (None: the command centre) tried to give townships what is not on the list for them."""

    unit_code: str | None
    unit_name: str | None
    attempts: int
    townships: int
    items: int
    last_at: datetime


def find_subject(
    connection: Connection, *, item_code: str, unit_code: str, incident_id: int | None, at: datetime | None
) -> AdmissionSubject | None:
    """Find what a request is about; None when there is no such unit."""
    values = {"item_code": item_code, "unit_code": unit_code, "incident_id": incident_id, "at": at}
    row = connection.execute(read_statement("admissions/find_subject"), values).fetchone()
    return None if row is None else AdmissionSubject(*row)


def find_unit_level(connection: Connection, unit_id: int) -> tuple[str, bool]:
    """Find the level of a unit and whether it is the command centre."""
    row = connection.execute(read_statement("admissions/find_unit_level"), {"unit_id": unit_id}).fetchone()
    return ("", False) if row is None else (row[0], bool(row[1]))


def find_day(connection: Connection, *, at: datetime | None) -> date:
    """Find the day of an instant (None: now) in the county's zone."""
    row = connection.execute(read_statement("admissions/find_day"), {"at": at}).fetchone()
    assert row is not None  # noqa: S101 -- a SELECT without FROM has one row
    day: date = row[0]
    return day


def insert_admission(
    connection: Connection,
    *,
    item_code: str,
    unit_id: int,
    incident_id: int | None,
    requested_by_unit_id: int,
    requested_by: int | None,
    reason: str,
    at: datetime | None,
) -> int:
    """Insert a request and give its id."""
    row = connection.execute(
        read_statement("admissions/insert"),
        {
            "item_code": item_code,
            "unit_id": unit_id,
            "incident_id": incident_id,
            "requested_by_unit_id": requested_by_unit_id,
            "requested_by": requested_by,
            "reason": reason,
            "at": at,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 -- INSERT ... RETURNING of one row
    return int(row[0])


def list_admissions(
    connection: Connection,
    *,
    admission_id: int | None = None,
    statuses: Collection[str] | None = None,
    unit_code: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Admission]:
    """List requests by id, those above `after`; None does not restrict."""
    values = {
        "admission_id": admission_id,
        "statuses": None if statuses is None else list(statuses),
        "unit_code": unit_code,
        "after": after,
        "limit": limit,
    }
    with connection.cursor(row_factory=class_row(Admission)) as cursor:
        return cursor.execute(read_statement("admissions/list"), values).fetchall()


def lock_admission(connection: Connection, admission_id: int) -> AdmissionState | None:
    """Lock a request and find where it stands; None when there is none."""
    row = connection.execute(read_statement("admissions/lock"), {"admission_id": admission_id}).fetchone()
    if row is None:
        return None
    return AdmissionState(AdmissionStatus(row[0]), row[1], AdmissionPeople(row[2], row[3], row[4]))


def update_review(
    connection: Connection, admission_id: int, status: AdmissionStatus, *, staff_id: int, at: datetime | None
) -> None:
    """Note who reviewed it, as the first or the second."""
    values = {
        "admission_id": admission_id,
        "status": status.value,
        "is_first": status is AdmissionStatus.REVIEWED_ONCE,
        "staff_id": staff_id,
        "at": at,
    }
    connection.execute(read_statement("admissions/update_review"), values)


def update_decision(
    connection: Connection,
    admission_id: int,
    status: AdmissionStatus,
    *,
    staff_id: int,
    decision: str,
    valid_to: date | None,
    at: datetime | None,
) -> None:
    """Note who approved or refused it, and until when an approval holds."""
    values = {
        "admission_id": admission_id,
        "status": status.value,
        "staff_id": staff_id,
        "decision": decision,
        "valid_to": valid_to,
        "at": at,
    }
    connection.execute(read_statement("admissions/update_decision"), values)


def count_attempts(connection: Connection, *, since: datetime | None, until: datetime | None) -> list[AttemptCount]:
    """Count the attempts by the unit that made them, the most first, from `since` up to, not including, `until`."""
    values = {"since": since, "until": until}
    return [AttemptCount(*row) for row in connection.execute(read_statement("admissions/count_attempts"), values)]
