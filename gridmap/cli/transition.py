"""`gridmap transition`: one action of the life cycle."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.console import Console


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("transition")(transition)


def transition(
    incident_id: Annotated[int, typer.Argument(help="Number of the incident.", metavar="ID")],
    action: Annotated[str, typer.Argument(help="Such as accept, dispatch, return; a wrong one lists them.")],
    *,
    actor: Annotated[str, typer.Option(help="Code of the person who acts; see gridmap staff list.")],
    version: Annotated[
        int | None, typer.Option(help="The version that was seen; without it the present one, whatever it is.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    evidence: Annotated[list[str] | None, typer.Option(help="Where a piece of evidence lies; may be repeated.")] = None,
    unit: Annotated[str | None, typer.Option(help="Code of the unit that it is given to.")] = None,
    extension: Annotated[str | None, typer.Option(help="How much longer, in the unit of the item's limit.")] = None,
    satisfied: Annotated[bool | None, typer.Option(help="Whether the reporter is satisfied.")] = None,
    into: Annotated[int | None, typer.Option(help="The incident that it is merged into.")] = None,
) -> None:
    """Carry out one action on an incident."""
    from gridmap.errors import InputError
    from gridmap.services.incidents import find_incident
    from gridmap.services.start import open_ready_database
    from gridmap.services.transitions import Action, Carried, carry_out
    from gridmap.settings import read_settings

    try:
        wanted = Action(action)
    except ValueError:
        raise InputError(f"{action!r} is no action: give one of {', '.join(Action)}.") from None
    try:
        longer = None if extension is None else Decimal(extension)
    except InvalidOperation:
        raise InputError(f"--extension {extension!r} is no number.") from None
    carried = Carried(
        reason=reason,
        evidence=tuple(evidence or ()),
        unit_code=unit,
        extension=longer,
        satisfied=satisfied,
        other_incident_id=into,
    )
    with open_ready_database(read_settings()) as database:
        seen = find_incident(database, incident_id).incident.version if version is None else version
        done = carry_out(database, incident_id, wanted, actor=actor, expected_version=seen, carried=carried)
    Console().print(
        f"Incident {done.incident_id}: {done.from_status} -> {done.to_status}, version {done.version}.",
        soft_wrap=True,
        highlight=False,
    )
