"""Whether a matter may be given to a unit."""

from datetime import datetime

from gridmap.domain.staff import Actor
from gridmap.storage.database import Connection


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
