"""`gridmap calendar`: the working calendar."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    calendar_app = typer.Typer(help="The working calendar: show a year, import a published one.", no_args_is_help=True)
    calendar_app.command("import")(import_year)
    calendar_app.command("show")(show_year)
    app.add_typer(calendar_app, name="calendar")


def import_year(
    file: Annotated[
        Path, typer.Argument(help='JSON: {"year", "papers": [url], "days": [{"name", "date", "isOffDay"}]}.')
    ],
) -> None:
    """Import the published calendar of a year; open incidents that it touches get their due times anew."""
    from gridmap.errors import InputError, NotFoundError
    from gridmap.services.calendar import import_calendar
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database

    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {file}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file} can't be read as JSON: {error}.") from None
    if not isinstance(document, dict):
        raise InputError(f"{file}: the document has to be an object with year and days.")
    with open_database(read_settings()) as database:
        done = import_calendar(database, document, where=file.name)
    console = Console()
    console.print(
        f"{done.year}: {done.exceptions} days that do not follow the week; {len(done.changed)} due times changed."
    )
    if done.changed:
        table = Table("incident", "due before (UTC)", "due now (UTC)", "provisional")
        for one in done.changed:
            before, after = (f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in (one.old_due_at, one.due_at))
            table.add_row(str(one.incident_id), before, after, "yes" if one.is_provisional else "no")
        console.print(table)


def show_year(year: Annotated[int, typer.Argument(help="Such as 2026.")]) -> None:
    """Show a year: its source, and every day that does not follow the week."""
    from gridmap.domain.calendar import is_weekday
    from gridmap.services.calendar import show_calendar
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database

    with open_database(read_settings()) as database:
        shown = show_calendar(database, year)
    console = Console()
    state = "published" if shown.is_published else "not published: weekdays only, due times in it are provisional"
    console.print(f"{shown.year}: {state} ({shown.source})", soft_wrap=True, highlight=False)
    console.print(f"{sum(one.is_working for one in shown.days)} working days", highlight=False)
    table = Table("day", "weekday", "", "holiday")
    for one in shown.days:
        if one.is_working != is_weekday(one.day):
            table.add_row(f"{one.day}", f"{one.day:%a}", "worked" if one.is_working else "off", one.note)
    if table.row_count:
        console.print(table)
