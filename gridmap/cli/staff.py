"""`gridmap staff`: the people who act on incidents."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    staff_app = typer.Typer(help="The people who act on incidents: import them, list them.", no_args_is_help=True)
    staff_app.command("import")(import_people)
    staff_app.command("list")(list_people)
    app.add_typer(staff_app, name="staff")


def import_people(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with code, role, and name, unit_code, area_code, is_active where known.")
    ],
) -> None:
    """Store people by their code, all rows or none; who is not in the file stays."""
    from gridmap.services.staff import import_staff
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        count = import_staff(database, file)
    Console().print(f"{count} people stored.")


def list_people() -> None:
    """List the people with their roles; those without a unit are of the command centre."""
    from gridmap.services.staff import list_staff
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        people = list_staff(database)
    table = Table("code", "role", "unit", "area", "name", "active")
    for one in people:
        unit = one.unit_name or "command centre"
        table.add_row(one.code, one.role, unit, one.area_code, one.name, "yes" if one.is_active else "no")
    Console().print(table)
