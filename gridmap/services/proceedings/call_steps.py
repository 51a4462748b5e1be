"""Take one step of a call: found, checked against the table, moved on."""

from datetime import datetime

from gridmap.domain.calls import STEPS, CallStatus, CallStep
from gridmap.domain.staff import Actor
from gridmap.domain.steps import check_step
from gridmap.errors import ConflictError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_calls import CallState, find_call_on
from gridmap.services.proceedings.matters import check_version, find_acting_person, list_call_parties
from gridmap.storage import calls as storage
from gridmap.storage.database import Connection


def begin_step(
    connection: Connection,
    call_id: int,
    step: CallStep,
    *,
    actor: str,
    version: int | None,
    at: datetime,
    unit_id: int | None = None,
    **carried: object,
) -> tuple[Actor, CallState]:
    """Find who acts and the call, and check that the step may be taken.

    Parameters
    ----------
    version
        The version that the person saw; None for a step that takes nothing back from anybody (a unit responds).
    unit_id
        The called unit that the step is about.
    """
    person = find_acting_person(connection, actor)
    found = find_call_on(connection, call_id, now=at)
    call = found.call
    subject = Sentence("Call {call}", call=call_id)
    if version is not None:
        check_version(subject, expected=version, found=call.version, status=Term("call", call.status))
    check_step(
        STEPS[step],
        name=step,
        subject=subject,
        status=call.status,
        statuses="call",
        parties=list_call_parties(connection, person, township=call.township_code, unit_id=unit_id),
        carried=carried,
    )
    return person, found


def move_call(
    connection: Connection,
    found: CallState,
    step: CallStep,
    person: Actor,
    *,
    at: datetime,
    reason: str = "",
    result: str = "",
) -> None:
    """Move a call on to where the step leads.

    Raises
    ------
    ConflictError
        If somebody else was quicker.
    """
    call = found.call
    moved = storage.update_call(
        connection,
        call.id,
        CallStatus(STEPS[step].target),
        version=call.version,
        at=at,
        staff_id=person.staff_id,
        reason=reason.strip(),
        result=result.strip(),
    )
    if not moved:
        raise ConflictError(
            "{subject} was changed at this moment by somebody else. Read it again.",
            subject=Sentence("Call {call}", call=call.id),
        )
