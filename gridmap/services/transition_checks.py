"""What has to be true before an action is carried out: who may, what the rules of the clock allow, what it carries."""

from datetime import datetime
from decimal import Decimal

from gridmap.domain.incidents import Status, is_open
from gridmap.domain.life_cycle import Action, Carried, Need, Part, Relation, Rule, is_area_of
from gridmap.domain.staff import Actor
from gridmap.errors import InputError, NotFoundError
from gridmap.services.assignment import check_assignment_on
from gridmap.storage import transitions as storage
from gridmap.storage.database import Connection
from gridmap.storage.transitions import IncidentState, Limits

MAX_ID = 2**63 - 1
_GIVES_UNIT = frozenset({Action.DISPATCH, Action.DECIDE})


def list_relations(person: Actor, state: IncidentState) -> frozenset[Relation]:
    """List what a person has to do with an incident; nothing outside the area that the person acts in."""
    if not is_area_of(person.area_code, state.area_codes):
        return frozenset()
    found = set()
    if person.unit_id is None or person.unit_id == state.centre_unit_id:
        found.add(Relation.CENTRE)
    else:
        if person.unit_id == state.holder_unit_id:
            found.add(Relation.HOLDER)
        if person.unit_id == state.lead_unit_id:
            found.add(Relation.LEAD)
    if person.area_code:
        found.add(Relation.AREA)
    return frozenset(found)


def name_action(rule: Rule, state: IncidentState) -> str:
    """Name an action as who asks for it knows it: what is merged is not closed, and its reopening has a name."""
    if rule.action is Action.REOPEN and state.status is Status.MERGED:
        return "unmerge (take the merging back)"
    return rule.action


def find_refusal(rule: Rule, person: Actor, state: IncidentState, parts: frozenset[Part]) -> str | None:
    """Find why a person may not do it; None when nothing speaks against it."""
    if not rule.is_granted(person.role, list_relations(person, state)):
        who = ", ".join(sorted(f"{role} ({relation})" for role, relation in rule.grants))
        return (
            f"{person.code} ({person.role}) may not do {name_action(rule, state)}. That is for {who}, "
            "in the unit and the area that it is with."
        )
    other = sorted(parts - {rule.part}) if rule.part is not None else []
    if other:
        return (
            f"{person.code} is its {other[0]} and can't be its {rule.part}: who reports, who handles and who verifies "
            "are different people."
        )
    return None


def find_rule_fault(rule: Rule, state: IncidentState, limits: Limits, *, at: datetime) -> str | None:
    """Find what the rules of returns, pauses and extensions say against it; None for nothing."""
    is_overdue = state.due_at is not None and at >= state.due_at
    if rule.action is Action.RETURN and state.returns >= limits.max_returns:
        return f"it was returned {state.returns} times, and {limits.max_returns} is the most: open a dispute instead."
    if rule.action is Action.PAUSE and is_overdue:
        return "it is overdue, so its clock can't be stopped."
    if rule.action is Action.EXTEND:
        if is_overdue:
            return "it is overdue: more time has to be asked for before."
        if state.extension > 0:
            return f"it was extended by {state.extension.normalize():f} already, and once is the most."
        if state.target_at is not None:
            return "its due time was set by who sent it and can't be moved by an extension."
    return None


def lacks_unit(rule: Rule, state: IncidentState) -> bool:
    """Tell whether an action has to name a unit because the rules found none that leads."""
    return rule.action is Action.DISPATCH and state.lead_unit_id is None


def check_carried(
    connection: Connection,
    incident_id: int,
    rule: Rule,
    state: IncidentState,
    carried: Carried,
    limits: Limits,
    *,
    person: Actor,
    at: datetime,
) -> int | None:
    """Check what the action carries; give the unit that leads from now on, None where that stays."""
    if any("\0" in text for text in (carried.reason, *carried.evidence, carried.item_code or "")):
        raise InputError(f"Incident {incident_id}: a text can't hold the character U+0000.")
    needs = rule.needs | {Need.UNIT} if lacks_unit(rule, state) else rule.needs
    missing = carried.list_missing(needs)
    if missing:
        raise InputError(f"Incident {incident_id}: {name_action(rule, state)} needs {', '.join(missing)}.")
    if Need.SATISFIED in rule.needs and not carried.satisfied:
        raise InputError(f"Incident {incident_id}: a reporter who is not satisfied reopens it; use {Action.REOPEN}.")
    if Need.EXTENSION in rule.needs:
        most = state.limit_value * limits.max_extension_share
        extension = carried.extension or Decimal(0)
        if not extension.is_finite() or not 0 < extension <= most:
            raise InputError(
                f"Incident {incident_id}: the extension has to lie above 0 and at most at {most.normalize():f} "
                f"({state.limit_unit}), it is {carried.extension}."
            )
    if Need.OTHER in rule.needs:
        _check_other(connection, incident_id, carried)
    if rule.action not in _GIVES_UNIT or not carried.unit_code:
        return None
    found = None if "\0" in carried.unit_code else storage.find_unit(connection, carried.unit_code)
    if found is None:
        raise NotFoundError(f"There is no unit {carried.unit_code!r}.")
    unit_id, is_centre = found
    if is_centre:
        raise InputError(f"Incident {incident_id}: the command centre gives incidents to units, not to itself.")
    if rule.action is Action.DISPATCH and unit_id != state.lead_unit_id:
        check_assignment_on(
            connection,
            incident_id=incident_id,
            unit_id=unit_id,
            from_unit_id=person.unit_id,
            actor=person.code,
            at=at,
        )
    return unit_id


def _check_other(connection: Connection, incident_id: int, carried: Carried) -> None:
    other_id = carried.other_incident_id or 0
    if other_id == incident_id:
        raise InputError(f"Incident {incident_id} can't be merged into itself.")
    other = storage.find_state(connection, other_id) if 0 < other_id <= MAX_ID else None
    if other is None:
        raise NotFoundError(f"There is no incident {other_id} to merge into.")
    if other.status in (Status.MERGED, Status.REJECTED):
        where = f" into {other.merged_into_id}" if other.merged_into_id else ""
        raise InputError(f"Incident {other_id} is {other.status}{where}: name one that is still followed.")
    if not is_open(other.status) and not carried.reason.strip():
        # Else what is overdue could vanish into anything that is done with.
        raise InputError(f"Incident {other_id} is {other.status}: say in a reason why {incident_id} is done with it.")
