"""Calls 乡呼县应, 吹哨报到, 点兵点将: a township calls units to a place or asks for an expert; the centre judges."""

from enum import StrEnum

from gridmap.domain.party import Party
from gridmap.domain.steps import Step


class CallKind(StrEnum):
    """What is called for."""

    WHISTLE = "whistle"
    """Units to a place 吹哨报到."""
    EXPERT = "expert"
    """An expert or equipment 点兵点将: not a complaint."""


class CallStatus(StrEnum):
    """Where a call is."""

    CALLED = "called"
    JUDGED = "judged"
    REFUSED = "refused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES = frozenset({CallStatus.CALLED, CallStatus.JUDGED})


class CallStep(StrEnum):
    """What can be done about a call."""

    CALL = "call"
    ACCEPT = "accept"
    REFUSE = "refuse"
    ADD_UNITS = "add_units"
    RESPOND = "respond"
    ARRIVE = "arrive"
    RATE = "rate"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_CALLED = frozenset({CallStatus.CALLED})
_JUDGED = frozenset({CallStatus.JUDGED})
_CALLER = frozenset({Party.TOWNSHIP})
_JUDGE = frozenset({Party.DISPATCHER})

STEPS = {
    # An operator writes down what a township says by telephone.
    CallStep.CALL: Step(
        frozenset(), CallStatus.CALLED, frozenset({Party.TOWNSHIP, Party.CENTRE}), frozenset({"matter"})
    ),
    CallStep.ACCEPT: Step(_CALLED, CallStatus.JUDGED, _JUDGE, frozenset({"units"})),
    CallStep.REFUSE: Step(_CALLED, CallStatus.REFUSED, _JUDGE, frozenset({"reason"})),
    CallStep.ADD_UNITS: Step(_JUDGED, CallStatus.JUDGED, _JUDGE, frozenset({"units"})),
    CallStep.RESPOND: Step(_JUDGED, CallStatus.JUDGED, frozenset({Party.UNIT})),
    # The township sees who stands there.
    CallStep.ARRIVE: Step(_JUDGED, CallStatus.JUDGED, frozenset({Party.UNIT, Party.TOWNSHIP})),
    CallStep.RATE: Step(frozenset({CallStatus.CLOSED}), CallStatus.CLOSED, _CALLER, frozenset({"rating"})),
    CallStep.CLOSE: Step(
        _JUDGED, CallStatus.CLOSED, frozenset({Party.TOWNSHIP, Party.DISPATCHER}), frozenset({"result"})
    ),
    CallStep.WITHDRAW: Step(OPEN_STATUSES, CallStatus.WITHDRAWN, _CALLER, frozenset({"reason"})),
}
"""The whole life of a call; what is not here is refused."""
