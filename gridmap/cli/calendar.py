"""`gridmap calendar`: the working calendar."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.cli.instants import show_instant

if TYPE_CHECKING:
    from gridmap.storage.calendar import ChangedDueTime


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    calendar_app = typer.Typer(
        help="The working calendar: show a year, import a published one, set how limits are counted.",
        no_args_is_help=True,
    )
    calendar_app.command("import")(import_year)
    calendar_app.command("show")(show_year)
    calendar_app.command("clock")(set_clock)
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
    settings = read_settings()
    with open_database(settings) as database:
        done = import_calendar(database, document, where=file.name)
    console = Console()
    console.print(
        f"{done.year}: {done.exceptions} days that do not follow the week; {len(done.changed)} due times changed."
    )
    _show_changed(console, done.changed, timezone=settings.timezone)


def set_clock(
    *,
    hours: Annotated[
        str | None,
        typer.Option(
            help="Office hours: 08:30-17:00, or 08:30-12:00,13:30-17:30; 00:00-24:00 is the whole working day."
        ),
    ] = None,
    convention: Annotated[str | None, typer.Option(help="running-clock, same-clock-time or civil-code.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="RULE=CHOICE that differs from the convention; see docs/clocks.md.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Asia/Shanghai.")] = None,
) -> None:
    """Show how the limits of incidents are counted, or change it; open incidents get their due times anew."""
    from gridmap.services.clock import change_county_clock, read_county_clock
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    console = Console()
    settings = read_settings()
    with open_ready_database(settings) as database:
        if hours is None and convention is None and not rule and timezone is None:
            clock, changed = read_county_clock(database), None
        else:
            done = change_county_clock(
                database, hours=hours, convention=convention, rules=rule or (), timezone=timezone
            )
            clock, changed = done.clock, done.changed
    for name, value in (
        ("office hours", f"{clock.hours} ({clock.hours.length_s / 3600:g} h a working day)"),
        ("convention", " ".join([clock.convention_name, *clock.rules])),
        ("time zone", clock.timezone),
    ):
        console.print(f"{name:13}{value}", soft_wrap=True, highlight=False)
    if changed is not None:
        console.print(f"{len(changed)} due times of open incidents changed.", highlight=False)
        _show_changed(console, changed, timezone=clock.timezone)


def show_year(year: Annotated[int, typer.Argument(help="Such as 2026.")]) -> None:
    """Show a year: its source, and every day that does not follow the week."""
    from gridmap.domain.calendar import is_weekday
    from gridmap.services.calendar import show_calendar
    from gridmap.settings import read_settings
    from gridmap.storage.database import open_database

    with open_database(read_settings()) as database:
        shown = show_calendar(database, year)
    console = Console()
    unpublished = "not published: weekdays only, due times in it are provisional"
    state = f"published ({shown.source})" if shown.is_published else unpublished
    console.print(f"{shown.year}: {state}", soft_wrap=True, highlight=False)
    console.print(f"{sum(one.is_working for one in shown.days)} working days", highlight=False)
    table = Table("day", "weekday", "", "holiday")
    for one in shown.days:
        if one.is_working != is_weekday(one.day):
            table.add_row(f"{one.day}", f"{one.day:%a}", "worked" if one.is_working else "off", one.note)
    if table.row_count:
        console.print(table)


def _show_changed(console: Console, changed: "Sequence[ChangedDueTime]", *, timezone: str) -> None:
    if not changed:
        return
    table = Table("incident", "due before", "due now", "provisional")
    for one in changed:
        before, after = (show_instant(at, timezone) for at in (one.old_due_at, one.due_at))
        table.add_row(str(one.incident_id), before, after, "yes" if one.is_provisional else "no")
    console.print(table)
