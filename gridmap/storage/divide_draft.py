"""What the page of divisions shows of the whole county: its places, and what the draft changes."""

from dataclasses import dataclass

from psycopg.rows import class_row

from gridmap.domain.areas import GenerationId
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class PlaceRow:
    """A county, township or village of the current generation; `shape` is WKB in EPSG:4490."""

    id: int
    level: str
    code: str
    name: str
    parent_id: int | None
    households: int
    grids: int
    shape: bytes


@dataclass(frozen=True)
class DraftVillage:
    """A village whose small grids the draft changes; households are those recorded with the grids of the draft."""

    code: str
    name: str
    township: str
    grids_before: int
    grids: int
    households_min: int
    households_max: int


@dataclass(frozen=True)
class DraftGrid:
    """A small grid of today or of the draft, with its village; households as recorded, `shape` is WKB in EPSG:4490."""

    village: str
    is_draft: bool
    code: str
    households: int
    shape: bytes


def list_places(connection: Connection) -> list[PlaceRow]:
    """List county, townships and villages, coarse ones first."""
    with connection.cursor(row_factory=class_row(PlaceRow), binary=True) as cursor:
        return cursor.execute(read_statement("divide/list_places")).fetchall()


def list_barrier_groups(connection: Connection) -> list[str]:
    """List the groups that barriers of the county are ticked by, such as `river:canal`."""
    return [f"{kind}:{name}" for kind, name in connection.execute(read_statement("divide/list_barrier_groups"))]


def list_draft_villages(connection: Connection, draft: GenerationId) -> list[DraftVillage]:
    """List the villages whose small grids differ from today's, by code."""
    with connection.cursor(row_factory=class_row(DraftVillage)) as cursor:
        return cursor.execute(read_statement("divide/list_draft_villages"), {"draft": draft}).fetchall()


def list_draft_grids(connection: Connection, draft: GenerationId, *, villages: list[str]) -> list[DraftGrid]:
    """List the small grids of some villages, today's and the draft's, by village and code."""
    with connection.cursor(row_factory=class_row(DraftGrid), binary=True) as cursor:
        return cursor.execute(
            read_statement("divide/list_draft_grids"), {"draft": draft, "villages": villages}
        ).fetchall()


def count_other_changes(connection: Connection, draft: GenerationId) -> int:
    """Count the areas of coarser levels that the draft changes."""
    row = connection.execute(read_statement("divide/count_other_changes"), {"draft": draft}).fetchone()
    assert row is not None  # noqa: S101 -- a SELECT of a count
    return int(row[0])
