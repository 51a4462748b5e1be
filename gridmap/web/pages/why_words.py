"""Why this unit, in sentences: every rule, queue and reason in the words of the catalogue."""

from gridmap.services.explain import Alternative, Explanation, ResolvedParty, RoutingChange
from gridmap.web.i18n import Catalogue
from gridmap.web.notes import say_change_note
from gridmap.web.said import make_voice


def list_sentences(explanation: Explanation, catalogue: Catalogue) -> list[str]:
    """Say in a few sentences who leads by which rule, or where it waits and why."""
    text = catalogue.text
    said = []
    if not explanation.is_kept:
        said.append(text("It is older than the record of the routing: only the rule is known."))
    if explanation.queue is not None:
        said.append(text("Waits in the queue {queue}.", queue=text(f"queue:{explanation.queue}")))
        said.append(text(f"rule:{explanation.queue}"))
    else:
        said.append(text(f"rule:{explanation.rule}"))
    if explanation.rule == "assigned":
        said.append(text("By the rules: {rule}", rule=text(f"rule:{explanation.routed_rule}")))
    if explanation.is_tie_break:
        said.append(text("The point lies on a common border of jurisdictions: the lower code counts."))
    if explanation.level is not None and explanation.routed_queue is None and explanation.leads:
        said.append(text(f"leads:{explanation.level}"))
    if explanation.power is not None:
        how = "trial" if explanation.power.is_trial else "held"
        said.append(text(f"power:{how}"))
    return said


def describe_party(party: ResolvedParty, catalogue: Catalogue) -> str:
    """Say who it is and by which rule; a type without a unit is named as the list names it."""
    name = party.unit.name if party.unit else party.unit_type
    return f"{name} · {catalogue.text(f'by:{party.rule}')}"


def list_other_leads(explanation: Explanation, catalogue: Catalogue) -> tuple[str, list[str]]:
    """List the leads beside the unit that leads; where the rules found none, those that the list names, and why not."""
    text = catalogue.text
    if explanation.routed_queue is None:
        return text("Also lead"), [describe_party(one, catalogue) for one in explanation.leads[1:]]
    # That a type has no unit says little where its units were found and lacked the power: the queue says it.
    lacking = {one.unit_type for one in explanation.alternatives if one.rejected == "no_power"}
    return text("To lead by the list"), [
        f"{one.unit_type} · {text('rejected:no_power')}"
        if one.unit is None and one.unit_type in lacking
        else describe_party(one, catalogue)
        for one in explanation.leads
    ]


def describe_alternative(alternative: Alternative, catalogue: Catalogue) -> str:
    """Say who was looked at and what spoke against it."""
    name = alternative.unit.name if alternative.unit else alternative.unit_type
    if alternative.jurisdiction is not None:
        name = f"{name} ({alternative.jurisdiction.name})"
    return f"{name} · {catalogue.text(f'rejected:{alternative.rejected}')}"


def describe_change(change: RoutingChange, catalogue: Catalogue) -> str:
    """Say what changed who leads, by whom, and to whom."""
    what = catalogue.text(f"event:{change.kind}")
    if change.kind not in {"reported", "moved", "routed", "rejoined"} and change.to_status:
        what = catalogue.text(f"status:{change.to_status}")
    note = say_change_note(change, make_voice(catalogue.language))
    return " · ".join(part for part in (what, change.unit_name or catalogue.text("No unit"), note) if part)
