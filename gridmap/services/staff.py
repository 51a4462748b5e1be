"""The people who act: brought in from a file, and listed."""

import logging
from pathlib import Path

import pandas as pd

from gridmap.domain.cells import make_text
from gridmap.domain.staff_rows import STAFF_COLUMNS, list_staff_faults, read_flag
from gridmap.errors import InputError
from gridmap.services.transaction import transaction
from gridmap.storage import staff as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.tables import read_table
from gridmap.storage.staff import StaffMember

__all__ = ["StaffMember", "import_staff", "list_staff", "store_staff"]

logger = logging.getLogger(__name__)


def import_staff(database: Database, path: Path) -> int:
    """Read a table of staff and store it by code; all rows, or none. Who is not in it stays.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        Naming every fault of every row.
    """
    table = read_table(path)
    with transaction(database) as connection:
        count = store_staff(connection, table, source=path.name)
    logger.info("%d people stored", count)
    return count


def store_staff(connection: Connection, table: pd.DataFrame, *, source: str) -> int:
    """Store staff by code in the caller's transaction; raises InputError as `import_staff`."""
    faults = list_staff_faults(table, storage.list_unit_codes(connection))
    if faults:
        raise InputError(f"{source}: {'; '.join(faults)}. Nothing was stored: correct these rows.")
    values: dict[str, list[object]] = {
        name: [make_text(cell) for cell in table[name]] if name in table else [""] * len(table)
        for name in STAFF_COLUMNS
    }
    values["is_active"] = [read_flag(cell) for cell in values["is_active"]]
    return storage.upsert_staff(connection, values)


def list_staff(database: Database) -> list[StaffMember]:
    """List the staff, those of the command centre first."""
    with transaction(database) as connection:
        return storage.list_staff(connection)
