"""The command centre judges a call: which units come, or why none does."""

import logging
from collections.abc import Sequence
from datetime import datetime

from gridmap.domain.calls import CallKind, CallStep
from gridmap.domain.proceeding_settings import CallClock
from gridmap.services.proceedings.call_steps import begin_step, move_call
from gridmap.services.proceedings.list_calls import CallState, find_call_on
from gridmap.services.proceedings.matters import find_unit_ids, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import read_proceeding_settings

logger = logging.getLogger(__name__)


def accept_call(
    database: Database,
    call_id: int,
    *,
    actor: str,
    expected_version: int,
    units: Sequence[str],
    at: datetime | None = None,
) -> CallState:
    """Accept a call with the units that have to come. Their clocks run from the call (or, by setting, from now).

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps says; ConflictError also if somebody changed the call since it was read.
    """
    return _call_units(database, call_id, CallStep.ACCEPT, actor, expected_version, units, at)


def add_units(
    database: Database,
    call_id: int,
    *,
    actor: str,
    expected_version: int,
    units: Sequence[str],
    at: datetime | None = None,
) -> CallState:
    """Call further units to an accepted call; their clocks run from now. Raises as `accept_call`."""
    return _call_units(database, call_id, CallStep.ADD_UNITS, actor, expected_version, units, at)


def refuse_call(
    database: Database, call_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> CallState:
    """Refuse a call, with the reason. Raises as `accept_call`."""
    instant = read_instant(at)
    with transaction(database) as connection:
        person, found = begin_step(
            connection, call_id, CallStep.REFUSE, actor=actor, version=expected_version, at=instant, reason=reason
        )
        move_call(connection, found, CallStep.REFUSE, person, at=instant, reason=reason)
        return find_call_on(connection, call_id, now=instant)


def _call_units(
    database: Database,
    call_id: int,
    step: CallStep,
    actor: str,
    version: int,
    units: Sequence[str],
    at: datetime | None,
) -> CallState:
    instant = read_instant(at)
    with transaction(database) as connection:
        person, found = begin_step(
            connection, call_id, step, actor=actor, version=version, at=instant, units=list(units)
        )
        unit_ids = find_unit_ids(connection, units)
        move_call(connection, found, step, person, at=instant)
        _start_clocks(connection, found, sorted(unit_ids.values()), step=step, at=instant)
        judged = find_call_on(connection, call_id, now=instant)
    logger.info("call %d: %d units called", call_id, len(unit_ids))
    return judged


def _start_clocks(
    connection: Connection, found: CallState, unit_ids: Sequence[int], *, step: CallStep, at: datetime
) -> None:
    settings = read_proceeding_settings(connection)
    call = found.call
    from_call = step is CallStep.ACCEPT and settings.call_clock is CallClock.CALL
    is_whistle = call.kind is CallKind.WHISTLE
    storage.insert_call_answers(
        connection,
        call.id,
        unit_ids,
        start=call.called_at if from_call else at,
        respond=settings.call_respond_limit if is_whistle else settings.expert_respond_limit,
        arrive=settings.call_arrive_limit if is_whistle else settings.expert_arrive_limit,
    )
