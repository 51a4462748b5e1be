"""What the demonstration asks of the database."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.statement import read_statement

# A msgid of the catalogue: pages translate it.
NOTICE = "Demonstration: the outline, names and codes are real, everything inside is simulated"


@dataclass(frozen=True)
class DemoState:
    """Whether a county is there, whether it is ours, and when its newest incident came (none: not all were loaded)."""

    has_county: bool
    is_demonstration: bool
    newest_received_at: datetime | None


def read_demo_state(connection: Connection) -> DemoState:
    """Read what the database holds."""
    with connection.cursor(row_factory=class_row(DemoState)) as cursor:
        state = cursor.execute(read_statement("demo/read_state")).fetchone()
    assert state is not None  # noqa: S101 -- a SELECT of scalars always has a row
    return state


def mark_demonstration(connection: Connection, *, seed: int) -> None:
    """Record that the county is the demonstration's, with the notice that the page shows."""
    connection.execute(read_statement("demo/mark"), {"seed": str(seed), "notice": NOTICE})


def mark_incidents_loaded(connection: Connection) -> None:
    """Record that the whole history is there: a loading that was cut off is begun anew."""
    connection.execute(read_statement("demo/mark_incidents_loaded"))


def delete_incidents(connection: Connection) -> None:
    """Delete all incidents with their history, and tell running servers to load the board anew."""
    connection.execute(read_statement("demo/unmark_incidents_loaded"))
    with maintenance(connection):
        connection.execute(read_statement("demo/delete_incidents"))
    connection.execute(read_statement("demo/announce_reload"))
