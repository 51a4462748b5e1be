"""A call ends: with its result, or withdrawn; then the township rates who came."""

import logging
from datetime import datetime

from gridmap.domain.calls import CallStep
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.services.proceedings.call_steps import begin_step, move_call
from gridmap.services.proceedings.list_calls import CallState, find_call_on
from gridmap.services.proceedings.matters import find_unit_ids, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


def close_call(
    database: Database, call_id: int, *, actor: str, expected_version: int, result: str, at: datetime | None = None
) -> CallState:
    """Close a call with what came of it.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps says; ConflictError also if somebody changed the call since it was read.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person, found = begin_step(
            connection, call_id, CallStep.CLOSE, actor=actor, version=expected_version, at=instant, result=result
        )
        move_call(connection, found, CallStep.CLOSE, person, at=instant, result=result)
        closed = find_call_on(connection, call_id, now=instant)
    logger.info("call %d is closed", call_id)
    return closed


def withdraw_call(
    database: Database, call_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> CallState:
    """Take a call back. Raises as `close_call`."""
    instant = read_instant(at)
    with transaction(database) as connection:
        person, found = begin_step(
            connection, call_id, CallStep.WITHDRAW, actor=actor, version=expected_version, at=instant, reason=reason
        )
        move_call(connection, found, CallStep.WITHDRAW, person, at=instant, reason=reason)
        return find_call_on(connection, call_id, now=instant)


def rate_unit(
    database: Database,
    call_id: int,
    *,
    actor: str,
    expected_version: int,
    unit: str,
    rating: int,
    at: datetime | None = None,
) -> CallState:
    """Rate a called unit, 1 (bad) to 5 (good), once. Raises as `close_call`."""
    instant = read_instant(at)
    if not 1 <= rating <= 5:
        raise InputError("Call {call}: a rating is 1 to 5, not {rating}.", call=call_id, rating=rating)
    with transaction(database) as connection:
        unit_id = find_unit_ids(connection, [unit])[unit]
        person, found = begin_step(
            connection, call_id, CallStep.RATE, actor=actor, version=expected_version, at=instant, rating=rating
        )
        answer = next((one.answer for one in found.answers if one.answer.unit_id == unit_id), None)
        if answer is None:
            raise NotFoundError("Call {call}: {unit} was not called.", call=call_id, unit=unit)
        if answer.rating is not None:
            raise ConflictError(
                "Call {call}: {unit} was rated {rating} already.", call=call_id, unit=unit, rating=answer.rating
            )
        move_call(connection, found, CallStep.RATE, person, at=instant)
        storage.update_rating(connection, call_id, unit_id, rating=rating)
        return find_call_on(connection, call_id, now=instant)
