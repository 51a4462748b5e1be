"""Facts of the county that every page states."""

from gridmap.storage import pages as storage
from gridmap.storage.database import Database


def find_notice(database: Database) -> str:
    """Find what every page must say of the county's data, from the setting `notice`; empty for a real county."""
    with database.connect() as connection:
        return storage.find_notice(connection)
