"""`gridmap measures`: what people are judged by."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.domain.measure_value import MeasureValue
from gridmap.domain.measures import MEASURES, Dimension, Form, MeasureId
from gridmap.errors import InputError

if TYPE_CHECKING:
    from gridmap.services.measures import MeasureRow, MeasureTable

_ANY_WIDTH = 10_000


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(measures)


def measures(
    *,
    by: Annotated[
        str,
        typer.Option(
            help="county, township, village, large_grid, small_grid, unit, item, class, channel, day or month."
        ),
    ] = "county",
    measure: Annotated[list[str] | None, typer.Option(help="Only this measure; again for more.")] = None,
    area: Annotated[str | None, typer.Option(help="Code of an area of any level.")] = None,
    unit: Annotated[str | None, typer.Option(help="Code of a unit.")] = None,
    item: Annotated[str | None, typer.Option(help="Code of an item.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Reports from here on: 2026-11-01 or 2026-11-01T08:00 in the county's time zone, or with an offset."
        ),
    ] = None,
    until: Annotated[str | None, typer.Option(help="Reports before this instant, given as --since.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Nothing after this instant counts, given as --since; without it now.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The answer of the API instead of a table.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write a .csv or .xlsx instead.")] = None,
) -> None:
    """Measure by areas, units, items or time, as of now or of any past instant; what each is: docs/measures.md.

    A star marks what stands on a small number.
    """
    from gridmap.services.measures import MeasureQuestion
    from gridmap.services.measures import measure as ask
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    if json and out is not None:
        raise InputError("--json goes to the terminal; give it or --out, not both.")
    question = MeasureQuestion(
        by=by,
        measures=tuple(measure or ()),
        area=area,
        unit=unit,
        item=item,
        since=_read_instant("--since", since),
        until=_read_instant("--until", until),
        as_of=_read_instant("--as-of", as_of),
    )
    with open_ready_database(read_settings()) as database:
        table = ask(database, question)
    if out is not None:
        from gridmap.services.measure_file import write_measures

        write_measures(out, table)
        typer.echo(f"{len(table.rows):,} rows written to {out}. {_describe(table)}")
    elif json:
        import orjson

        from gridmap.services.measure_answer import make_measure_answer

        typer.echo(orjson.dumps(make_measure_answer(table), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(table)


def _show(table: "MeasureTable") -> None:
    # The county reads down, many rows read across.
    shown = Table("measure", "目标 target", "value", "of", "95 %") if table.by is Dimension.COUNTY else None
    if shown is not None:
        for one in table.measures:
            value = table.total.values[one]
            definition = MEASURES[one]
            target = "-".join(_format(end, definition.form) for end in definition.target)
            interval = "" if value.low is None or value.high is None else f"{value.low:.1%} - {value.high:.1%}"
            shown.add_row(
                f"{definition.chinese} {definition.english}",
                target,
                _format_value(value),
                f"{value.numerator:,.10g} / {value.denominator:,.10g}",
                interval,
            )
    else:
        shown = Table(table.by.value, "name", "incidents", *[MEASURES[one].english for one in table.measures])
        for row in [*table.rows, table.total]:
            key = "total" if row is table.total else row.key or "-"
            shown.add_row(key, row.name, f"{row.incidents:,}", *_format_row(table.measures, row))
    console = Console()
    if table.by is not Dimension.COUNTY and _is_too_wide(console, shown):
        shown = _list_values(table)
    console.print(shown)
    console.print(_describe(table), highlight=False, soft_wrap=True)


def _is_too_wide(console: Console, shown: Table) -> bool:
    return console.measure(shown, options=console.options.update(max_width=_ANY_WIDTH)).maximum > console.width


def _list_values(table: "MeasureTable") -> Table:
    """List one value a line, where the columns of all measures would be cut to a letter each."""
    shown = Table(table.by.value, "measure", "value")
    for row in [*table.rows, table.total]:
        key = "total" if row is table.total else row.key or "-"
        shown.add_row(f"{key} {row.name}".strip(), "incidents", f"{row.incidents:,}")
        for one, value in zip(table.measures, _format_row(table.measures, row), strict=True):
            if value:
                shown.add_row("", MEASURES[one].english, value)
        shown.add_section()
    return shown


def _describe(table: "MeasureTable") -> str:
    left = "" if table.on_map == table.incidents else f"On the map {table.on_map:,} of {table.incidents:,}. "
    instant = table.as_of.astimezone().isoformat(timespec="seconds")
    return f"{left}As of {instant}; * stands on less than {table.small_number}."


def _format_row(measures: tuple[MeasureId, ...], row: "MeasureRow") -> list[str]:
    return [_format_value(row.values[one]) for one in measures]


def _format_value(value: MeasureValue) -> str:
    if value.value is None:
        return ""
    held = "" if value.held is None else f" (holds {value.held:,.1f})"
    star = "*" if value.is_small else ""
    return f"{_format(value.value, MEASURES[value.measure].form)}{star}{held}"


def _format(value: float, form: Form) -> str:
    return f"{value:.1%}" if form is Form.SHARE else f"{value:,.1f}"


def _read_instant(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{option} {text!r} is no instant of the form 2026-11-20, 2026-11-20T15:00 (of the county) or "
            "2026-11-20T15:00+08:00."
        ) from None
