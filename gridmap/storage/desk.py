"""What the duty officer's desk shows beside the board: counts of what waits, and the townships."""

from dataclasses import dataclass

from psycopg.rows import class_row

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class WaitingCounts:
    """How much waits outside the board: closed incidents to verify or to call back, and proceedings."""

    to_verify: int
    to_call_back: int
    calls: int
    calls_to_judge: int
    calls_late: int
    disputes: int
    disputes_late: int
    requests: int
    requests_late: int
    """Open for longer than they are to be answered in."""
    cards: int
    """Not answered and not lifted."""
    admissions: int


@dataclass(frozen=True)
class Township:
    """A township of today's generation."""

    id: int
    code: str
    name: str


def count_waiting(connection: Connection) -> WaitingCounts:
    """Count what waits."""
    with connection.cursor(row_factory=class_row(WaitingCounts)) as cursor:
        found = cursor.execute(read_statement("desk/count_waiting")).fetchone()
    assert found is not None  # noqa: S101  an aggregate has one row
    return found


def list_townships(connection: Connection) -> list[Township]:
    """List the townships of today's generation by code; none while no generation is published."""
    with connection.cursor(row_factory=class_row(Township)) as cursor:
        return cursor.execute(read_statement("desk/list_townships")).fetchall()
