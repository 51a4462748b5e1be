"""Who burnt the time of a period, what stands against units, and what waits in queues: figures that screens show."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class BurntRow:
    """Seconds that a unit (0: the command centre) burnt. `area_id` None is its working time in all, else its working
    time after the due time in that area (0: in none).
    """

    unit_id: int
    area_id: int | None
    seconds: float


@dataclass(frozen=True)
class StandingFigures:
    """Cards of today that were not lifted, by kind, and the open incidents that wait in a queue."""

    yellow: int
    red: int
    black: int
    queued: int


def list_burnt_rows(connection: Connection, *, since: datetime, until: datetime) -> list[BurntRow]:
    """List what units burnt between two instants."""
    rows = connection.execute(read_statement("board/list_burnt"), {"since": since, "until": until})
    return [BurntRow(*row) for row in rows]


def read_standing(connection: Connection) -> StandingFigures:
    """Count today's cards, a day being one of the county's zone, and what is queued."""
    row = connection.execute(read_statement("board/read_standing")).fetchone()
    assert row is not None  # noqa: S101  aggregates have one row
    return StandingFigures(*row)
