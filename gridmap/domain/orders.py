"""Orders 联动工单: one incident, a lead and its assistants, each with its duties, clock and result."""

from enum import StrEnum

from gridmap.domain.party import Party
from gridmap.domain.steps import Step


class OrderRole(StrEnum):
    """What a unit is in an order."""

    LEAD = "lead"
    ASSIST = "assist"


class OrderStatus(StrEnum):
    """Where an order is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    OVERRIDDEN = "overridden"


RUNNING = frozenset({OrderStatus.OPEN, OrderStatus.ACKNOWLEDGED})
"""While an assisting order is one of these, its incident can't be resolved."""


class OrderStep(StrEnum):
    """What can be done about an order."""

    ORDER = "order"
    ACKNOWLEDGE = "acknowledge"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    OVERRIDE = "override"


STEPS = {
    OrderStep.ORDER: Step(
        frozenset(), OrderStatus.OPEN, frozenset({Party.DISPATCHER, Party.LEAD}), frozenset({"orders"})
    ),
    OrderStep.ACKNOWLEDGE: Step(frozenset({OrderStatus.OPEN}), OrderStatus.ACKNOWLEDGED, frozenset({Party.UNIT})),
    OrderStep.FINISH: Step(RUNNING, OrderStatus.DONE, frozenset({Party.UNIT}), frozenset({"result"})),
    OrderStep.WITHDRAW: Step(RUNNING, OrderStatus.WITHDRAWN, frozenset({Party.DISPATCHER}), frozenset({"reason"})),
    OrderStep.OVERRIDE: Step(
        RUNNING, OrderStatus.OVERRIDDEN, frozenset({Party.LEAD, Party.SUPERVISOR}), frozenset({"reason"})
    ),
}
"""The whole life of an order; what is not here is refused."""
