"""Call the reporter back, and do what follows from it."""

import logging
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.call_backs import CallBackResult, check_caller, judge_attempt
from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.matters import check_version, find_acting_person, find_matter, read_instant
from gridmap.services.transaction import transaction
from gridmap.services.transitions import carry_out_on
from gridmap.storage import call_backs as storage
from gridmap.storage import transitions
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import Matter, read_proceeding_settings

logger = logging.getLogger(__name__)

_SETTLED = frozenset({Status.VERIFIED, Status.CALLED_BACK})


@dataclass(frozen=True)
class CallBackDone:
    """What an attempt made of the incident; `attempts` counts those since it was resolved that reached nobody."""

    incident_id: int
    result: CallBackResult
    status: Status
    version: int
    attempts: int


def call_back(
    database: Database,
    incident_id: int,
    *,
    actor: str,
    expected_version: int,
    is_reached: bool,
    is_satisfied: bool | None = None,
    note: str = "",
    at: datetime | None = None,
) -> CallBackDone:
    """Write down an attempt to call the reporter of a verified incident back.

    Satisfied closes it; dissatisfied reopens it with the note as the reason; the last of so many attempts that reach
    nobody closes it without an answer. The reporter of a merged incident is called when the one that it was merged into
    is settled: satisfied leaves it merged, dissatisfied takes it out again.

    Raises
    ------
    NotFoundError
        If there is no such incident or person.
    NotAllowedError
        If the person is no operator of the command centre, or reported, handled or verified the incident.
    InputError
        If what is said does not go together.
    ConflictError
        If the incident was changed since it was read, is not verified, or was called back already.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        check_version(
            Sentence("Incident {incident}", incident=incident_id),
            expected=expected_version,
            found=matter.version,
            status=Term("status", matter.status),
        )
        check_caller(person, took_part=storage.list_parts(connection, incident_id))
        state = storage.find_call_back_state(connection, incident_id)
        if (
            matter.status not in (Status.VERIFIED, Status.MERGED)
            or state is None
            or state.end_status not in _SETTLED
            or state.is_reached
        ):
            raise ConflictError(
                "Incident {incident} is {status}: {why}",
                incident=incident_id,
                status=Term("status", matter.status),
                why=_explain(matter, state),
            )
        attempts = read_proceeding_settings(connection).call_back_attempts
        result = judge_attempt(
            is_reached=is_reached,
            is_satisfied=is_satisfied,
            note=note,
            unreached=state.unreached,
            attempts=attempts,
        )
        storage.insert_call_back(
            connection,
            incident_id,
            at=instant,
            staff_id=person.staff_id,
            is_reached=is_reached,
            is_satisfied=is_satisfied,
            note=note.strip(),
        )
        unreached = state.unreached + (not is_reached)
        status, version = _follow(connection, person, matter, result, note=note, unreached=unreached, at=instant)
    logger.info("incident %d: call-back, %s", incident_id, result)
    return CallBackDone(incident_id, result, status, version, unreached)


def _explain(matter: Matter, state: storage.CallBackState | None) -> Sentence:
    if state is not None and state.is_reached and matter.status in (Status.VERIFIED, Status.MERGED, Status.CALLED_BACK):
        return Sentence("its reporter was called back already.")
    if matter.status is Status.MERGED:
        return Sentence("its reporter is called back when the one that it was merged into is verified.")
    return Sentence("its reporter is called back when it is verified.")


def _follow(
    connection: Connection,
    person: Actor,
    matter: Matter,
    result: CallBackResult,
    *,
    note: str,
    unreached: int,
    at: datetime,
) -> tuple[Status, int]:
    if result is CallBackResult.REOPEN:
        return _act(connection, person, matter, Action.REOPEN, Carried(reason=note), at=at)
    if matter.status is Status.MERGED or result is CallBackResult.TRY_AGAIN:
        return matter.status, matter.version
    if result is CallBackResult.CLOSE:
        return _act(connection, person, matter, Action.CALL_BACK, Carried(reason=note, satisfied=True), at=at)
    # Nobody answered: closed without saying that anybody was satisfied, which the action itself has to say.
    set_acting(
        connection,
        actor=person.code,
        role=person.role,
        action=Action.CALL_BACK,
        note=note.strip(),
        detail={"unreached": unreached},
        at=at,
    )
    taken = transitions.update_incident(connection, matter.id, Status.CALLED_BACK)
    return taken.status, taken.version


def _act(
    connection: Connection, person: Actor, matter: Matter, action: Action, carried: Carried, *, at: datetime
) -> tuple[Status, int]:
    done = carry_out_on(
        connection, matter.id, action, actor=person.code, expected_version=matter.version, carried=carried, at=at
    )
    return done.to_status, done.version
