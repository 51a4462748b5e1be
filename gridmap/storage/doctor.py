"""What the doctor asks of the database."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class DatabaseFacts:
    """Figures of the database; `oldest_change_at` is aware, None when the outbox is empty."""

    server_version: str
    postgis_version: str | None
    size_bytes: int
    open_incidents: int
    provisional: int
    units: int
    units_without_letter: int
    outbox_rows: int
    oldest_change_at: datetime | None


@dataclass(frozen=True)
class QueueCount:
    """Open incidents of one queue; `late` of them wait longer than one working day."""

    queue: str
    waiting: int
    late: int


def read_facts(connection: Connection) -> DatabaseFacts:
    """Read the figures."""
    row = connection.execute(read_statement("doctor/read_facts")).fetchone()
    assert row is not None  # noqa: S101  a SELECT without FROM has one row
    return DatabaseFacts(*row)


def list_queues(connection: Connection, *, now: datetime) -> list[QueueCount]:
    """Count by queue the open incidents that no unit leads."""
    return [QueueCount(*row) for row in connection.execute(read_statement("doctor/list_queues"), {"now": now})]
