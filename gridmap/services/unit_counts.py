"""All units with what is open with them now."""

from gridmap.storage import unit_counts as storage
from gridmap.storage.database import Database
from gridmap.storage.unit_counts import UnitRow

__all__ = ["UnitRow", "list_units_with_counts"]


def list_units_with_counts(database: Database) -> list[UnitRow]:
    """List all units by colour slot, with their open, near due, overdue and twice overdue incidents at this instant."""
    with database.connect() as connection:
        return storage.list_units_with_counts(connection)
