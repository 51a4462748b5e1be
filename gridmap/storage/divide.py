"""What the division of a village needs from the database, and its grids in a draft."""

from dataclasses import dataclass

import numpy as np
import shapely
from psycopg.rows import class_row

from gridmap.domain.areas import GenerationId
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class VillageRow:
    """A village of the current generation; `shape` is WKB in EPSG:4490."""

    id: int
    generation_id: int
    code: str
    name: str
    kind: str
    shape: bytes


@dataclass(frozen=True)
class GridRow:
    """A large or small grid of today; `shape` is WKB in EPSG:4490."""

    id: int
    level: str
    code: str
    name: str
    parent_code: str | None
    team_secretary: bool | None
    team_worker: bool | None
    team_assistants: int | None
    shape: bytes


@dataclass(frozen=True)
class AddressRow:
    """An address in CGCS2000 degrees."""

    id: int
    households: int
    hamlet: str
    lon: float
    lat: float


@dataclass(frozen=True)
class BarrierRow:
    """A road or river; `shape` is WKB in EPSG:4490."""

    kind: str
    class_name: str
    name: str
    shape: bytes


def find_village(connection: Connection, *, code: str | None = None, area_id: int | None = None) -> VillageRow | None:
    """Find a village of the current generation by its code, or the one that an area is or lies in."""
    with connection.cursor(row_factory=class_row(VillageRow), binary=True) as cursor:
        return cursor.execute(read_statement("divide/find_village"), {"code": code, "id": area_id}).fetchone()


def list_village_codes(connection: Connection, code: str) -> list[str]:
    """List the codes of the villages at or below an area of the current generation."""
    rows = connection.execute(read_statement("divide/list_villages"), {"code": code}).fetchall()
    return [row[0] for row in rows]


def list_grids(connection: Connection, village_id: int) -> list[GridRow]:
    """List the large and small grids of a village by level and code."""
    with connection.cursor(row_factory=class_row(GridRow), binary=True) as cursor:
        return cursor.execute(read_statement("divide/list_grids"), {"id": village_id}).fetchall()


def list_neighbour_grids(
    connection: Connection, village_id: int, generation: GenerationId, *, own: list[str]
) -> list[tuple[str, shapely.Geometry]]:
    """List code and shape of the small grids of a generation that touch a village and are none of its `own`."""
    values = {"id": village_id, "generation_id": generation, "own": own}
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(read_statement("divide/list_neighbour_grids"), values).fetchall()
    shapes = shapely.from_wkb(np.array([row[1] for row in rows], dtype=object))
    return [(row[0], shape) for row, shape in zip(rows, shapes, strict=True)]


def list_addresses(connection: Connection, village_id: int) -> list[AddressRow]:
    """List the addresses that a village covers, by id."""
    with connection.cursor(row_factory=class_row(AddressRow), binary=True) as cursor:
        return cursor.execute(read_statement("divide/list_addresses"), {"id": village_id}).fetchall()


def list_barriers(connection: Connection, village_id: int) -> list[BarrierRow]:
    """List the roads and rivers that reach a village."""
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(read_statement("divide/list_barriers"), {"id": village_id}).fetchall()
    return [BarrierRow(*row) for row in rows]


def delete_small_grids(
    connection: Connection, generation: GenerationId, *, codes: list[str], parents: list[str]
) -> list[str]:
    """Delete small grids of a draft, those of some codes and those below some parents, and give their codes."""
    values = {"generation_id": generation, "codes": codes, "parents": parents}
    return [row[0] for row in connection.execute(read_statement("divide/delete_grids"), values).fetchall()]


def update_shape(connection: Connection, generation: GenerationId, code: str, shape: shapely.Geometry) -> None:
    """Set the polygon (EPSG:4490) of a small grid of a draft."""
    values = {"generation_id": generation, "code": code, "shape": shapely.to_wkb(shape)}
    connection.execute(read_statement("divide/update_shape"), values)


def update_special_parents(
    connection: Connection, generation: GenerationId, *, old_codes: list[str], codes: list[str]
) -> int:
    """Give special grids of former grids the new grid that they lie in, and give their number."""
    values = {"generation_id": generation, "old_codes": old_codes, "codes": codes}
    return connection.execute(read_statement("divide/update_special_parents"), values).rowcount
