"""`gridmap due`: when a limit is used up, for one start or for a file."""

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.errors import InputError

if TYPE_CHECKING:
    from gridmap.domain.clock import Limit
    from gridmap.domain.due_explain import Explanation
    from gridmap.services.due import MadeCalendar
    from gridmap.services.due_file import DueColumns


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(due)


def due(
    start: Annotated[
        str | None, typer.Argument(help="Such as 2026-11-23T15:00; without an offset it is local time of the zone.")
    ] = None,
    *,
    working_days: Annotated[float | None, typer.Option(help="The limit in working days.")] = None,
    working_hours: Annotated[float | None, typer.Option(help="The limit in working hours.")] = None,
    calendar_days: Annotated[float | None, typer.Option(help="The limit in calendar days.")] = None,
    hours: Annotated[
        str | None,
        typer.Option(
            help="Office hours: 08:30-17:00, or with a break 08:30-12:00,13:30-17:30. Without: the whole working day.",
            envvar="GRIDMAP_DUE_HOURS",
        ),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Such as America/New_York; without it the setting GRIDMAP_TIMEZONE.")
    ] = None,
    holidays: Annotated[
        list[Path] | None,
        typer.Option(help='JSON of a year {"year", "days": […]}, or a list of days off; again for more.'),
    ] = None,
    convention: Annotated[
        str,
        typer.Option(help="running-clock, same-clock-time or civil-code.", envvar="GRIDMAP_DUE_CONVENTION"),
    ] = "running-clock",
    rule: Annotated[
        list[str] | None, typer.Option(help="RULE=CHOICE that differs from the convention; see docs/clocks.md.")
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(help='A step with its own limit from START, such as "stop work=4 working_hour"; again for more.'),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="List each day counted or skipped, and why.")] = False,
    csv: Annotated[Path | None, typer.Option(help="A file of starts instead of START.")] = None,
    start_column: Annotated[str | None, typer.Option(help="Column of the starts.")] = None,
    start_format: Annotated[
        str | None, typer.Option(help='How they are written, such as "%m/%d/%Y %I:%M:%S %p"; without: ISO 8601.')
    ] = None,
    limit_column: Annotated[str | None, typer.Option(help="Column of the limits, when they differ.")] = None,
    unit_column: Annotated[
        str | None,
        typer.Option(help="Column of their units: working_day, working_hour, calendar_day; without: working days."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write, with due_at and provisional added.")] = None,
) -> None:
    """Find when a limit is used up, by the working calendar; needs no database.

    A due time that depends on a year whose calendar is not published is provisional and says so.
    """
    from gridmap.services.due import DueOptions, find_due, make_calendar
    from gridmap.services.due_file import DueColumns
    from gridmap.settings import read_settings

    limit = _read_limit(working_days, working_hours, calendar_days)
    if (start is None) == (csv is None):
        raise InputError("Give START, or a file of starts with --csv; not both.")
    if csv is None and (start_column or start_format or limit_column or unit_column or out):
        raise InputError("--start-column, --start-format, --limit-column, --unit-column and --out go with --csv.")
    if csv is not None and explain:
        raise InputError("--explain goes with one START.")
    if csv is not None and stage:
        raise InputError("--stage goes with one START.")
    stages = [_read_stage(one) for one in stage or ()]
    made = make_calendar(
        DueOptions(
            timezone=timezone or read_settings().timezone,
            hours=hours,
            convention=convention,
            rules=tuple(rule or ()),
            holidays=tuple(holidays or ()),
        )
    )
    for note in made.notes:
        Console(stderr=True).print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)
    if csv is not None:
        if start_column is None or out is None:
            raise InputError("--csv needs --start-column and --out.")
        columns = DueColumns(
            start=start_column,
            start_format=start_format,
            limit=limit,
            limit_column=limit_column,
            unit_column=unit_column,
        )
        _write_file(csv, out, columns, made)
    elif limit is None or start is None:
        raise InputError("Give the limit: --working-days, --working-hours or --calendar-days.")
    else:
        _show(find_due(start, limit, made.calendar, with_days=explain), limit, made)
        for name, step in stages:
            typer.echo(f"{name}: {_write_due(find_due(start, step, made.calendar, with_days=False), made)}")


def _read_stage(text: str) -> "tuple[str, Limit]":
    from gridmap.domain.clock import Limit, LimitUnit

    name, _, limit = text.rpartition("=")
    try:
        value, unit = limit.split()
        return name.strip(), Limit(float(value), LimitUnit(unit))
    except ValueError:
        units = ", ".join(LimitUnit)
        raise InputError(f'--stage {text!r} is not of the form "NAME=4 working_hour"; units are {units}.') from None


def _write_due(found: "Explanation", made: "MadeCalendar") -> str:
    at = _write_instant(found.due.at.astimezone(made.calendar.zone.zone))
    return f"{at} (provisional)" if found.due.is_provisional else at


def _read_limit(working_days: float | None, working_hours: float | None, calendar_days: float | None) -> "Limit | None":
    from gridmap.domain.clock import Limit, LimitUnit

    given = [
        Limit(value, unit)
        for value, unit in (
            (working_days, LimitUnit.WORKING_DAY),
            (working_hours, LimitUnit.WORKING_HOUR),
            (calendar_days, LimitUnit.CALENDAR_DAY),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise InputError("Give one limit: --working-days, --working-hours or --calendar-days.")
    return given[0] if given else None


def _show(found: "Explanation", limit: "Limit", made: "MadeCalendar") -> None:
    from gridmap.domain.clock import LimitUnit
    from gridmap.services.due import find_thresholds, list_unpublished_years

    typer.echo(_write_instant(found.due.at.astimezone(made.calendar.zone.zone)))
    years = ", ".join(map(str, list_unpublished_years(found, made.calendar)))
    if found.due.is_provisional:
        typer.echo(f"provisional: the calendar of {years} is not published, its weekdays are taken as working days")
    if not found.days:
        return
    near, twice = (_write_instant(at.astimezone(made.calendar.zone.zone)) for at in find_thresholds(found, limit, made))
    typer.echo(f"near due {near}, twice overdue {twice}")
    unit = "hours" if limit.unit is LimitUnit.WORKING_HOUR else "days"
    table = Table("day", "weekday", "", unit, f"of {limit.value:g}", "why")
    for day in found.days:
        used = f"{day.used:.4g}" if day.is_counted else ""
        state = "counted" if day.is_counted else "skipped"
        table.add_row(f"{day.day}", f"{day.day:%a}", state, used, f"{day.total:.4g}", day.reason)
    # The reasons are read and searched for: as wide as they are when the output goes to a file.
    console = Console()
    Console(width=max(console.width, 140) if not console.is_terminal else None).print(table)


def _write_file(csv: Path, out: Path, columns: "DueColumns", made: "MadeCalendar") -> None:
    from gridmap.services.due_file import write_due_file

    started = time.perf_counter()
    with Console(stderr=True).status(f"writing {out.name}"):
        report = write_due_file(csv, out, columns=columns, calendar=made.calendar)
    typer.echo(
        f"{report.read:,} rows: {report.written:,} written to {out} ({report.provisional:,} provisional), "
        f"{report.rejected:,} rejected. {time.perf_counter() - started:.1f} s"
    )
    if report.rejects_path is not None:
        typer.echo(f"Rejected rows with their reasons: {report.rejects_path}")


def _write_instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds")
