"""Carry out one action of the life cycle: checked against the table, then written with its history in one transaction."""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg import errors as pg_errors

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import (
    LIFE_CYCLE,
    Action,
    Carried,
    Need,
    Part,
    Relation,
    Rule,
    find_target,
    is_area_of,
    list_possible,
)
from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.assignment import check_assignment_on
from gridmap.services.transaction import transaction
from gridmap.storage import transitions as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.staff import find_actor
from gridmap.storage.transitions import IncidentState, Limits

__all__ = ["Action", "Carried", "Done", "Permitted", "carry_out", "carry_out_on", "list_actions"]

logger = logging.getLogger(__name__)

MAX_ID = 2**63 - 1
_GIVES_UNIT = frozenset({Action.DISPATCH, Action.DECIDE})


@dataclass(frozen=True)
class Done:
    """What an action made of an incident; `holder_unit_id` None is the command centre, where there is no such unit."""

    incident_id: int
    action: Action
    from_status: Status
    to_status: Status
    version: int
    at: datetime
    holder_unit_id: int | None
    due_at: datetime | None


@dataclass(frozen=True)
class Permitted:
    """An action that a person may carry out now, where it leads, and what it has to carry."""

    action: Action
    to_status: Status
    needs: tuple[Need, ...]


def carry_out(
    database: Database,
    incident_id: int,
    action: Action,
    *,
    actor: str,
    expected_version: int,
    carried: Carried = Carried(),  # noqa: B008  frozen
    at: datetime | None = None,
) -> Done:
    """Carry out an action in a transaction of its own; see `carry_out_on`."""
    with transaction(database) as connection:
        done = carry_out_on(
            connection, incident_id, action, actor=actor, expected_version=expected_version, carried=carried, at=at
        )
    logger.info("incident %d: %s, now %s", incident_id, action, done.to_status)
    return done


def carry_out_on(
    connection: Connection,
    incident_id: int,
    action: Action,
    *,
    actor: str,
    expected_version: int,
    carried: Carried = Carried(),  # noqa: B008  frozen
    at: datetime | None = None,
) -> Done:
    """Carry out an action in the caller's transaction.

    Parameters
    ----------
    actor
        Code of the person who acts.
    expected_version
        The version of the incident that the person saw.
    at
        The instant of the action (aware); None is now. An instant before the last change counts as that change's.

    Raises
    ------
    NotFoundError
        If there is no such incident, person, unit or other incident.
    NotAllowedError
        If the person may not do it: role, unit or area, or because the person did another part of it.
    InputError
        If something that the action needs is missing or can't be used; all that is missing is named.
    ConflictError
        If somebody changed the incident since it was read, or it is not in a status from which the action leads on.
    """
    person = find_acting_person(connection, actor)
    state = _find_state(connection, incident_id, is_locked=True)
    if state.version != expected_version:
        raise ConflictError(_describe_lost_race(connection, incident_id, state, expected_version))
    rule = LIFE_CYCLE[action]
    if state.status not in rule.ways:
        possible = ", ".join(one.action for one in list_possible(state.status)) or "nothing"
        raise ConflictError(
            f"Incident {incident_id} is {state.status}: {action} is not possible then. Possible now: {possible}."
        )
    parts = storage.list_parts(connection, incident_id, staff_id=person.staff_id or 0)
    refusal = _find_refusal(rule, person, state, parts)
    if refusal is not None:
        raise NotAllowedError(f"Incident {incident_id}: {refusal}")
    limits = storage.read_limits(connection)
    when = at or state.now
    fault = _find_rule_fault(rule, state, limits, at=when)
    if fault is not None:
        raise ConflictError(f"Incident {incident_id}: {fault}")
    unit_id = _check_carried(connection, incident_id, rule, state, carried, limits, person=person, at=when)
    set_acting(
        connection,
        actor=person.code,
        role=person.role,
        action=action,
        note=carried.reason.strip(),
        detail=_make_detail(carried),
        at=at,
    )
    try:
        taken = storage.update_incident(
            connection,
            incident_id,
            find_target(rule, state.status, is_extended=state.extension > 0),
            unit_id=unit_id,
            extension=carried.extension if Need.EXTENSION in rule.needs else None,
            other_id=carried.other_incident_id if Need.OTHER in rule.needs else None,
        )
    except pg_errors.CheckViolation as error:
        raise ConflictError(f"Incident {incident_id}: {error.diag.message_primary}") from error
    return Done(
        incident_id, action, state.status, taken.status, taken.version, when, taken.holder_unit_id, taken.due_at
    )


