"""What has to be true before an action is carried out: who may, what the rules of the clock allow, what it carries."""

from datetime import datetime
from decimal import Decimal

from gridmap.domain.incidents import Status, is_open
from gridmap.domain.life_cycle import (
    Action,
    Carried,
    Need,
    Part,
    Relation,
    Rule,
    is_area_of,
    list_possible,
    name_action,
)
from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.sentence import Listing, Sentence, Term, list_terms
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


def find_refusal(rule: Rule, person: Actor, state: IncidentState, parts: frozenset[Part]) -> Sentence | None:
    """Find why a person may not do it; None when nothing speaks against it."""
    if not rule.is_granted(person.role, list_relations(person, state)):
        return Sentence(
            "{person} ({role}) may not do {action}. That is for {who}, in the unit and the area that it is with.",
            person=person.code,
            role=Term("role", person.role),
            action=Term("action", name_action(rule.action, state.status)),
            who=Listing(
                tuple(
                    Sentence("{role} ({relation})", role=Term("role", role), relation=Term("relation", relation))
                    for role, relation in sorted(rule.grants)
                )
            ),
        )
    other = sorted(parts - {rule.part}) if rule.part is not None else []
    if other:
        return Sentence(
            "{person} is its {other} and can't be its {part}: who reports, who handles and who verifies "
            "are different people.",
            person=person.code,
            other=Term("part", other[0]),
            part=Term("part", str(rule.part)),
        )
    return None


def find_rule_fault(rule: Rule, state: IncidentState, limits: Limits, *, at: datetime) -> Sentence | None:
    """Find what the rules of returns, pauses and extensions say against it; None for nothing."""
    is_overdue = state.due_at is not None and at >= state.due_at
    if rule.action is Action.RETURN and state.returns >= limits.max_returns:
        return Sentence(
            "it was returned {returns} times, and {most} is the most: open a dispute instead.",
            returns=state.returns,
            most=limits.max_returns,
        )
    if rule.action is Action.PAUSE and is_overdue:
        return Sentence("it is overdue, so its clock can't be stopped.")
    if rule.action is Action.EXTEND:
        if is_overdue:
            return Sentence("it is overdue: more time has to be asked for before.")
        if state.extension > 0:
            return Sentence(
                "it was extended by {extension:f} already, and once is the most.", extension=state.extension.normalize()
            )
        if state.target_at is not None:
            return Sentence("its due time was set by who sent it and can't be moved by an extension.")
    return None


def check_possible(
    incident_id: int, rule: Rule, state: IncidentState, limits: Limits, *, at: datetime, refusal: Sentence | None = None
) -> None:
    """Check that an action leads on from here and that no rule of the clock speaks against it.

    Parameters
    ----------
    refusal
        Why the person may not do it, None where nothing speaks against it: told after the status, before the rules.

    Raises
    ------
    ConflictError, NotAllowedError
        What speaks against it, in words.
    """
    if state.status not in rule.ways:
        possible = list_terms(
            "action", [name_action(one.action, state.status) for one in list_possible(state.status)] or ["nothing"]
        )
        raise ConflictError(
            "Incident {incident} is {status}: {action} is not possible then. Possible now: {possible}.",
            incident=incident_id,
            status=Term("status", state.status),
            action=Term("action", rule.action),
            possible=possible,
        )
    if refusal is not None:
        raise NotAllowedError("Incident {incident}: {refusal}", incident=incident_id, refusal=refusal)
    fault = find_rule_fault(rule, state, limits, at=at)
    if fault is not None:
        raise ConflictError("Incident {incident}: {refusal}", incident=incident_id, refusal=fault)


def find_longest_extension(state: IncidentState, limits: Limits) -> Decimal:
    """Find the longest extension that the rules allow, in the unit of the item's limit."""
    return state.limit_value * limits.max_extension_share


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
        raise InputError("Incident {incident}: a text can't hold the character U+0000.", incident=incident_id)
    needs = rule.needs | {Need.UNIT} if lacks_unit(rule, state) else rule.needs
    missing = carried.list_missing(needs)
    if missing:
        raise InputError(
            "Incident {incident}: {action} needs {fields}.",
            incident=incident_id,
            action=Term("action", name_action(rule.action, state.status)),
            fields=list_terms("field", missing),
        )
    if Need.SATISFIED in rule.needs and not carried.satisfied:
        raise InputError(
            "Incident {incident}: a reporter who is not satisfied reopens it; use {action}.",
            incident=incident_id,
            action=Term("action", Action.REOPEN),
        )
    if Need.EXTENSION in rule.needs:
        most = find_longest_extension(state, limits)
        extension = carried.extension or Decimal(0)
        if not extension.is_finite() or not 0 < extension <= most:
            raise InputError(
                "Incident {incident}: the extension has to lie above 0 and at most at {most:f} ({unit}), it is "
                "{given}.",
                incident=incident_id,
                most=most.normalize(),
                unit=Term("limit-unit", state.limit_unit),
                given=str(carried.extension),
            )
    if Need.OTHER in rule.needs:
        _check_other(connection, incident_id, carried)
    if rule.action not in _GIVES_UNIT or not carried.unit_code:
        return None
    found = None if "\0" in carried.unit_code else storage.find_unit(connection, carried.unit_code)
    if found is None:
        raise NotFoundError("There is no unit {units}.", units=repr(carried.unit_code))
    unit_id, is_centre = found
    if is_centre:
        raise InputError(
            "Incident {incident}: the command centre gives incidents to units, not to itself.", incident=incident_id
        )
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
        raise InputError("Incident {incident} can't be merged into itself.", incident=incident_id)
    other = storage.find_state(connection, other_id) if 0 < other_id <= MAX_ID else None
    if other is None:
        raise NotFoundError("There is no incident {incident} to merge into.", incident=other_id)
    if other.status in (Status.MERGED, Status.REJECTED):
        status = Term("status", other.status)
        if other.merged_into_id:
            raise InputError(
                "Incident {incident} is {status} into {into}: name one that is still followed.",
                incident=other_id,
                status=status,
                into=other.merged_into_id,
            )
        raise InputError(
            "Incident {incident} is {status}: name one that is still followed.", incident=other_id, status=status
        )
    if not is_open(other.status) and not carried.reason.strip():
        # Else what is overdue could vanish into anything that is done with.
        raise InputError(
            "Incident {other} is {status}: say in a reason why {incident} is done with it.",
            other=other_id,
            status=Term("status", other.status),
            incident=incident_id,
        )
