"""Units with what is open with them: apart from `units`, so that a server that only counts loads no data frames."""

from dataclasses import dataclass

from psycopg.rows import class_row

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class UnitRow:
    """A unit and the open incidents that it leads now; overdue includes twice overdue, near due does not."""

    id: int
    code: str
    name: str
    short_name: str
    letter: str
    unit_type: str
    level: str
    township_code: str
    telephone: str
    colour_slot: int
    open: int
    near_due: int
    overdue: int
    twice_overdue: int


def list_units_with_counts(connection: Connection) -> list[UnitRow]:
    """List all units by colour slot with their counts at this instant."""
    with connection.cursor(row_factory=class_row(UnitRow)) as cursor:
        return cursor.execute(read_statement("units/list_with_counts")).fetchall()
