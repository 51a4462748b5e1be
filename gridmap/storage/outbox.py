"""The outbox: every change of the database, numbered, read without missing one that commits late."""

from dataclasses import dataclass

from psycopg.sql import SQL, Identifier

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement

_CHANNEL = "gridmap"
"""On which the triggers notify."""


@dataclass(frozen=True)
class Changes:
    """What became visible between two snapshots.

    `position` is the new snapshot (text of a pg_snapshot), `now_ms` the database's clock in epoch milliseconds,
    `incident_ids` sorted and without repeats, `other_subjects` what else changed: generation, unit, calendar, call.
    """

    position: str
    now_ms: int
    incident_ids: tuple[int, ...]
    other_subjects: frozenset[str]
    last_revision: int


def listen(connection: Connection) -> None:
    """Be notified on this connection that something changed; what, `list_changes` tells."""
    connection.execute(SQL("LISTEN {}").format(Identifier(_CHANNEL)))


def read_position(connection: Connection) -> str:
    """Read the snapshot of the running transaction (or of this statement, in autocommit)."""
    row = connection.execute(read_statement("outbox/read_position")).fetchone()
    assert row is not None  # noqa: S101  a SELECT without FROM has one row
    return str(row[0])


def list_changes(connection: Connection, *, since: str) -> Changes:
    """List what became visible since the position, in one statement.

    PostgreSQL's rule, not a bound: a change counts when its transaction is visible now and was not visible at `since`.
    So a transaction that takes a lower number and commits later is not missed, and one that stays open delays nobody
    else.
    """
    rows = connection.execute(read_statement("outbox/list_changes"), {"snapshot": since}).fetchall()
    incident_ids = sorted({int(row[4]) for row in rows if row[3] == "incident"})
    others = frozenset(str(row[3]) for row in rows if row[3] not in (None, "incident"))
    return Changes(
        position=str(rows[0][0]),
        now_ms=int(rows[0][1]),
        incident_ids=tuple(incident_ids),
        other_subjects=others,
        last_revision=max((int(row[2]) for row in rows if row[2] is not None), default=0),
    )


def find_revision(connection: Connection) -> int:
    """Find the number of the newest change; 0 when there is none."""
    row = connection.execute(read_statement("outbox/find_revision")).fetchone()
    assert row is not None  # noqa: S101  an aggregate has one row
    return int(row[0])


def is_before(position: str, other: str) -> bool:
    """Whether the database that gave `other` is younger than `position`: it was put back from a backup, or is another
    one.

    Both are texts `xmin:xmax:…` of a pg_snapshot; xmax never goes back in one database.
    """
    return int(other.split(":")[1]) < int(position.split(":")[1])
