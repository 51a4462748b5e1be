"""`gridmap why`: why this unit."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridmap.cli.instants import show_instant

if TYPE_CHECKING:
    from gridmap.services.explain import Explanation
    from gridmap.web.i18n import Catalogue


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(why)


def why(
    incident_id: Annotated[int, typer.Argument(metavar="ID", help="Of the incident.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    language: Annotated[str, typer.Option(help="zh or en.")] = "en",
) -> None:
    """Say why the unit that leads an incident leads it, or why none does: from what the incident kept."""
    from gridmap.services.explain import explain_incident
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings
    from gridmap.web.i18n import read_catalogue, read_language

    settings = read_settings()
    with open_ready_database(settings) as database:
        explanation = explain_incident(database, incident_id)
    if as_json:
        typer.echo(json.dumps(asdict(explanation), ensure_ascii=False, indent=1, default=str))
        return
    _print(explanation, read_catalogue(read_language(language)), timezone=settings.timezone)


def _print(explanation: "Explanation", catalogue: "Catalogue", *, timezone: str) -> None:
    from gridmap.web.pages.why_words import (
        describe_alternative,
        describe_change,
        describe_party,
        list_other_leads,
        list_sentences,
    )

    # Reasons are as people typed them: a bracket is no markup.
    console = Console(soft_wrap=True, highlight=False, markup=False)
    lead, queue = explanation.lead, explanation.queue
    console.print(
        f"{explanation.incident_id}: "
        + (f"{lead.name} ({lead.code})" if lead else catalogue.text(f"queue:{queue}" if queue else "No unit"))
    )
    for said in list_sentences(explanation, catalogue, timezone=timezone):
        console.print(f"  {said}")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
    if explanation.list_name:
        table.add_row(catalogue.text("Responsibility list"), f"{explanation.list_name}, {explanation.effective_from}")
    if explanation.item:
        table.add_row(catalogue.text("Item"), f"{explanation.item.code} {explanation.item.name}")
    if explanation.jurisdiction:
        table.add_row(
            catalogue.text("Jurisdiction"), f"{explanation.jurisdiction.code} {explanation.jurisdiction.name}"
        )
    if explanation.power:
        table.add_row(
            catalogue.text("Power"), f"{explanation.power.valid_from or '…'} – {explanation.power.valid_to or '…'}"
        )
    title, others = list_other_leads(explanation, catalogue)
    for said in others:
        table.add_row(title, said)
    for one in explanation.assists:
        table.add_row(catalogue.text("Assist"), describe_party(one, catalogue))
    for other in explanation.alternatives:
        table.add_row(catalogue.text("Looked at and not taken"), describe_alternative(other, catalogue))
    for change in explanation.changes:
        table.add_row(show_instant(change.at, timezone), f"{describe_change(change, catalogue)} · {change.actor}")
    for precedent in explanation.precedents:
        said = f"{precedent.decided_at:%Y-%m-%d} {precedent.unit_name}: {precedent.decision}"
        table.add_row(catalogue.text("Decided before for this item"), said)
    if table.row_count:
        console.print(table)
