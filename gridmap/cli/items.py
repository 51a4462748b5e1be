"""`gridmap import items`, `gridmap items`: versions of the responsibility list."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from gridmap.domain.responsibility.diff import ListDiff
    from gridmap.domain.responsibility.dry_run import DryRun
    from gridmap.domain.responsibility.faults import Fault

FILE_HELP = "CSV or XLSX, one row a duty: code, class_name, name, level, role, unit_type, duty, ..."
REJECTS_HELP = "Where the faults go when the file is refused; FILE.rejects.csv beside it without one."


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    from gridmap.cli import import_app

    import_app.command("items")(import_list)
    items_app = typer.Typer(help="The responsibility list: its versions, what differs, what would change.")
    items_app.command("export")(export)
    items_app.command("versions")(versions)
    items_app.command("diff")(diff)
    items_app.command("dry-run")(dry_run)
    app.add_typer(items_app, name="items", no_args_is_help=True)


def import_list(
    file: Annotated[Path, typer.Argument(help=FILE_HELP)],
    *,
    name: Annotated[str | None, typer.Option(help="Of this version of the list; the file's name without it.")] = None,
    effective_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today without it.")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help=REJECTS_HELP)] = None,
) -> None:
    """Bring a version of the responsibility list in."""
    from gridmap.services.responsibility import import_items
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        day = effective_from.date() if effective_from else None
        done = import_items(database, file, name=name, effective_from=day, rejects=rejects)
    print_warnings(done.warnings)
    console = Console(soft_wrap=True)
    version = done.version
    console.print(
        f"{version.item_count} items with {done.duties} duties stored as {version.name}, from {version.effective_from}"
    )
    if done.earlier_incidents:
        console.print(f"{done.earlier_incidents} incidents reported since then keep the version that they came under")


def export(
    *,
    out: Annotated[Path, typer.Option(help="The .csv or .xlsx to write; it can be imported again.")],
    version: Annotated[str | None, typer.Option(help="Name of a version; today's without it.")] = None,
) -> None:
    """Write a version of the list, one row a duty."""
    from gridmap.services.responsibility import export_items
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        count = export_items(database, out, name=version)
    Console(soft_wrap=True).print(f"{count} items written to {out}", markup=False)


def versions() -> None:
    """List the versions by their first day."""
    from gridmap.services.responsibility import list_versions
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        found = list_versions(database)
    table = Table("name", "effective from", "items", "source", "imported (UTC)")
    for one in found:
        imported = f"{one.imported_at:%Y-%m-%d %H:%M}"
        table.add_row(one.name, str(one.effective_from), str(one.item_count), one.source, imported)
    Console().print(table)


def diff(
    old: Annotated[str, typer.Argument(help="Name of a version.")],
    new: Annotated[str, typer.Argument(help="Name of another.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what differs between two versions, field by field."""
    from gridmap.services.responsibility import compare_versions
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        found = compare_versions(database, old, new)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _print_diff(found)


def dry_run(
    file: Annotated[Path, typer.Argument(help=FILE_HELP)],
    *,
    days: Annotated[int, typer.Option(help="Incidents reported in so many last days.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write each incident that would change: .csv or .xlsx.")] = None,
    rejects: Annotated[Path | None, typer.Option(help=REJECTS_HELP)] = None,
) -> None:
    """Say what a draft of the list would change for recent incidents; stores nothing."""
    from gridmap.services.dry_run import dry_run_items, write_changed
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    columns = (TextColumn("asking the rules"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        open_ready_database(read_settings()) as database,
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("", total=None)
        found = dry_run_items(
            database,
            file,
            days=days,
            rejects=rejects,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if out is not None:
        write_changed(out, found)
    if as_json:
        typer.echo(json.dumps(_make_summary(found), ensure_ascii=False, indent=2))
    else:
        _print_dry_run(found, out)


def print_warnings(warnings: Iterable["Fault"]) -> None:
    """Print the warnings of a file that was taken, on standard error."""
    errors = Console(stderr=True, soft_wrap=True)
    for fault in warnings:
        errors.print(f"warning: {fault}", markup=False)


def _print_diff(found: "ListDiff") -> None:
    console = Console(soft_wrap=True)
    if found.is_empty:
        console.print("nothing differs")
    for sign, style, items in (("+", "green", found.added), ("-", "red", found.removed)):
        for item in items:
            console.print(f"{sign} {item.code} {item.name}", style=style, markup=False)
    for change in found.changed:
        console.print(f"~ {change.item.code} {change.item.name}", style="yellow", markup=False)
        for field in change.changes:
            console.print(f"    {field.field}: {field.old or '(none)'} -> {field.new or '(none)'}", markup=False)
    console.print(f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed")


def _make_summary(found: "DryRun") -> dict[str, object]:
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "incidents": found.incidents,
        "changed": len(found.changed),
        "moved": found.moved,
        "queued": found.queued,
        "differing_already": found.differing_already,
        "due_earlier": found.earlier,
        "due_later": found.later,
        "moves": [asdict(move) for move in found.count_moves()],
    }


def _print_dry_run(found: "DryRun", out: Path | None) -> None:
    console = Console(soft_wrap=True)
    moves = found.count_moves()
    if moves:
        table = Table("item", "from", "to", "incidents")
        for move in moves[:50]:
            table.add_row(move.item_code, move.old.replace("[", "\\["), move.new.replace("[", "\\["), str(move.count))
        console.print(table)
    if len(moves) > 50:
        console.print(f"and {len(moves) - 50} more kinds of move; --json lists all")
    console.print(
        f"{found.incidents} incidents from {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}: {found.moved} would go "
        f"elsewhere ({found.queued} to a queue), {found.earlier} would be due earlier, {found.later} later"
    )
    if found.differing_already:
        console.print(
            f"{found.differing_already} more have another unit than the rules say, with this list as with the present "
            "one: they were given by hand, or units changed since"
        )
    if out is not None:
        console.print(f"each of them: {out}", markup=False)
    console.print("nothing was stored")
