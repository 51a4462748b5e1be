"""The people of the units."""

from gridmap.domain.staff import Actor, Role
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def find_actor(connection: Connection, code: str) -> Actor | None:
    """Find the active person of a code; None when there is none."""
    row = connection.execute(read_statement("staff/find_actor"), {"code": code}).fetchone()
    return None if row is None else Actor(row[0], row[1], Role(row[2]), row[3], row[4])