def list_actions(database: Database, incident_id: int, *, actor: str) -> list[Permitted]:
    """List what a person may do now with an incident, in the order of the table.

    Raises
    ------
    NotFoundError
        If there is no such incident or person.
    """
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        state = _find_state(connection, incident_id)
        parts = storage.list_parts(connection, incident_id, staff_id=person.staff_id or 0)
        limits = storage.read_limits(connection)
    return [
        Permitted(
            rule.action,
            find_target(rule, state.status, is_extended=state.extension > 0),
            tuple(need for need in Need if need in rule.needs or (need is Need.UNIT and _lacks_unit(rule, state))),
        )
        for rule in list_possible(state.status)
        if _find_refusal(rule, person, state, parts) is None
        and _find_rule_fault(rule, state, limits, at=state.now) is None
    ]


def find_acting_person(connection: Connection, code: str) -> Actor:
    """Find who acts.

    Raises
    ------
    NotFoundError
        If no active person has that code.
    """
    person = None if "\0" in code else find_actor(connection, code)
    if person is None:
        raise NotFoundError(f"There is no active person with the code {code!r}: 'gridmap staff list' shows who is.")
    return person


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


def _find_state(connection: Connection, incident_id: int, *, is_locked: bool = False) -> IncidentState:
    state = None
    if 0 < incident_id <= MAX_ID:
        if is_locked:
            storage.lock_incident(connection, incident_id)
        state = storage.find_state(connection, incident_id)
    if state is None:
        raise NotFoundError(f"There is no incident {incident_id}.")
    return state


def _describe_lost_race(connection: Connection, incident_id: int, state: IncidentState, expected: int) -> str:
    said = (
        f"Incident {incident_id} was changed since it was read: version {expected} was expected, it has {state.version}"
    )
    last = storage.find_last_change(connection, incident_id)
    if last is None:
        return f"{said} and is {state.status}. Read it again."
    holder = last.holder or "the command centre"
    how = f" ({last.action})" if last.action else ""
    return f"{said}. Since {last.at.isoformat()} it is {last.status} and with {holder}, by {last.actor}{how}. Read it again."


def _find_refusal(rule: Rule, person: Actor, state: IncidentState, parts: frozenset[Part]) -> str | None:
    if not rule.is_granted(person.role, list_relations(person, state)):
        who = ", ".join(sorted(f"{role} ({relation})" for role, relation in rule.grants))
        return (
            f"{person.code} ({person.role}) may not do {rule.action}. That is for {who}, "
            "in the unit and the area that it is with."
        )
    other = sorted(parts - {rule.part}) if rule.part is not None else []
    if other:
        return (
            f"{person.code} is its {other[0]} and can't be its {rule.part}: who reports, who handles and who verifies "
            "are different people."
        )
    return None


def _find_rule_fault(rule: Rule, state: IncidentState, limits: Limits, *, at: datetime) -> str | None:
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


def _lacks_unit(rule: Rule, state: IncidentState) -> bool:
    return rule.action is Action.DISPATCH and state.lead_unit_id is None


def _check_carried(
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
    needs = rule.needs | {Need.UNIT} if _lacks_unit(rule, state) else rule.needs
    missing = carried.list_missing(needs)
    if missing:
        raise InputError(f"Incident {incident_id}: {rule.action} needs {', '.join(missing)}.")
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
        _check_other(connection, incident_id, carried.other_incident_id or 0)
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


def _check_other(connection: Connection, incident_id: int, other_id: int) -> None:
    if other_id == incident_id:
        raise InputError(f"Incident {incident_id} can't be merged into itself.")
    other = _find_state(connection, other_id)
    if other.status in (Status.MERGED, Status.REJECTED):
        where = f" into {other.merged_into_id}" if other.merged_into_id else ""
        raise InputError(f"Incident {other_id} is {other.status}{where}: name one that is still followed.")


def _make_detail(carried: Carried) -> dict[str, object]:
    said: dict[str, object] = {
        "evidence": list(carried.evidence),
        "unit_code": carried.unit_code,
        "item_code": carried.item_code,
        "extension": carried.extension,
        "satisfied": carried.satisfied,
        "other_incident_id": carried.other_incident_id,
    }
    return {name: value for name, value in said.items() if value not in (None, [])}
