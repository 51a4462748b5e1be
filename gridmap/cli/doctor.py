"""`gridmap doctor`: is all in order, and if not, what is to be done."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

_STYLES = {"ok": "green", "warning": "yellow", "fault": "red"}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(doctor)


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program that watches.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 when there are warnings.")] = False,
) -> None:
    """Look at the database, its calendar and this machine; each line is ok, warning or fault with what to do.

    Ends with 2 when there is a fault.
    """
    from gridmap.services.doctor import State, examine, find_worst
    from gridmap.settings import read_settings

    settings = read_settings()
    findings = examine(settings, timezone=settings.timezone)
    worst = find_worst(findings)
    if as_json:
        typer.echo(
            json.dumps({"state": worst, "findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=2)
        )
    else:
        console = Console()
        for one in findings:
            line = Text.assemble((f"{one.state:8}", _STYLES[one.state]), f"{one.check:15}{one.text}")
            console.print(line, soft_wrap=True, highlight=False)
            if one.todo:
                console.print(Text(f"{'':23}{one.todo}"), soft_wrap=True, highlight=False)
    if worst is State.FAULT:
        raise typer.Exit(2)
    if strict and worst is State.WARNING:
        raise typer.Exit(1)
