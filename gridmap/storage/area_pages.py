"""What is known of one area: its place in the chain, who is beside it, who acts in it, what is open in it."""

from dataclasses import dataclass

from psycopg.rows import class_row

from gridmap.domain.areas import AreaId
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class AreaFacts:
    """The row of an area; `lon`, `lat` (CGCS2000) are a point inside, `area_m2` is its size in the measuring zone."""

    id: AreaId
    generation_id: int
    is_current: bool
    code: str
    name: str
    level: str
    kind: str
    parent_code: str | None
    parent_code_by_geometry: str | None
    households: int | None
    team_secretary: bool | None
    team_worker: bool | None
    team_assistants: int | None
    lon: float
    lat: float
    west: float
    south: float
    east: float
    north: float
    area_m2: float


@dataclass(frozen=True)
class AreaLink:
    """Another area: enough to name it and to go there."""

    id: AreaId
    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Neighbour:
    """An area of the same level with a common border of that length in metres."""

    id: AreaId
    code: str
    name: str
    level: str
    shared_border_m: float


@dataclass(frozen=True)
class AreaJurisdiction:
    """A jurisdiction that covers the area, or a part of it: `share` of the area, 0 to 1."""

    id: int
    code: str
    name: str
    kind: str
    unit_id: int
    unit_code: str
    unit_name: str
    unit_letter: str
    unit_colour_slot: int
    share: float


@dataclass(frozen=True)
class UnitCounts:
    """Open incidents of an area led by one unit (or by none); overdue includes twice overdue, near due does not."""

    unit_id: int | None
    unit_code: str | None
    unit_name: str | None
    unit_letter: str | None
    unit_colour_slot: int | None
    open: int
    near_due: int
    overdue: int
    twice_overdue: int


@dataclass(frozen=True)
class Below:
    """What lies below an area: how many of each level, their households, and the grids whose team is not full."""

    level: str
    count: int
    households: int | None
    without_full_team: int


def find_area_id(connection: Connection, code: str, *, level: str | None) -> AreaId | None:
    """Find the area of a code in the current generation: the finest that has it, unless a level is given."""
    row = connection.execute(read_statement("areas/find_id"), {"code": code, "level": level}).fetchone()
    return None if row is None else AreaId(row[0])


def find_area_facts(connection: Connection, area_id: AreaId) -> AreaFacts | None:
    """Find the row of an area of any generation."""
    with connection.cursor(row_factory=class_row(AreaFacts)) as cursor:
        return cursor.execute(read_statement("areas/find_facts"), {"id": area_id}).fetchone()


def list_parents(connection: Connection, area_id: AreaId) -> list[AreaLink]:
    """List the chain of parents from the coarsest down to the direct one."""
    with connection.cursor(row_factory=class_row(AreaLink)) as cursor:
        return cursor.execute(read_statement("areas/list_parents"), {"id": area_id}).fetchall()


def list_children(connection: Connection, area_id: AreaId) -> list[AreaLink]:
    """List the direct children by level and code."""
    with connection.cursor(row_factory=class_row(AreaLink)) as cursor:
        return cursor.execute(read_statement("areas/list_children"), {"id": area_id}).fetchall()


def list_below(connection: Connection, area_id: AreaId) -> list[Below]:
    """List what lies below an area, from coarse to fine."""
    with connection.cursor(row_factory=class_row(Below)) as cursor:
        return cursor.execute(read_statement("areas/list_below"), {"id": area_id}).fetchall()


def list_neighbours(connection: Connection, area_id: AreaId) -> list[Neighbour]:
    """List the areas of the same level and generation with a common border, the longest first."""
    with connection.cursor(row_factory=class_row(Neighbour)) as cursor:
        return cursor.execute(read_statement("areas/list_neighbours"), {"id": area_id}).fetchall()


def list_area_jurisdictions(connection: Connection, area_id: AreaId) -> list[AreaJurisdiction]:
    """List the jurisdictions of today that cover the area or a part of it, the largest share first."""
    with connection.cursor(row_factory=class_row(AreaJurisdiction)) as cursor:
        return cursor.execute(read_statement("areas/list_jurisdictions"), {"id": area_id}).fetchall()


def list_unit_counts(connection: Connection, area_id: AreaId) -> list[UnitCounts]:
    """List the open incidents of the area and all below it by unit, the most overdue first."""
    with connection.cursor(row_factory=class_row(UnitCounts)) as cursor:
        return cursor.execute(read_statement("areas/count_by_unit"), {"id": area_id}).fetchall()


def count_recent_incidents(connection: Connection, area_id: AreaId, *, days: int) -> int:
    """Count the incidents reported in the last days (24 hours each) in the area and all below it."""
    row = connection.execute(read_statement("areas/count_recent"), {"id": area_id, "days": days}).fetchone()
    return 0 if row is None else int(row[0])
