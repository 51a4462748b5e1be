"""Show calls, with who was called and who is late."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage.calls import Call, CallAnswer, CallFilter
from gridmap.storage.database import Connection, Database

__all__ = ["AnswerState", "Call", "CallAnswer", "CallFilter", "CallState", "find_call", "find_call_on", "list_calls"]


@dataclass(frozen=True)
class AnswerState:
    """A called unit; late is derived: what was done after its limit, or was not done and the limit is over."""

    answer: CallAnswer
    is_response_late: bool
    is_arrival_late: bool


@dataclass(frozen=True)
class CallState:
    """A call with the units that were called."""

    call: Call
    answers: list[AnswerState]


def list_calls(
    database: Database, chosen: CallFilter, *, after: int = 0, limit: int = 100, now: datetime | None = None
) -> list[CallState]:
    """List calls by id, those above `after`, as of an instant."""
    instant = read_instant(now)
    with transaction(database) as connection:
        return _list_on(connection, chosen, now=instant, after=after, limit=limit)


def find_call(database: Database, call_id: int, *, now: datetime | None = None) -> CallState:
    """Find a call.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    with transaction(database) as connection:
        return find_call_on(connection, call_id, now=read_instant(now))


def find_call_on(connection: Connection, call_id: int, *, now: datetime) -> CallState:
    """Do the same in the caller's transaction."""
    found = _list_on(connection, CallFilter(call_id=call_id), now=now) if 0 < call_id <= MAX_ID else []
    if not found:
        raise NotFoundError("There is no call {call}.", call=call_id)
    return found[0]


def _list_on(
    connection: Connection, chosen: CallFilter, *, now: datetime, after: int = 0, limit: int = 1
) -> list[CallState]:
    calls = storage.list_calls(connection, chosen, now=now, after=after, limit=limit)
    answers = storage.list_call_answers(connection, [call.id for call in calls])
    return [CallState(call, [_judge(one, call, now) for one in answers[call.id]]) for call in calls]


def _judge(answer: CallAnswer, call: Call, now: datetime) -> AnswerState:
    # A call that was closed asks nobody to come any more.
    until = call.closed_at or now
    return AnswerState(
        answer,
        is_response_late=_is_late(answer.respond_by, answer.responded_at or until),
        is_arrival_late=_is_late(answer.arrive_by, answer.arrived_at or until),
    )


def _is_late(limit: datetime | None, instant: datetime) -> bool:
    return limit is not None and instant >= limit
