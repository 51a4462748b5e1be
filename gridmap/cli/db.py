"""`gridmap db`: the database itself."""

import os
import signal
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from gridmap.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    db_app = typer.Typer(help="The database: bring it up to date, look at it, start and stop it.", no_args_is_help=True)
    for command in (migrate, status, prune, psql, start, stop, destroy):
        db_app.command()(command)
    app.add_typer(db_app, name="db")


def migrate() -> None:
    """Bring the tables to this version, and the published years of the working calendar into them."""
    from gridmap.services.calendar import seed_calendar
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database
    from gridmap.storage.migrate import migrate as apply_migrations

    console = Console()
    with open_database(read_settings()) as database:
        with database.connect() as connection:
            done = apply_migrations(
                connection, progress=lambda migration: console.print(f"{migration.number:04d} {migration.name}")
            )
        seed_calendar(database)
        console.print(f"{len(done)} applied, the database is up to date ({database.where}).", soft_wrap=True)


def status() -> None:
    """Show the server and which migrations were applied."""
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database
    from gridmap.storage.migrate import migration_status

    console = Console()
    with open_database(read_settings()) as database, database.connect(autocommit=True) as connection:
        row = connection.execute(
            """
            SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database())),
                (SELECT extversion FROM pg_extension WHERE extname = 'postgis')
            """
        ).fetchone()
        assert row is not None  # noqa: S101  an aggregate-free SELECT without FROM has one row
        console.print(f"database   {database.where}", soft_wrap=True)
        console.print(f"PostgreSQL {row[0]}, PostGIS {row[2] or 'not yet installed'}, {row[1]}", soft_wrap=True)
        found = migration_status(connection)
        table = Table("number", "name", "applied (UTC)")
        for record in found.applied:
            table.add_row(f"{record.number:04d}", record.name, f"{record.applied_at:%Y-%m-%d %H:%M:%S}")
        for migration in found.pending:
            table.add_row(f"{migration.number:04d}", migration.name, "pending: gridmap db migrate")
        console.print(table)


def prune(
    *,
    days: Annotated[int, typer.Option(help="Keep the changes of so many days.", min=1, max=36500)] = 7,
) -> None:
    """Delete old changes from the outbox, as a server does every day. Incidents and their history stay."""
    from gridmap.services.incidents import prune_outbox
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        deleted = prune_outbox(database, kept=timedelta(days=days))
        Console().print(f"{deleted} changes deleted, those of the last {days} days are kept.")


def psql(
    arguments: Annotated[list[str] | None, typer.Argument(help="Arguments of psql, after --.")] = None,
) -> None:
    """Open psql on the database, or run it with the arguments after --."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    from gridmap.errors import NotFoundError
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database
    from gridmap.storage.server.binaries import find_psql

    settings = read_settings()
    with open_database(settings) as database:
        program = find_psql(settings.postgres_bin_dir)
        if program is None:
            raise NotFoundError("psql was not found. Install it: apt-get install postgresql-client.")
        # The password travels in the environment: arguments can be read by every user of the machine.
        parts = conninfo_to_dict(database.conninfo)
        password = parts.pop("password", None)
        environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
        former = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to psql
        try:
            conninfo = make_conninfo("", **parts)
            done = subprocess.run(
                [program, "--dbname", conninfo, *(arguments or [])],
                env=environment,
                check=False,
                preexec_fn=_take_signals_back,
            )
        finally:
            signal.signal(signal.SIGINT, former)
    raise typer.Exit(done.returncode)


def start() -> None:
    """Start the private server and let it run until `gridmap db stop`."""
    from gridmap.storage.server import open_private_server

    settings = _read_private_settings()
    with open_private_server(settings.var_dir, bin_dir=settings.postgres_bin_dir) as server:
        server.keep()
        running = server.find_running()
        if running is not None:
            Console().print(f"running: process {running.pid}, socket in {running.socket_dir}", soft_wrap=True)


def stop(*, force: Annotated[bool, typer.Option("--force", help="Also when other programs use it.")] = False) -> None:
    """Stop the private server."""
    from gridmap.errors import ConflictError
    from gridmap.storage.server import PrivateServer

    server = PrivateServer(_read_private_settings().var_dir)
    if server.find_running() is None:
        server.stop()  # forgets `db start` as well
        Console().print("not running")
        return
    if server.is_used() and not force:
        raise ConflictError("Other programs use the database server. End them, or stop it with --force.")
    server.stop()
    Console().print("stopped")


def destroy(*, yes: Annotated[bool, typer.Option("--yes", help="Remove all data without asking.")] = False) -> None:
    """Remove the private database with all its data."""
    from gridmap.storage.server import PrivateServer

    server = PrivateServer(_read_private_settings().var_dir)
    if not yes:
        typer.confirm(f"Remove the database in {server.place.home} with all its data?", abort=True)
    server.destroy()
    Console().print(f"removed {server.place.home}", soft_wrap=True)


def _read_private_settings() -> "Settings":
    from gridmap.errors import InputError
    from gridmap.settings import read_settings

    settings = read_settings()
    if settings.database_url is not None:
        raise InputError("GRIDMAP_DATABASE_URL names a server of your own: this command is for the private server.")
    return settings


def _take_signals_back() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
