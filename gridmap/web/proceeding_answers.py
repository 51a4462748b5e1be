"""What the routes of proceedings answer. Instants carry their offset, units and people are codes, `null` is none."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from gridmap.domain.call_backs import CallBackResult
from gridmap.domain.disputes import DisputeCause, DisputeStatus
from gridmap.domain.incidents import Status
from gridmap.domain.orders import OrderRole, OrderStatus
from gridmap.domain.supervision import CardKind, CardStatus
from gridmap.services.proceedings.find_duplicates import Duplicate


class Answer(BaseModel):
    """Filled from an object of the service by the names of its fields."""

    model_config = ConfigDict(from_attributes=True)


class OrderAnswer(Answer):
    """One unit's order; `due_at` is its own or that of its incident, null while that clock stands."""

    id: int
    incident_id: int
    unit_code: str
    unit_name: str
    role: OrderRole
    status: OrderStatus
    duties: list[str]
    ordered_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    finished_at: datetime | None
    result: str
    reason: str
    version: int


class OrdersAnswer(BaseModel):
    """Orders by id."""

    orders: list[OrderAnswer]


class DisputeAnswer(Answer):
    """A dispute; `status` is open, decided or dropped."""

    id: int
    incident_id: int
    status: DisputeStatus
    opened_at: datetime
    opened_by: str | None
    cause: DisputeCause
    reason: str
    due_at: datetime | None
    panel: list[str]
    decided_at: datetime | None
    decided_by: str | None
    decided_unit_code: str | None
    decided_unit_name: str | None
    decision: str
    item_code: str | None
    township: str | None
    is_precedent: bool
    precedent_id: int | None
    version: int


class DisputesAnswer(BaseModel):
    """Disputes."""

    disputes: list[DisputeAnswer]


class OpenedDisputeAnswer(BaseModel):
    """A new dispute, with the precedents that its panel should know."""

    dispute: DisputeAnswer
    precedents: list[DisputeAnswer]


class CardAnswer(Answer):
    """A card; a unit of null is the command centre, `cause` is rule or hand."""

    id: int
    incident_id: int
    unit_code: str | None
    unit_name: str | None
    kind: CardKind
    cause: str
    status: CardStatus
    at: datetime
    given_by: str | None
    reason: str
    answered_at: datetime | None
    answer: str
    answered_by: str | None
    lifted_at: datetime | None
    lift_reason: str
    lifted_by: str | None
    version: int


class CardsAnswer(BaseModel):
    """Cards by id."""

    cards: list[CardAnswer]


class UnitCardsAnswer(Answer):
    """How many cards stand against a unit."""

    unit_code: str | None
    unit_name: str | None
    reminder: int
    yellow: int
    red: int
    black: int
    unanswered: int


class UnitsCardsAnswer(BaseModel):
    """All units with cards, the gravest first."""

    units: list[UnitCardsAnswer]


class CallBackAnswer(Answer):
    """One attempt."""

    id: int
    incident_id: int
    at: datetime
    caller: str | None
    is_reached: bool
    is_satisfied: bool | None
    note: str


class CallBacksAnswer(BaseModel):
    """Attempts, oldest first."""

    call_backs: list[CallBackAnswer]


class CallBackDoneAnswer(Answer):
    """What an attempt made of the incident."""

    incident_id: int
    result: CallBackResult
    status: Status
    version: int
    attempts: int


class WaitingAnswer(Answer):
    """An incident whose reporter has to be called; `end_id` is where it was merged into."""

    id: int
    title: str
    status: Status
    version: int
    end_id: int | None
    resolved_at: datetime | None
    due_at: datetime | None
    attempts: int
    last_at: datetime | None


class WaitingsAnswer(BaseModel):
    """Those that wait, the earliest due first."""

    waiting: list[WaitingAnswer]


class DuplicateAnswer(BaseModel):
    """An open incident that may be the same; `score` 0 to 1 weighs nearness, recency and likeness of the titles."""

    id: int
    title: str
    address: str
    status: Status
    reported_at: datetime
    unit_code: str | None
    version: int
    distance_m: float
    score: float
    near: float
    recent: float
    text: float

    @classmethod
    def of(cls, duplicate: Duplicate) -> Self:
        """Make it of what the service says."""
        one, likeness = duplicate.incident, duplicate.likeness
        return cls(
            id=one.id,
            title=one.title,
            address=one.address,
            status=one.status,
            reported_at=one.reported_at,
            unit_code=one.unit_code,
            version=one.version,
            distance_m=round(one.distance_m, 1),
            score=likeness.score,
            near=likeness.near,
            recent=likeness.recent,
            text=likeness.text,
        )


class DuplicatesAnswer(BaseModel):
    """What may be the same, the most alike first."""

    duplicates: list[DuplicateAnswer]


class MergedAnswer(Answer):
    """An incident that was merged, with the evidence of its own history."""

    id: int
    merged_into_id: int
    title: str
    address: str
    channel: str
    reported_at: datetime
    version: int
    evidence: list[str]


class MergedsAnswer(BaseModel):
    """Everything that ended in an incident, oldest report first."""

    merged: list[MergedAnswer]


class StepAnswer(Answer):
    """What became of an incident."""

    incident_id: int
    from_status: Status
    to_status: Status
    version: int
