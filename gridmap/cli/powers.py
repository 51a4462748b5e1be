"""`gridmap powers`: which unit may handle which item."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.cli.items import REJECTS_HELP, print_warnings


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    powers_app = typer.Typer(help="Powers: which unit may handle which item, from when to when.")
    powers_app.command("import")(import_file)
    powers_app.command("export")(export)
    powers_app.command("show")(show)
    app.add_typer(powers_app, name="powers", no_args_is_help=True)


def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX: unit_code, item_code, first_day, last_day, is_trial, source.")
    ],
    *,
    rejects: Annotated[Path | None, typer.Option(help=REJECTS_HELP)] = None,
) -> None:
    """Bring powers in, by unit, item and first day; a last day takes a power back."""
    from gridmap.services.powers import import_powers
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        done = import_powers(database, file, rejects=rejects)
    print_warnings(done.warnings)
    Console().print(f"{done.read} powers read, {done.changed} of them new or changed")


def export(*, out: Annotated[Path, typer.Option(help="The .csv or .xlsx to write; it can be imported again.")]) -> None:
    """Write all powers, past ones too."""
    from gridmap.services.powers import export_powers
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        count = export_powers(database, out)
    Console(soft_wrap=True).print(f"{count} powers written to {out}", markup=False)


def show(
    *,
    unit: Annotated[str | None, typer.Option(help="Code of a unit.")] = None,
    item: Annotated[str | None, typer.Option(help="Code of an item.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Those that hold on this day.")] = None,
    ending_within: Annotated[
        int | None, typer.Option(min=0, help="Those that hold today and end within so many days.")
    ] = None,
) -> None:
    """List powers."""
    from gridmap.errors import InputError
    from gridmap.services.powers import list_ending_powers, list_powers
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    if on is not None and ending_within is not None:
        raise InputError("Give --on or --ending-within, not both.")
    with open_ready_database(read_settings()) as database:
        if ending_within is None:
            found = list_powers(database, unit_code=unit, item_code=item, day=on.date() if on else None)
        else:
            found = list_ending_powers(database, days=ending_within, unit_code=unit, item_code=item)
    table = Table("unit", "item", "first day", "last day", "trial", "source")
    for power in found:
        first, last = (str(day or "") for day in (power.first_day, power.last_day))
        table.add_row(power.unit_code, power.item_code, first, last, "trial" if power.is_trial else "", power.source)
    Console().print(table)
