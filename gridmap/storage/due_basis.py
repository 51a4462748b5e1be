"""What the due time of an incident rests on."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class DueBasis:
    """The limit and what moved it. Instants are aware; `extension` is in the unit of the limit, `stopped_s` in working
    seconds (plain ones for calendar days), `stopped_at` is set while the clock stands.
    """

    reported_at: datetime
    limit: Limit
    is_ordinary: bool
    extension: float
    stopped_s: float
    stopped_at: datetime | None
    target_at: datetime | None
    due_at: datetime | None
    is_provisional: bool
    merged_into_id: int | None


def find_due_basis(connection: Connection, incident_id: int) -> DueBasis | None:
    """Find it; None when there is no such incident."""
    row = connection.execute(read_statement("incidents/find_due_basis"), {"incident_id": incident_id}).fetchone()
    return None if row is None else DueBasis(row[0], Limit(row[1], LimitUnit(row[2])), *row[3:])
