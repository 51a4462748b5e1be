"""The doctor: is all in order on this machine and in the database, and if not, what is to be done."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import psycopg

from gridmap.errors import DatabaseError, GridMapError
from gridmap.services.health import find_calendar_warning
from gridmap.services.incidents import OUTBOX_KEPT
from gridmap.storage import calendar as calendar_storage
from gridmap.storage import doctor as storage
from gridmap.storage.database import Connection, Database, DatabaseSettings, open_database
from gridmap.storage.fonts import find_chinese_font
from gridmap.storage.migrate import migration_status
from gridmap.storage.server import PrivateServer

LEAST_FREE_BYTES = 1_000_000_000
"""Below it the database may stop any day: its journal alone takes up to this much."""
LOW_FREE_BYTES = 5_000_000_000


class State(StrEnum):
    """How one thing is, from best to worst."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and what to do ("" when nothing is)."""

    check: str
    state: State
    text: str
    todo: str = ""


def examine(settings: DatabaseSettings, *, timezone: str, now: datetime | None = None) -> list[Finding]:
    """Look at everything; what can't be looked at is a fault, and no fault hides the lines of the others.

    A private server that stands still is started for the time of the look; one that was never made is not made.

    Parameters
    ----------
    timezone
        The zone of the process (GRIDMAP_TIMEZONE), to be compared with the county's in the database.
    """
    at = now or datetime.now(UTC)
    findings = [check_font(find_chinese_font())]
    is_private = settings.database_url is None
    if is_private:
        try:
            server = PrivateServer(settings.var_dir, bin_dir=settings.postgres_bin_dir)
            finding = check_private_server(server)
        except GridMapError as error:
            return [*findings, Finding("private server", State.FAULT, str(error), "See docs/operations.md.")]
        findings += [check_disk_room(server.place.home), finding]
        if finding.state is State.WARNING:
            return findings
    else:
        findings += [
            check_disk_room(settings.var_dir),
            Finding("private server", State.OK, "not used: GRIDMAP_DATABASE_URL names a server"),
        ]
    try:
        with open_database(settings) as database:
            findings += examine_database(database, timezone=timezone, now=at)
    except GridMapError as error:
        findings.append(Finding("database", State.FAULT, str(error), "Start the server, or correct the address."))
    return findings


def examine_database(database: Database, *, timezone: str, now: datetime) -> list[Finding]:
    """Look at the database alone.

    Raises
    ------
    DatabaseError
        If it does not answer.
    """
    try:
        with database.connect(autocommit=True) as connection:
            pending = _check_migrations(connection, is_private=database.is_private)
            if pending.state is not State.OK:
                return [Finding("database", State.OK, f"answers ({database.where})"), pending]
            return [*_check_content(connection, database, timezone=timezone, now=now), pending]
    except psycopg.Error as error:
        raise DatabaseError(f"The database was lost or refused: {str(error).strip()}.") from error


def find_worst(findings: list[Finding]) -> State:
    """Find the worst state."""
    states = [finding.state for finding in findings]
    return max(states, key=list(State).index, default=State.OK)


def check_font(family: str | None) -> Finding:
    """Judge what was found of Chinese fonts."""
    if family is not None:
        return Finding("fonts", State.OK, f"Chinese can be drawn on this machine ({family})")
    text = "no font with Chinese characters on this machine: a browser here shows boxes"
    return Finding("fonts", State.WARNING, text, "Install one: apt-get install fonts-noto-cjk.")


def check_disk_room(folder: Path, *, free_bytes: int | None = None) -> Finding:
    """Judge the room on the disk of a folder, or of the nearest one above it that exists."""
    there = next(one for one in (folder.resolve(), *folder.resolve().parents) if one.exists())
    free = shutil.disk_usage(there).free if free_bytes is None else free_bytes
    text = f"{free / 1e9:.1f} GB free in {there}"
    todo = "Make room on that disk, or move the folder with GRIDMAP_VAR_DIR."
    if free < LEAST_FREE_BYTES:
        return Finding("disk", State.FAULT, text, todo)
    return Finding("disk", State.WARNING, text, todo) if free < LOW_FREE_BYTES else Finding("disk", State.OK, text)


def check_private_server(server: PrivateServer) -> Finding:
    """Judge the private server; a warning means that there is none yet."""
    running = server.find_running()
    if running is not None:
        return Finding("private server", State.OK, f"runs, process {running.pid}, in {server.place.home}")
    if (server.place.data_dir / "PG_VERSION").exists():
        return Finding("private server", State.OK, f"stands still in {server.place.home}; the next command starts it")
    todo = "Make it: gridmap db migrate for a county of your own, gridmap demo for the demonstration."
    return Finding("private server", State.WARNING, f"there is none in {server.place.home} yet", todo)


