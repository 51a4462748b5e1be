"""`gridmap check jurisdictions`."""

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def register(app: typer.Typer) -> None:  # noqa: ARG001 -- the signature that all command modules share
    """Add the command to the program."""
    from gridmap.cli import check_app

    check_app.command(name="jurisdictions")(check)


def check(
    *,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Those valid on this day; today without it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: day, jurisdictions, findings.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 when units overlap.")] = False,
) -> None:
    """Look where jurisdictions of one unit type overlap, and where none reaches, in km2."""
    from gridmap.services.check_jurisdictions import JurisdictionFindingKind, check_jurisdictions
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        result = check_jurisdictions(database, day=day.date() if day else None)
    if as_json:
        answer = {
            "day": result.day.isoformat(),
            "jurisdictions": result.jurisdictions,
            "has_outline": result.has_outline,
            "findings": [one.as_json() for one in result.findings],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        console = Console()
        if not console.is_terminal:
            console = Console(width=200)
        counted = ", ".join(f"{name} {count}" for name, count in result.jurisdictions.items())
        console.print(f"{result.day}: jurisdictions by unit type: {counted}", highlight=False)
        if not result.has_outline:
            console.print("No areas are published: gaps can't be looked for.")
        table = Table("finding", "unit type", "jurisdictions", "units", "km2", "parts", "lon, lat", "who answers there")
        for one in result.findings:
            answers = one.stand_in.value if one.stand_in else "queue overlapping_jurisdictions"
            table.add_row(
                one.kind,
                one.unit_type,
                ", ".join(one.codes),
                ", ".join(one.unit_codes),
                f"{one.area_km2:,.3f}",
                str(one.parts),
                f"{one.lon:.6f}, {one.lat:.6f}",
                answers,
            )
        console.print(table)
    if strict and any(one.kind is JurisdictionFindingKind.OVERLAP for one in result.findings):
        raise typer.Exit(1)
