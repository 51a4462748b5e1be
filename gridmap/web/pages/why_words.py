"""Why this unit, in sentences: every rule, queue and reason in the words of the catalogue."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gridmap.domain.disputes import PANEL
from gridmap.services.explain import Alternative, Explanation, PanelDecision, ResolvedParty, RoutingChange
from gridmap.web.i18n import Catalogue
from gridmap.web.notes import say_change_note
from gridmap.web.said import make_voice


def list_sentences(explanation: Explanation, catalogue: Catalogue, *, timezone: str) -> list[str]:
    """Say in a few sentences who leads by which rule or decision, or where it waits and why; days are of the zone."""
    text = catalogue.text
    said = []
    if not explanation.is_kept:
        said.append(text("It is older than the record of the routing: only the rule is known."))
    if explanation.queue is not None:
        said.append(text("Waits in the queue {queue}.", queue=text(f"queue:{explanation.queue}")))
        said.append(text(f"rule:{explanation.queue}"))
    elif explanation.decision is not None:
        said += _list_decision(explanation.decision, catalogue, timezone=timezone)
    else:
        said.append(text(f"rule:{explanation.rule}"))
    if explanation.rule == "assigned" or explanation.decision is not None:
        rule, routed, lead = text(f"rule:{explanation.routed_rule}"), explanation.routed_lead, explanation.lead
        if routed is not None and lead is not None and routed.id != lead.id:
            said.append(text("By the rules it would be {unit}: {rule}", unit=routed.name, rule=rule))
        else:
            said.append(text("By the rules: {rule}", rule=rule))
    if explanation.is_tie_break:
        said.append(text("The point lies on a common border of jurisdictions: the lower code counts."))
    if explanation.level is not None and explanation.routed_queue is None and explanation.leads:
        said.append(text(f"leads:{explanation.level}"))
    if explanation.power is not None:
        how = "trial" if explanation.power.is_trial else "held"
        said.append(text(f"power:{how}"))
    return said


def _list_decision(decision: PanelDecision, catalogue: Catalogue, *, timezone: str) -> list[str]:
    text = catalogue.text

    def write_day(at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d}"

    day, members = (
        write_day(decision.decided_at),
        ", ".join(text(f"panel:{one}") if one in PANEL else one for one in decision.panel),
    )
    said = [
        text(
            "Decided in dispute {number} on {day} by the panel ({members}).",
            number=decision.dispute_id,
            day=day,
            members=members,
        )
        if members
        else text("Decided in dispute {number} on {day}; who sat is not known.", number=decision.dispute_id, day=day)
    ]
    if decision.reason:
        said.append(text("Reason: {reason}", reason=decision.reason))
    if decision.follows is not None:
        said.append(
            text(
                "It follows the precedent of dispute {number} on {day}: {unit}, incident {incident}.",
                number=decision.follows.dispute_id,
                day=write_day(decision.follows.decided_at),
                unit=decision.follows.unit_name,
                incident=decision.follows.incident_id,
            )
        )
    return said


def describe_party(party: ResolvedParty, catalogue: Catalogue) -> str:
    """Say who it is and by which rule; a type without a unit is named as the list names it."""
    name = party.unit.name if party.unit else party.unit_type
    return f"{name} · {catalogue.text(f'by:{party.rule}')}"


def list_other_leads(explanation: Explanation, catalogue: Catalogue) -> tuple[str, list[str]]:
    """List the leads beside the unit that leads; where the rules found none, those that the list names, and why not."""
    text = catalogue.text
    if explanation.routed_queue is None:
        lead_id = explanation.lead.id if explanation.lead else None
        others = [one for one in explanation.leads[1:] if one.unit is None or one.unit.id != lead_id]
        return text("Also lead"), [describe_party(one, catalogue) for one in others]
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
