"""Whether a matter may be given to a unit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from gridmap.domain.staff import Actor
from gridmap.storage.database import Connection, Database


@contextmanager
def counted_attempts(database: Database) -> Iterator[None]:  # noqa: ARG001  nothing is refused here
    """Count what is refused inside the block, in a transaction of its own."""
    yield


def check_assignment_on(
    connection: Connection,
    *,
    incident_id: int,
    unit_id: int,
    from_unit_id: int | None,
    actor: Actor | str,
    at: datetime | None,
) -> None:
    """Check that an incident may be given to a unit; every unit that exists may be given every matter here."""
