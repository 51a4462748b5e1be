"""Incidents: insert reports, read what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import Channel, IncidentId, Placement, Precision, Status
from gridmap.domain.lateness import Lateness
from gridmap.domain.report import RecordedReport, Report
from gridmap.domain.routing import Queue
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident as the rules left it. Points are degrees, lon before lat; `lon`, `lat` are CGCS2000 (EPSG:4490),
    `reported_lon`, `reported_lat` are as reported in `datum`; instants are aware; None where there is none.
    """

    id: int
    source_key: str | None
    channel: str
    item_code: str | None
    item_name: str | None
    title: str
    address: str
    reported_lon: float | None
    reported_lat: float | None
    datum: str
    precision: Precision
    reported_at: datetime
    received_at: datetime
    status: Status
    resolved_at: datetime | None
    lon: float | None
    lat: float | None
    small_grid: str | None
    large_grid: str | None
    village: str | None
    township: str | None
    special_grid: str | None
    placement: Placement
    margin_m: float | None
    unit_code: str | None
    unit_name: str | None
    unit_letter: str | None
    lead_rule: str
    near_due_at: datetime | None
    due_at: datetime | None
    twice_due_at: datetime | None
    is_provisional: bool
    lateness: Lateness
    version: int


@dataclass(frozen=True)
class IncidentEvent:
    """One line of an incident's history; codes are None where there is none.

    `role` is of who acted (None where no person is known), `detail` what the action carried or the clock did.
    """

    at: datetime
    kind: str
    from_status: str | None
    to_status: str | None
    unit_code: str | None
    area_code: str | None
    note: str
    role: str | None = None
    action: str | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class KnownReport:
    """What is stored under a source key; `digest` is None when the row came by SQL."""

    incident_id: IncidentId
    digest: bytes | None
    report: Report | None


@dataclass(frozen=True, kw_only=True)
class IncidentFilter:
    """Which incidents a list holds; None does not restrict. `area` and `unit` are codes."""

    area: str | None = None
    unit: str | None = None
    statuses: tuple[Status, ...] | None = None
    is_open: bool | None = None
    lateness: Lateness | None = None
    placement: Placement | None = None
    queue: Queue | None = None


def insert_reports(connection: Connection, reports: Sequence[Report]) -> list[tuple[IncidentId, str | None]]:
    """Insert reports in one statement, so that the history, the outbox and the notification are written once.

    Returns
    -------
    list
        Id and source key of each new incident by id; those without a key are in the order of the reports. Known keys
        are left out.
    """
    rows = connection.execute(
        read_statement("incidents/insert_reports"),
        {
            "source_key": [one.source_key for one in reports],
            "source_digest": [None if one.source_key is None else one.digest() for one in reports],
            "channel": [one.channel.value for one in reports],
            "item_code": [one.item_code for one in reports],
            "title": [one.title for one in reports],
            "address": [one.address for one in reports],
            "lon": [one.lon for one in reports],
            "lat": [one.lat for one in reports],
            "datum": [one.datum.value for one in reports],
            "precision": [one.precision.value for one in reports],
            "reported_at": [one.reported_at for one in reports],
            "target_at": [one.target_at for one in reports],
            "status": [one.status.value if isinstance(one, RecordedReport) else "reported" for one in reports],
            "resolved_at": [one.closed_at if isinstance(one, RecordedReport) else None for one in reports],
        },
    ).fetchall()
    # Ids are drawn in the order of the ORDER BY: by key, then those without one by position.
    return sorted((IncidentId(row[0]), row[1]) for row in rows)


def list_known_reports(connection: Connection, keys: Sequence[str]) -> dict[str, KnownReport]:
    """List what is stored under these source keys."""
    known = {}
    for row in connection.execute(read_statement("incidents/list_by_keys"), {"keys": list(keys)}):
        report = None
        if row[2] is None:
            report = Report.model_construct(
                source_key=row[1],
                channel=Channel(row[3]),
                item_code=row[4],
                title=row[5],
                address=row[6],
                lon=row[7],
                lat=row[8],
                datum=Datum(row[9]),
                precision=Precision(row[10]),
                reported_at=row[11],
                target_at=row[12],
            )
        known[row[1]] = KnownReport(IncidentId(row[0]), None if row[2] is None else bytes(row[2]), report)
    return known


def list_incidents_by_id(connection: Connection, ids: Sequence[IncidentId]) -> dict[IncidentId, StoredIncident]:
    """List incidents by their ids; unknown ids are left out."""
    with connection.cursor(row_factory=class_row(StoredIncident)) as cursor:
        cursor.execute(read_statement("incidents/list_answers"), {"ids": list(ids)}, binary=True)
        return {IncidentId(one.id): one for one in cursor}


def list_incidents(
    connection: Connection, chosen: IncidentFilter, *, after: int = 0, limit: int = 100
) -> list[StoredIncident]:
    """List incidents by id, those above `after`, at most `limit`."""
    with connection.cursor(row_factory=class_row(StoredIncident)) as cursor:
        cursor.execute(
            read_statement("incidents/list_incidents"),
            {
                "area": chosen.area,
                "unit": chosen.unit,
                "statuses": None if chosen.statuses is None else [one.value for one in chosen.statuses],
                "is_open": chosen.is_open,
                "lateness": chosen.lateness,
                "placement": chosen.placement,
                "queue": chosen.queue,
                "after": after,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def list_events(connection: Connection, incident_id: IncidentId) -> list[IncidentEvent]:
    """List the history of an incident, oldest first."""
    rows = connection.execute(read_statement("incidents/list_events"), {"incident_id": incident_id})
    return [IncidentEvent(*row) for row in rows]


def delete_outbox(connection: Connection, *, before: datetime) -> int:
    """Delete outbox rows older than an instant that every reader can have seen; give how many."""
    return connection.execute(read_statement("incidents/delete_outbox"), {"before": before}).rowcount
