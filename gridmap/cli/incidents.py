"""`gridmap import incidents`, `gridmap replay` and `gridmap simulate`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console

from gridmap.cli.ending import asked_to_end

if TYPE_CHECKING:
    from gridmap.storage.database import Database


Answer = TypeVar("Answer")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    from gridmap.cli import import_app

    import_app.command("incidents")(import_incidents)
    app.command()(replay)
    app.command()(simulate)


def import_incidents(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet, GeoPackage or GeoJSON.")],
    *,
    profile: Annotated[Path, typer.Option(help="How its columns become incidents: a TOML file as in data/profiles/.")],
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused rows go; without it rejects/ in the var folder.")
    ] = None,
) -> None:
    """Import recorded incidents. Run again after an interruption: what is stored is recognised by its key."""
    from gridmap.services.import_incidents import ImportTotals
    from gridmap.services.import_incidents import import_incidents as run
    from gridmap.settings import read_settings

    settings = read_settings()
    rejects_path = rejects or settings.var_dir / "rejects" / f"{file.stem}.rejects.csv"
    console = Console()

    def show(totals: ImportTotals) -> None:
        if console.is_terminal:
            console.print(f"{totals.read:,} rows read", end="\r")

    totals = _with_database(lambda database: run(database, file, profile, rejects_path=rejects_path, progress=show))
    console.print(
        f"{totals.read} read = {totals.inserted} inserted + {totals.repeated} repeated + {totals.rejected} rejected",
        soft_wrap=True,
        highlight=False,
    )
    if totals.judged:
        differing = f"; not in rows {', '.join(map(str, totals.differing))}" if totals.differing else ""
        console.print(
            f"{totals.agreed} of {totals.judged} closed in time or overdue as the source says{differing}",
            soft_wrap=True,
            highlight=False,
        )
    if totals.rejected:
        console.print(f"Refused rows with their reasons: {rejects_path}", soft_wrap=True, highlight=False)


def replay(
    file: Annotated[Path, typer.Argument(help="A file as import incidents reads it.")],
    *,
    profile: Annotated[Path, typer.Option(help="Its profile.")],
    speed: Annotated[float, typer.Option(help="How many times faster than recorded.")] = 600,
) -> None:
    """Feed recorded incidents live, with their own spacing divided by the speed. Ctrl-C ends it."""
    from gridmap.services.replay import ReplayTotals, run_replay

    console = Console()

    def show(totals: ReplayTotals) -> None:
        if console.is_terminal:
            console.print(f"{totals.reported:,} reported, {totals.closed:,} closed", end="\r")

    def run(database: "Database") -> tuple[ReplayTotals, int | None]:
        with asked_to_end() as asked:
            totals = run_replay(database, file, profile, speed=speed, stop=asked.event, progress=show)
        return totals, asked.number

    totals, number = _with_database(run)
    console.print(
        f"{totals.read} read, {totals.rejected} rejected, {totals.reported} reported, {totals.closed} closed",
        soft_wrap=True,
        highlight=False,
    )
    if number is not None:
        raise typer.Exit(128 + number)


def simulate(
    *,
    rate: Annotated[float, typer.Option(help="New incidents per minute.")] = 5,
    seed: Annotated[int | None, typer.Option(help="Seed of what is drawn.")] = None,
) -> None:
    """Invent incidents for the demonstration and move the open ones on. Ctrl-C ends it."""
    from gridmap.services.simulate import run_simulation

    console = Console()
    console.print(f"Simulating {rate:g} incidents a minute; Ctrl-C ends it.")

    def run(database: "Database") -> int | None:
        with asked_to_end() as asked:
            run_simulation(database, rate=rate, stop=asked.event, seed=seed)
        return asked.number

    number = _with_database(run)
    if number is not None:
        raise typer.Exit(128 + number)


def _with_database(act: "Callable[[Database], Answer]") -> Answer:
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        return act(database)
