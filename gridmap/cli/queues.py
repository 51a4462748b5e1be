"""`gridmap queues` and `gridmap reroute`: what waits where no unit may lead."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.cli.instants import show_instant


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(queues)
    app.command()(reroute)


def queues(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON: queues and items.")] = False) -> None:
    """Show the queues of the command centre: how many wait, since when, by item."""
    from gridmap.services.queues import list_queues
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    settings = read_settings()
    with open_ready_database(settings) as database:
        found = list_queues(database)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1, default=str))
        return
    table = Table("queue", "incidents", "overdue", "oldest", "items")
    for one in found.queues:
        items = [part for part in found.items if part.queue == one.queue]
        named = [f"{part.item_code or 'none'} {part.item_name or ''}".strip() + f" ×{part.count}" for part in items[:3]]
        more = [f"+{len(items) - 3}"] if len(items) > 3 else []
        oldest = show_instant(one.oldest_at, settings.timezone)
        table.add_row(one.queue, str(one.count), str(one.overdue), oldest, ", ".join(named + more))
    _make_console().print(table)


def reroute(
    *,
    queue: Annotated[str, typer.Option(help="Its name, as gridmap queues shows it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Rows of the table; 0 for all.")] = 50,
) -> None:
    """Route what waits in a queue anew, by the list, jurisdictions and powers of today. Others keep their lead."""
    from gridmap.services.queues import reroute_queue
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        done = reroute_queue(database, queue, is_dry_run=dry_run)
    table = Table("incident", "item", "unit or queue now", "rule")
    for one in done.changed if limit == 0 else done.changed[:limit]:
        now = one.to_queue or f"{one.unit_name} ({one.unit_code})"
        table.add_row(str(one.incident_id), one.item_code or "-", now, one.rule)
    console = _make_console()
    would = "would be routed" if done.is_dry_run else "routed"
    console.print(f"{queue}: {len(done.changed)} of {done.looked_at} incidents {would} anew", highlight=False)
    if table.row_count:
        console.print(table)


def _make_console() -> Console:
    console = Console()
    # A file or a pipe has no width of its own, and 80 columns would break every cell.
    return console if console.is_terminal else Console(width=200)
