"""A called unit responds, and arrives."""

import logging
from datetime import datetime

from gridmap.domain.calls import CallStep
from gridmap.errors import NotFoundError
from gridmap.services.proceedings.call_steps import begin_step
from gridmap.services.proceedings.list_calls import CallState, find_call_on
from gridmap.services.proceedings.matters import find_unit_ids, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


def respond_to_call(
    database: Database, call_id: int, *, unit: str, actor: str, note: str = "", at: datetime | None = None
) -> CallState:
    """Say that a unit is coming. Said again, the first time counts.

    Raises
    ------
    NotFoundError, NotAllowedError, ConflictError
        As the table of steps says; NotFoundError also if the unit was not called.
    """
    return _answer(database, call_id, CallStep.RESPOND, unit=unit, actor=actor, note=note, at=at)


def arrive_at_call(
    database: Database, call_id: int, *, unit: str, actor: str, note: str = "", at: datetime | None = None
) -> CallState:
    """Say that a unit is there; the township may say it too. Raises as `respond_to_call`."""
    return _answer(database, call_id, CallStep.ARRIVE, unit=unit, actor=actor, note=note, at=at)


def _answer(
    database: Database, call_id: int, step: CallStep, *, unit: str, actor: str, note: str, at: datetime | None
) -> CallState:
    instant = read_instant(at)
    with transaction(database) as connection:
        unit_id = find_unit_ids(connection, [unit])[unit]
        _, found = begin_step(connection, call_id, step, actor=actor, version=None, at=instant, unit_id=unit_id)
        if all(one.answer.unit_id != unit_id for one in found.answers):
            raise NotFoundError("Call {call}: {unit} was not called.", call=call_id, unit=unit)
        storage.update_answer(
            connection, call_id, unit_id, at=instant, is_arrival=step is CallStep.ARRIVE, note=note.strip()
        )
        answered = find_call_on(connection, call_id, now=instant)
    logger.info("call %d: %s by %s", call_id, step, unit)
    return answered
