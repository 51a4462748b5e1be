"""What the simulation draws from the database, and how it moves incidents on."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class ItemWeight:
    """An item of the list in force, and how often it was reported so far."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class NamedPoint:
    """A point in degrees, EPSG:4490, and what the place is called."""

    name: str
    lon: float
    lat: float


def list_item_weights(connection: Connection) -> list[ItemWeight]:
    """List the items of the list in force."""
    rows = connection.execute(read_statement("incidents/list_item_weights"))
    return [ItemWeight(row[0], row[1], row[2]) for row in rows]


def list_area_points(connection: Connection, *, level: str) -> list[NamedPoint]:
    """List a point inside each area of a level."""
    rows = connection.execute(read_statement("incidents/list_area_points"), {"level": level})
    return [NamedPoint(row[0], row[1], row[2]) for row in rows]


def find_random_address(connection: Connection, *, share: float) -> NamedPoint | None:
    """Find the address at a share (0 to 1) of all; None when there is none."""
    row = connection.execute(read_statement("incidents/find_random_address"), {"share": share}).fetchone()
    return None if row is None else NamedPoint(row[2], row[0], row[1])


def find_recent_point(connection: Connection, *, share: float) -> NamedPoint | None:
    """Find the place of an earlier incident at a share (0 to 1) of all; None when there is none."""
    row = connection.execute(read_statement("incidents/find_recent_point"), {"share": share}).fetchone()
    return None if row is None else NamedPoint(row[2], row[0], row[1])


def count_open(connection: Connection) -> int:
    """Count the open incidents."""
    row = connection.execute(read_statement("incidents/count_open")).fetchone()
    return 0 if row is None else int(row[0])


def advance_some(connection: Connection, *, count: int) -> int:
    """Move some open incidents one step on; give how many."""
    return connection.execute(read_statement("incidents/advance_some"), {"count": count}).rowcount


def resolve_some(connection: Connection, *, count: int, slow_share: float) -> int:
    """Resolve some open incidents, leaving the slow ones until they are overdue; give how many."""
    values = {"count": count, "slow_share": slow_share}
    return connection.execute(read_statement("incidents/resolve_some"), values).rowcount


def close_some(connection: Connection, *, count: int) -> int:
    """Verify or call back some that were resolved within two hours; give how many."""
    return connection.execute(read_statement("incidents/close_some"), {"count": count}).rowcount


def delete_simulated(connection: Connection, *, before: datetime, count: int) -> int:
    """Delete simulated incidents that were resolved before an instant, at most `count`; give how many."""
    values = {"before": before, "count": count}
    return connection.execute(read_statement("incidents/delete_simulated"), values).rowcount
