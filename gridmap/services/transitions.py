"""Carry out actions of the life cycle: checked against the table, then written with their history."""

import logging
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import errors as pg_errors

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import (
    LIFE_CYCLE,
    Action,
    Carried,
    Need,
    find_target,
    list_possible,
    name_action,
)
from gridmap.errors import ConflictError, NotAllowedError, NotFoundError
from gridmap.services.acting_person import find_acting_person
from gridmap.services.assignment import counted_attempts
from gridmap.services.transaction import transaction
from gridmap.services.transition_checks import MAX_ID, check_carried, find_refusal, find_rule_fault, lacks_unit
from gridmap.storage import transitions as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.calendar import find_timezone
from gridmap.storage.database import Connection, Database
from gridmap.storage.transitions import IncidentState

__all__ = ["Action", "Carried", "Done", "Permitted", "carry_out", "carry_out_on", "list_actions", "list_actions_on"]

logger = logging.getLogger(__name__)


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
    with counted_attempts(database), transaction(database) as connection:
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
        possible = ", ".join(name_action(one.action, state.status) for one in list_possible(state.status)) or "nothing"
        raise ConflictError(
            f"Incident {incident_id} is {state.status}: {action} is not possible then. Possible now: {possible}."
        )
    parts = storage.list_parts(connection, incident_id, staff_id=person.staff_id or 0)
    refusal = find_refusal(rule, person, state, parts)
    if refusal is not None:
        raise NotAllowedError(f"Incident {incident_id}: {refusal}")
    limits = storage.read_limits(connection)
    when = at or state.now
    fault = find_rule_fault(rule, state, limits, at=when)
    if fault is not None:
        raise ConflictError(f"Incident {incident_id}: {fault}")
    unit_id = check_carried(connection, incident_id, rule, state, carried, limits, person=person, at=when)
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
    except pg_errors.UniqueViolation as error:
        # Somebody wrote down another part of the same person since it was looked up.
        raise NotAllowedError(
            f"Incident {incident_id}: {person.code} did another part of it: who reports, who handles and who verifies "
            "are different people."
        ) from error
    except pg_errors.CheckViolation as error:
        said = error.diag.message_primary or "the database refused it"
        named = f"incident {incident_id} "
        raise ConflictError(f"I{said[1:]}" if said.startswith(named) else f"Incident {incident_id}: {said}") from error
    # Read anew: what follows from it may have moved the incident on, as the last return that is allowed does.
    after = _find_state(connection, incident_id) if action is Action.RETURN else taken
    return Done(
        incident_id, action, state.status, after.status, after.version, when, after.holder_unit_id, after.due_at
    )


def list_actions(database: Database, incident_id: int, *, actor: str) -> list[Permitted]:
    """List what a person may do now with an incident, in the order of the table; raises as `list_actions_on`."""
    with transaction(database) as connection:
        return list_actions_on(connection, incident_id, actor=actor)


def list_actions_on(connection: Connection, incident_id: int, *, actor: str) -> list[Permitted]:
    """List it in the caller's transaction.

    Raises
    ------
    NotFoundError
        If there is no such incident or person.
    """
    person = find_acting_person(connection, actor)
    state = _find_state(connection, incident_id)
    parts = storage.list_parts(connection, incident_id, staff_id=person.staff_id or 0)
    limits = storage.read_limits(connection)
    return [
        Permitted(
            rule.action,
            find_target(rule, state.status, is_extended=state.extension > 0),
            tuple(need for need in Need if need in rule.needs or (need is Need.UNIT and lacks_unit(rule, state))),
        )
        for rule in list_possible(state.status)
        if find_refusal(rule, person, state, parts) is None
        and find_rule_fault(rule, state, limits, at=state.now) is None
    ]


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
    at = last.at.astimezone(ZoneInfo(find_timezone(connection))).isoformat(" ", timespec="seconds")
    since = f"Since {at} it is {last.status} and with {holder}, by {last.actor}{how}"
    return f"{said}. {since}. Read it again."


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
