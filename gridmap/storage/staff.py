"""The people of the units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridmap.domain.staff import Actor, Role
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def find_actor(connection: Connection, code: str) -> Actor | None:
    """Find the active person of a code; None when there is none."""
    row = connection.execute(read_statement("staff/find_actor"), {"code": code}).fetchone()
    return None if row is None else Actor(row[0], row[1], Role(row[2]), row[3], row[4])


@dataclass(frozen=True)
class StaffMember:
    """A person as stored; no unit is the command centre, no area the whole county."""

    code: str
    name: str
    role: Role
    unit_code: str | None
    unit_name: str | None
    area_code: str
    is_active: bool
    unit_short_name: str | None = None


def list_staff(connection: Connection) -> list[StaffMember]:
    """List the staff: the command centre first, then by unit and code."""
    rows = connection.execute(read_statement("staff/list_staff"))
    return [StaffMember(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]


def list_unit_codes(connection: Connection) -> set[str]:
    """List the codes of all units."""
    return {row[0] for row in connection.execute(read_statement("staff/list_unit_codes"))}


def upsert_staff(connection: Connection, values: Mapping[str, Sequence[object]]) -> int:
    """Insert people or update them by code; one list for each column, of the same length. Gives how many."""
    return connection.execute(read_statement("staff/upsert"), values).rowcount
