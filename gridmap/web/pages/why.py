"""The part of an incident's page that says why this unit leads, or why none does."""

from collections.abc import Iterable
from typing import Any

from dash import html

from gridmap.services.explain import Explanation
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import parts
from gridmap.web.pages.why_words import (
    describe_alternative,
    describe_change,
    describe_party,
    list_other_leads,
    list_sentences,
)

_ONLY_REPORTED = 1


def make_why(explanation: Explanation, *, catalogue: Catalogue, timezone: str) -> html.Div:
    """Make the sentences, and below them list, item, duties, assistants, alternatives, changes and precedents."""
    text = catalogue.text
    children: list[Any] = [
        html.P(said, className="hint") for said in list_sentences(explanation, catalogue, timezone=timezone)
    ]
    children.append(parts.make_facts(_list_facts(explanation, catalogue)))
    for title, lines in _list_lines(explanation, catalogue, timezone):
        if lines:
            children += [html.Div(title, className="kicker"), html.Ul([html.Li(line) for line in lines])]
    if explanation.parties:
        children.append(
            html.Details(
                [html.Summary(text("Duties by the list")), html.Ul(list(_make_parties(explanation, catalogue)))]
            )
        )
    return html.Div(children, className="why")


def _list_facts(explanation: Explanation, catalogue: Catalogue) -> Iterable[tuple[str, Any]]:
    text = catalogue.text
    item, jurisdiction, power = explanation.item, explanation.jurisdiction, explanation.power
    if explanation.list_name is not None:
        since = explanation.effective_from
        yield text("Responsibility list"), explanation.list_name + (f" · {since:%Y-%m-%d}" if since else "")
    if item is not None:
        yield text("Item"), f"{item.code} {item.name}"
        yield text("Legal basis"), item.legal_basis or None
    elif explanation.item_code is not None:
        yield text("Item"), explanation.item_code
    if jurisdiction is not None:
        yield text("Jurisdiction"), f"{jurisdiction.name} ({jurisdiction.code})"
    if power is not None:
        ends = f"{power.valid_to:%Y-%m-%d}" if power.valid_to else text("without end")
        starts = f"{power.valid_from:%Y-%m-%d}" if power.valid_from else "…"
        yield text("Power"), f"{starts} – {ends}"
    if explanation.day is not None:
        yield text("Routed for the day"), f"{explanation.day:%Y-%m-%d}"


def _list_lines(explanation: Explanation, catalogue: Catalogue, timezone: str) -> Iterable[tuple[str, list[str]]]:
    text = catalogue.text
    yield list_other_leads(explanation, catalogue)
    yield text("Assist"), [describe_party(one, catalogue) for one in explanation.assists]
    yield text("Looked at and not taken"), [describe_alternative(one, catalogue) for one in explanation.alternatives]
    # Most lines of the history leave the lead as it was.
    changes = [
        one
        for place, one in enumerate(explanation.changes)
        if place == 0 or one.unit_name != explanation.changes[place - 1].unit_name
    ]
    if len(changes) > _ONLY_REPORTED:
        yield (
            text("Who was to lead"),
            [
                f"{parts.format_instant(one.at, timezone=timezone)} · {describe_change(one, catalogue)}"
                for one in changes
            ],
        )
    yield (
        text("Decided before for this item"),
        [f"{one.decided_at:%Y-%m-%d} · {one.unit_name} · {one.decision}" for one in explanation.precedents],
    )


def _make_parties(explanation: Explanation, catalogue: Catalogue) -> Iterable[html.Li]:
    names = {one.unit_type: one.unit.name for one in (*explanation.leads, *explanation.assists) if one.unit}
    for party in explanation.parties:
        who = names.get(party.unit_type, party.unit_type)
        contact = " ".join(part for part in (party.contact, party.telephone) if part)
        said = " · ".join(
            part for part in (catalogue.text(f"party:{party.role}"), who, contact, party.legal_basis) if part
        )
        yield html.Li([said, html.Ol([html.Li(duty) for duty in party.duties]) if party.duties else None])
