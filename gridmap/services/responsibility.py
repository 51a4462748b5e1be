"""The responsibility list: versions brought in from files, read, written, and compared."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridmap.domain.responsibility.columns import LIST_COLUMNS, TITLES, make_list_rows
from gridmap.domain.responsibility.diff import ListDiff, compare_lists
from gridmap.domain.responsibility.faults import Fault, describe_faults, has_refusal
from gridmap.domain.responsibility.item import Item, ListVersion
from gridmap.domain.responsibility.reading import ListReading, read_list
from gridmap.domain.responsibility.sheet import Sheet
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.sentence import list_texts
from gridmap.storage import generations
from gridmap.storage import responsibility as storage
from gridmap.storage import units as unit_storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.atomic import check_writable
from gridmap.storage.files.sheets import read_sheet, write_fault_rows, write_sheet

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ListImport:
    """What became of a file: all of it is a new version, or an error told why and nothing is."""

    version: ListVersion
    duties: int
    warnings: Sequence[Fault]
    earlier_incidents: int
    """Reported since its first day and kept under the version that they came under."""


def import_items(
    database: Database,
    path: Path,
    *,
    name: str | None = None,
    effective_from: date | None = None,
    rejects: Path | None = None,
) -> ListImport:
    """Read a responsibility list and store it as a new version.

    Parameters
    ----------
    name
        Of the version; the file's name without it.
    effective_from
        First day of the version, in the county's zone; today without it.
    rejects
        Where the faults are written when the file is refused; beside it without one.

    Raises
    ------
    InputError
        Naming every fault of every row.
    ConflictError
        If a version of that name or of that day exists.
    """
    sheet = read_sheet(path, titles=TITLES)
    with database.connect() as connection:
        reading = check_list(connection, sheet, path, rejects=rejects)
        first_day = effective_from or generations.find_today(connection)
        called = name or path.stem
        list_id = store_items(connection, reading.items, name=called, effective_from=first_day, source=path.name)
        version = next(one for one in storage.list_versions(connection) if one.id == list_id)
        earlier = storage.count_earlier_incidents(connection, list_id)
        unit_storage.announce_units(connection)
    logger.info("Responsibility list %s: %d items from %s.", version.name, version.item_count, first_day)
    duties = sum(len(party.duties) for item in reading.items for party in item.parties)
    return ListImport(version, duties, reading.faults, earlier)


def check_list(connection: Connection, sheet: Sheet, path: Path, *, rejects: Path | None = None) -> ListReading:
    """Make the items of a sheet, or refuse it.

    Raises
    ------
    InputError
        Naming every fault, and the file that holds them all.
    """
    reading = read_list(sheet, unit_types=set(unit_storage.read_units(connection)["unit_type"]))
    refuse_faulty(sheet, reading.faults, path, rejects=rejects)
    return reading


def refuse_faulty(sheet: Sheet, faults: Sequence[Fault], path: Path, *, rejects: Path | None) -> None:
    """Write the faults to a file and raise when one of them refuses the sheet.

    Raises
    ------
    InputError
        Naming the faults and the file.
    """
    if not has_refusal(faults):
        return
    target = rejects or path.with_suffix(".rejects.csv")
    try:
        check_writable(target, sources=[path])
        write_fault_rows(target, sheet, faults)
        written = f"All of them, with their rows: {target}"
    except InputError as error:
        written = f"They could not be written to a file: {error}"
    raise InputError(f"{describe_faults(faults, path.name)}\n{written}")


def store_items(connection: Connection, items: Sequence[Item], *, name: str, effective_from: date, source: str) -> int:
    """Store items that were checked as a version, and give its id.

    Raises
    ------
    ConflictError
        If a version of that name or of that day exists.
    """
    storage.lock_lists(connection)
    for one in storage.list_versions(connection):
        if one.name == name:
            raise ConflictError(
                f"There is a responsibility list named {name}, effective from {one.effective_from}: a version never "
                "changes, give another --name."
            )
        if one.effective_from == effective_from:
            raise ConflictError(
                f"The responsibility list {one.name} is effective from {effective_from} already: a version never "
                "changes, give another --effective-from."
            )
    return storage.insert_list(connection, items, name=name, effective_from=effective_from, source=source)


def list_versions(database: Database) -> list[ListVersion]:
    """List the versions by their first day."""
    with database.connect() as connection:
        return storage.list_versions(connection)


def read_version(
    database: Database, *, name: str | None = None, day: date | None = None
) -> tuple[ListVersion, tuple[Item, ...]]:
    """Read a version with its items: the one of a name, or of a day, else today's.

    Raises
    ------
    NotFoundError
        If there is no version of that name, or none at all.
    """
    with database.connect() as connection:
        version = _find_version(connection, name=name, day=day)
        return version, storage.read_items(connection, version.id)


def find_item(database: Database, code: str, *, name: str | None = None, day: date | None = None) -> Item:
    """Find an item of a version by its code.

    Raises
    ------
    NotFoundError
        If the version has no such item.
    """
    version, items = read_version(database, name=name, day=day)
    for item in items:
        if item.code == code:
            return item
    raise NotFoundError("The responsibility list {list} has no item {item}.", list=version.name, item=code)


def export_items(database: Database, path: Path, *, name: str | None = None, day: date | None = None) -> int:
    """Write a version to a CSV or XLSX that can be imported again, and give the number of its items."""
    version, items = read_version(database, name=name, day=day)
    write_sheet(path, LIST_COLUMNS, make_list_rows(items), title="list")
    logger.info("Responsibility list %s written.", version.name)
    return len(items)


def compare_versions(database: Database, old: str, new: str) -> ListDiff:
    """Compare two versions by their names.

    Raises
    ------
    NotFoundError
        If there is no version of one of the names.
    """
    with database.connect() as connection:
        before, after = (_find_version(connection, name=name) for name in (old, new))
        return compare_lists(storage.read_items(connection, before.id), storage.read_items(connection, after.id))


def _find_version(connection: Connection, *, name: str | None = None, day: date | None = None) -> ListVersion:
    if name is not None and day is not None:
        raise InputError("Name a version or a day, not both.")
    versions = storage.list_versions(connection)
    if name is None:
        list_id = storage.find_list_id(connection, day or generations.find_today(connection))
        found = [version for version in versions if version.id == list_id]
    else:
        found = [version for version in versions if version.name == name]
    if not found:
        there = list_texts([version.name for version in versions] or ["none"])
        if name is None:
            raise NotFoundError("There is no version of the responsibility list; there are: {names}.", names=there)
        raise NotFoundError(
            "There is no version {name} of the responsibility list; there are: {names}.", name=name, names=there
        )
    return found[0]
