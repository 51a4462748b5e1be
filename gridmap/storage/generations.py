"""Generations of boundaries: the draft, the current one, and the step from one to the other."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from gridmap.domain.areas import GenerationId
from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.routing import update_routing
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Generation:
    """One generation: valid from `valid_from` up to, not including, `valid_to`; a draft was not published."""

    id: GenerationId
    name: str
    valid_from: date | None
    valid_to: date | None
    published_at: datetime | None
    is_current: bool
    areas: int


def list_generations(connection: Connection) -> list[Generation]:
    """List all generations, the oldest first and the draft last."""
    with connection.cursor(row_factory=class_row(Generation)) as cursor:
        return cursor.execute(read_statement("generations/list")).fetchall()


def find_current_generation(connection: Connection) -> GenerationId | None:
    """Find the published generation that is valid now; None before the first was published."""
    row = connection.execute(read_statement("generations/find_current")).fetchone()
    return None if row is None or row[0] is None else GenerationId(row[0])


def find_draft(connection: Connection) -> GenerationId | None:
    """Find the draft; None when there is none."""
    row = connection.execute(read_statement("generations/find_draft")).fetchone()
    return None if row is None else GenerationId(row[0])


def lock_generations(connection: Connection) -> None:
    """Let other writers of generations wait until the transaction ends; readers go on."""
    connection.execute(read_statement("generations/lock"))


def insert_draft(connection: Connection, *, name: str, copy_of: GenerationId | None) -> GenerationId:
    """Insert a draft, as a copy of the areas of another generation, or empty."""
    row = connection.execute(read_statement("generations/insert_draft"), {"name": name}).fetchone()
    assert row is not None  # noqa: S101 -- INSERT ... RETURNING of one row
    if copy_of is not None:
        connection.execute(read_statement("generations/copy_areas"), {"source": copy_of, "target": row[0]})
    return GenerationId(row[0])


def delete_draft(connection: Connection, generation: GenerationId) -> bool:
    """Delete a draft with its areas, and tell whether it was there; a published generation is never deleted."""
    return connection.execute(read_statement("generations/delete_draft"), {"id": generation}).rowcount > 0


def update_draft_name(connection: Connection, generation: GenerationId, *, name: str) -> None:
    """Give the draft another name."""
    connection.execute(read_statement("generations/update_name"), {"id": generation, "name": name})


def is_generation_name_taken(connection: Connection, name: str) -> bool:
    """Tell whether a generation has this name."""
    row = connection.execute(read_statement("generations/is_name_taken"), {"name": name}).fetchone()
    return bool(row and row[0])


def find_newest_valid_from(connection: Connection) -> date | None:
    """Find the first day of the newest published generation."""
    row = connection.execute(read_statement("generations/find_newest_valid_from")).fetchone()
    return None if row is None else row[0]


def find_today(connection: Connection) -> date:
    """Find today's date in the county's zone."""
    row = connection.execute(read_statement("generations/find_today")).fetchone()
    assert row is not None  # noqa: S101 -- a SELECT of a scalar
    today: date = row[0]
    return today


def update_published(connection: Connection, generation: GenerationId, *, valid_from: date) -> None:
    """Publish the draft, end the generation before it on that day, number the change and announce it."""
    connection.execute(read_statement("generations/end_previous"), {"valid_from": valid_from})
    connection.execute(read_statement("generations/publish"), {"id": generation, "valid_from": valid_from})
    connection.execute(read_statement("generations/announce"), {"id": generation})


def find_measure_srid_setting(connection: Connection) -> int:
    """Find the EPSG code of the measuring zone that the database uses."""
    row = connection.execute("SELECT measure_srid()").fetchone()
    assert row is not None  # noqa: S101 -- a SELECT of a scalar
    return int(row[0])


def update_measure_srid(connection: Connection, srid: int) -> None:
    """Set the measuring zone, and measure every stored area in it again."""
    connection.execute(read_statement("generations/update_measure_srid"), {"srid": str(srid)})
    connection.execute(read_statement("generations/update_geom_m"))


def update_open_incidents(connection: Connection, *, also_placed: bool) -> int:
    """Place open incidents that have no generation yet, route those that no unit has, and give how many were placed.

    Parameters
    ----------
    also_placed
        Place all open incidents anew, in the generation of today.
    """
    statement = read_statement("generations/place_open_incidents")
    with maintenance(connection):
        placed = connection.execute(statement, {"also_placed": also_placed}).fetchall()
    update_routing(connection, [incident_id for incident_id, is_free in placed if is_free], as_reported=True)
    return len(placed)
