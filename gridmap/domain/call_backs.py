"""Call-backs 回访: who may call, and what an attempt makes of the incident."""

from enum import StrEnum

from gridmap.domain.staff import Actor, Role
from gridmap.errors import InputError, NotAllowedError
from gridmap.sentence import Term


class CallBackResult(StrEnum):
    """What follows from an attempt."""

    CLOSE = "close"
    REOPEN = "reopen"
    TRY_AGAIN = "try_again"
    CLOSE_UNREACHED = "close_unreached"
    """Tried often enough: closed without an answer; it counts neither as satisfied nor as dissatisfied."""


def check_caller(actor: Actor, *, took_part: dict[int, str]) -> None:
    """Check that the caller is an operator of the command centre and had no other part in the incident.

    Parameters
    ----------
    took_part
        By staff id: reporter, handler or verifier of the incident.

    Raises
    ------
    NotAllowedError
        If not.
    """
    if actor.role is not Role.OPERATOR:
        raise NotAllowedError(
            "{person} is {role}: an operator of the command centre calls back.",
            person=actor.code,
            role=Term("role", actor.role),
        )
    part = None if actor.staff_id is None else took_part.get(actor.staff_id)
    if part is not None:
        raise NotAllowedError(
            "{person} was the {part} of this incident: somebody else has to call back.",
            person=actor.code,
            part=Term("part", part),
        )


def judge_attempt(
    *, is_reached: bool, is_satisfied: bool | None, note: str, unreached: int, attempts: int
) -> CallBackResult:
    """Tell what follows from an attempt.

    Parameters
    ----------
    unreached
        Attempts before this one since the last verification that reached nobody.
    attempts
        So many without an answer are enough.

    Raises
    ------
    InputError
        If somebody was reached and nothing is said of satisfaction, or the other way round, or a dissatisfied reporter
        comes without a note.
    """
    if is_reached == (is_satisfied is None):
        raise InputError(
            "A call-back that reached the reporter says satisfied true or false; one that did not, says neither."
        )
    if not is_reached:
        return CallBackResult.CLOSE_UNREACHED if unreached + 1 >= attempts else CallBackResult.TRY_AGAIN
    if is_satisfied:
        return CallBackResult.CLOSE
    if not note.strip():
        raise InputError("A dissatisfied reporter reopens the incident: the note has to say with what.")
    return CallBackResult.REOPEN
