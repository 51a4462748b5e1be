"""Stages of an incident: the limits of the steps of its item, each from the report."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.clock import LimitUnit
from gridmap.domain.incidents import IncidentId
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class StageDue:
    """When one stage is due; instants are aware, None while the clock stands or where the calendar does not reach."""

    number: int
    name: str
    limit_value: float
    limit_unit: LimitUnit
    near_due_at: datetime | None
    due_at: datetime | None
    is_provisional: bool


def list_stage_dues(connection: Connection, incident_id: IncidentId) -> list[StageDue] | None:
    """List the stages of an incident in their order; None when there is no such incident."""
    rows = connection.execute(read_statement("stages/list_dues"), {"incident_id": incident_id}).fetchall()
    if not rows:
        return None
    return [StageDue(row[0], row[1], row[2], LimitUnit(row[3]), *row[4:]) for row in rows if row[0] is not None]
