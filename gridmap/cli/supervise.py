"""`gridmap supervise`."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(supervise)


def supervise(
    *,
    at: Annotated[
        str | None, typer.Option(help="Up to this instant, with its offset: 2026-11-20T15:00:00+08:00; without it now.")
    ] = None,
) -> None:
    """Give the reminders and cards that are due; a running server does it by itself. A second run gives nothing."""
    from gridmap.errors import InputError
    from gridmap.services.proceedings.run_supervision import run_supervision
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    instant = None
    if at is not None:
        try:
            instant = datetime.fromisoformat(at)
        except ValueError:
            raise InputError(f"--at {at!r} is no instant of the form 2026-11-20T15:00:00+08:00.") from None
    with open_ready_database(read_settings()) as database:
        done = run_supervision(database, instant)
    given = ", ".join(f"{number} {kind}" for kind, number in done.given.items())
    Console().print(f"Given: {given}.", soft_wrap=True, highlight=False)