def _check_migrations(connection: Connection, *, is_private: bool) -> Finding:
    try:
        found = migration_status(connection)
    except GridMapError as error:
        return Finding("migrations", State.FAULT, str(error), "Use the version of GridMap that made these tables.")
    if not found.pending:
        return Finding("migrations", State.OK, f"all {len(found.applied)} applied")
    text = f"{len(found.pending)} missing, the first is {found.pending[0].number:04d}_{found.pending[0].name}"
    return Finding("migrations", State.WARNING if is_private else State.FAULT, text, "Apply them: gridmap db migrate.")


def _check_content(connection: Connection, database: Database, *, timezone: str, now: datetime) -> Iterator[Finding]:
    facts = storage.read_facts(connection)
    versions = f"PostgreSQL {facts.server_version.split()[0]}, PostGIS {facts.postgis_version}"
    yield Finding(
        "database",
        State.OK,
        f"{database.where}: {versions}, {facts.size_bytes / 1e6:.0f} MB, {_count_open(facts.open_incidents)}",
    )
    clock = calendar_storage.read_clock(connection)
    yield from _check_calendar(connection, facts, zone=clock.timezone, now=now)
    same = clock.timezone == timezone
    yield Finding(
        "clock",
        State.OK if same else State.WARNING,
        f"{clock.due_convention}, office hours {clock.office_hours}, {clock.timezone}"
        + ("" if same else f"; but GRIDMAP_TIMEZONE is {timezone}"),
        "" if same else f"Set GRIDMAP_TIMEZONE={clock.timezone}, or gridmap calendar clock --timezone {timezone}.",
    )
    yield check_outbox(facts.oldest_change_at, facts.outbox_rows, now=now)
    lacking = facts.units_without_letter
    yield Finding(
        "units",
        State.WARNING if lacking or not facts.units else State.OK,
        f"{facts.units} unit{'' if facts.units == 1 else 's'}, {lacking} without a letter",
        "" if facts.units and not lacking else "Import the units: gridmap import units FILE.",
    )
    yield check_queues(storage.list_queues(connection, now=now))


def _check_calendar(
    connection: Connection, facts: storage.DatabaseFacts, *, zone: str, now: datetime
) -> Iterator[Finding]:
    known_until = calendar_storage.find_known_until(connection)
    warning = find_calendar_warning(known_until, timezone=zone, now=now)
    if known_until is None:
        yield Finding("calendar", State.FAULT, "no year is published", "gridmap db migrate brings the years known.")
    elif warning:
        text, _, todo = warning.partition(" Import it: ")
        yield Finding("calendar", State.WARNING, text, f"Import it: {todo}")
    else:
        yield Finding("calendar", State.OK, f"published until {known_until - timedelta(seconds=1):%Y-%m-%d}")
    yield Finding(
        "provisional",
        State.WARNING if facts.provisional and warning else State.OK,
        f"{facts.provisional:,} of {_count_open(facts.open_incidents)} "
        f"{'has' if facts.open_incidents == 1 else 'have'} a provisional due time",
        "They are computed anew when the year is imported." if facts.provisional else "",
    )


def check_outbox(oldest_at: datetime | None, rows: int, *, now: datetime) -> Finding:
    """Judge the age of the outbox: a server prunes it every day."""
    if oldest_at is None:
        return Finding("outbox", State.OK, "empty")
    age = now - oldest_at
    text = f"{rows:,} change{'' if rows == 1 else 's'}, the oldest {age / timedelta(days=1):.1f} days old"
    if age <= OUTBOX_KEPT + timedelta(days=1):
        return Finding("outbox", State.OK, text)
    return Finding("outbox", State.WARNING, text, "No server prunes it: gridmap db prune.")


def check_queues(queues: list[storage.QueueCount]) -> Finding:
    """Judge what waits for the command centre: a dispatch has one working day."""
    waiting, late = sum(one.waiting for one in queues), sum(one.late for one in queues)
    by_queue = f" ({', '.join(f'{one.queue} {one.waiting}' for one in queues)})" if queues else ""
    waits = "waits in a queue" if waiting == 1 else "wait in queues"
    text = f"{_count_open(waiting)} {waits}{by_queue}, {late:,} longer than one working day"
    todo = "The command centre dispatches them, or the list, units and jurisdictions lack something." if late else ""
    return Finding("queues", State.WARNING if late else State.OK, text, todo)


def _count_open(count: int) -> str:
    return f"{count:,} open incident{'' if count == 1 else 's'}"
