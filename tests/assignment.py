"""May an incident be given to a unit? Asked as a dispatch asks it, without dispatching."""

from datetime import datetime

from gridmap.services.assignment import check_assignment_on, counted_attempts
from gridmap.services.transaction import transaction
from gridmap.storage.database import Database


def check_assignment(
    database: Database,
    incident_id: int,
    unit_id: int,
    *,
    from_unit_id: int | None = None,
    actor: str = "",
    at: datetime | None = None,
) -> None:
    """Check it in a transaction of its own; a refused attempt is counted."""
    with counted_attempts(database), transaction(database) as connection:
        check_assignment_on(
            connection, incident_id=incident_id, unit_id=unit_id, from_unit_id=from_unit_id, actor=actor, at=at
        )
