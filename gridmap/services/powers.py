"""Powers of units: brought in from files, written, listed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gridmap.domain.responsibility.faults import Fault
from gridmap.domain.responsibility.powers import POWER_COLUMNS, Power, make_power_rows, read_powers
from gridmap.errors import NotFoundError
from gridmap.services.responsibility import refuse_faulty
from gridmap.storage import generations
from gridmap.storage import powers as storage
from gridmap.storage import responsibility as list_storage
from gridmap.storage import units as unit_storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.sheets import read_sheet, write_sheet

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PowersImport:
    """What became of a file: all of it is stored, or an error told why and nothing is."""

    read: int
    changed: int
    """New, or other than they were."""
    warnings: Sequence[Fault]


def import_powers(database: Database, path: Path, *, rejects: Path | None = None) -> PowersImport:
    """Read a table of powers and store them by unit, item and first day; all rows, or none.

    A power is taken back by giving it a last day.

    Raises
    ------
    InputError
        Naming every fault of every row.
    """
    sheet = read_sheet(path)
    with database.connect() as connection:
        storage.lock_powers(connection)
        reading = read_powers(
            sheet,
            unit_codes=set(unit_storage.read_units(connection)["code"]),
            item_codes=_list_item_codes(connection),
            known=storage.list_powers(connection),
        )
        refuse_faulty(sheet, reading.faults, path, rejects=rejects)
        changed = storage.upsert_powers(connection, reading.powers)
    logger.info("%d powers read, %d changed.", len(reading.powers), changed)
    return PowersImport(len(reading.powers), changed, reading.faults)


def export_powers(database: Database, path: Path) -> int:
    """Write all powers, past ones too, to a CSV or XLSX that can be imported again; gives their number."""
    with database.connect() as connection:
        powers = storage.list_powers(connection)
    write_sheet(path, POWER_COLUMNS, make_power_rows(powers), title="powers")
    return len(powers)


def list_powers(
    database: Database, *, unit_code: str | None = None, item_code: str | None = None, day: date | None = None
) -> list[Power]:
    """List powers by unit, item and first day; with a day those that hold on it.

    Raises
    ------
    NotFoundError
        If there is no such unit.
    """
    with database.connect() as connection:
        _check_unit(connection, unit_code)
        return storage.list_powers(connection, unit_code=unit_code, item_code=item_code, day=day)


def list_ending_powers(
    database: Database,
    *,
    days: int,
    unit_code: str | None = None,
    item_code: str | None = None,
    today: date | None = None,
) -> list[Power]:
    """List the powers that hold today (of the county) and end within so many days, the first to end first.

    Raises
    ------
    NotFoundError
        If there is no such unit.
    """
    with database.connect() as connection:
        _check_unit(connection, unit_code)
        day = today or generations.find_today(connection)
        found = storage.list_powers(
            connection, unit_code=unit_code, item_code=item_code, day=day, ends_until=day + timedelta(days=days)
        )
    return sorted(found, key=lambda power: (power.last_day or date.max, power.key))


def has_power(database: Database, unit_code: str, item_code: str, day: date) -> bool:
    """Tell whether a unit may handle an item on a day of the county, by the database's own rule."""
    with database.connect() as connection:
        return storage.has_power(connection, unit_code, item_code, day)


def _list_item_codes(connection: Connection) -> set[str]:
    list_id = list_storage.find_list_id(connection, generations.find_today(connection))
    return set() if list_id is None else {item.code for item in list_storage.read_items(connection, list_id)}


def _check_unit(connection: Connection, code: str | None) -> None:
    if code is not None and code not in set(unit_storage.read_units(connection)["code"]):
        raise NotFoundError("There is no unit {units}.", units=code)
