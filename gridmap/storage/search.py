"""What search looks through: names of the current generation's areas, units, and incidents by number."""

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement

AreaRow = tuple[int, str, int, str, str, str, float, float, float, float]
"""id, level, rank of the level, code, name, name of the parent, west, south, east, north (degrees, EPSG:4490)."""
UnitRow = tuple[int, str, str, str, str]
"""id, code, name, short name, letter."""


def find_search_version(connection: Connection) -> tuple[int, int]:
    """Find what the index depends on: the current generation (0 for none) and the number of the newest unit change."""
    row = connection.execute(read_statement("search/find_version")).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def list_areas(connection: Connection) -> list[AreaRow]:
    """List all areas of the current generation with their extents."""
    return [
        (row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9])
        for row in connection.execute(read_statement("search/list_areas"))
    ]


def list_units(connection: Connection) -> list[UnitRow]:
    """List all units."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(read_statement("search/list_units"))]


def find_incident(connection: Connection, incident_id: int) -> tuple[int, str, str] | None:
    """Find an incident by its number: number, name of its item, name of its township; None when there is none."""
    row = connection.execute(read_statement("search/find_incident"), {"incident_id": incident_id}).fetchone()
    return None if row is None else (row[0], row[1], row[2])
