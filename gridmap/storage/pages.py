"""What a page must know of the county before it draws."""

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def find_notice(connection: Connection) -> str:
    """Find what every page must say about this county's data; empty when there is nothing to say."""
    row = connection.execute(read_statement("pages/find_notice")).fetchone()
    return "" if row is None else str(row[0])
