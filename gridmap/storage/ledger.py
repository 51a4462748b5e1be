"""The ledger as the triggers keep it, and the clocks."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.ledger import HoldKind
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class LedgerPiece:
    """A piece of an incident's ledger, counted up to now.

    The unit is None for the command centre where no unit stands for it, and for closed time, which is nobody's.
    `to_at` None goes on.
    """

    unit_code: str | None
    unit_name: str | None
    kind: HoldKind
    from_at: datetime
    to_at: datetime | None
    working_s: float
    overdue_s: float


@dataclass(frozen=True)
class BurntTime:
    """What a unit burnt: working time of incidents in its hands, how much of it after they were due.

    `held_now` and `overdue_now` are at the end of the period: who has them, beside who spent the time.
    """

    unit_code: str | None
    unit_name: str | None
    unit_letter: str | None
    working_s: float
    overdue_s: float
    incidents: int
    incidents_overdue: int
    held_now: int
    overdue_now: int


@dataclass(frozen=True)
class IncidentClock:
    """One clock: dispatch, handling or call_back. Due times are None while it stands paused or beyond the calendar."""

    kind: str
    unit_code: str | None
    unit_name: str | None
    starts_at: datetime
    near_due_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    is_running: bool


def is_incident(connection: Connection, incident_id: int) -> bool:
    """Tell whether there is such an incident."""
    row = connection.execute(read_statement("ledger/is_incident"), {"incident_id": incident_id}).fetchone()
    return row is not None and bool(row[0])


def list_pieces(connection: Connection, incident_id: int) -> list[LedgerPiece]:
    """List the pieces of an incident's ledger in their order."""
    rows = connection.execute(read_statement("ledger/list_pieces"), {"incident_id": incident_id})
    return [LedgerPiece(row[0], row[1], HoldKind(row[2]), *row[3:]) for row in rows]


def list_burnt(connection: Connection, *, area: str | None, since: datetime | None, until: datetime) -> list[BurntTime]:
    """List what each unit burnt between two instants, those with the most overdue time first."""
    values = {"area": area, "since": "-infinity" if since is None else since, "until": until}
    return [BurntTime(*row) for row in connection.execute(read_statement("ledger/list_burnt"), values)]


def list_clocks(connection: Connection, incident_id: int) -> list[IncidentClock]:
    """List the clocks of an incident by their start."""
    rows = connection.execute(read_statement("ledger/list_clocks"), {"incident_id": incident_id})
    return [IncidentClock(*row) for row in rows]
