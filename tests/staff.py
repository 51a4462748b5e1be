"""Staff of the small county: each role of the command centre, two of the enforcement bureau, one of each other unit."""

from psycopg import Connection
from psycopg.rows import TupleRow

from tests.county import TOWNSHIPS

# code, role, code of the unit, code of the area
STAFF = (
    ("op", "operator", None, ""),
    ("di", "dispatcher", None, ""),
    ("ve", "verifier", None, ""),
    ("su", "supervisor", None, ""),
    ("di-t2", "dispatcher", None, TOWNSHIPS[1]),
    ("enf-1", "handler", "U-ENF", ""),
    ("enf-2", "handler", "U-ENF", ""),
    ("enf-lead", "unit_lead", "U-ENF", ""),
    ("pol-1", "handler", "U-POL", ""),
    ("t1-worker", "grid_worker", "U-T01", TOWNSHIPS[0]),
    ("t1", "township", "U-T01", TOWNSHIPS[0]),
    ("t2", "township", "U-T02", TOWNSHIPS[1]),
    ("re", "reporter", None, ""),
)


def insert_staff(connection: Connection[TupleRow]) -> None:
    """Insert them; never commits."""
    for code, role, unit, area in STAFF:
        connection.execute(
            "INSERT INTO gridmap.staff (code, role, unit_id, area_code) "
            "VALUES (%s, %s, (SELECT id FROM gridmap.unit WHERE code = %s::text), %s)",
            [code, role, unit, area],
        )


def find_unit_id(connection: Connection[TupleRow], code: str) -> int:
    """Find a unit's id."""
    row = connection.execute("SELECT id FROM gridmap.unit WHERE code = %s", [code]).fetchone()
    assert row is not None
    return int(row[0])
