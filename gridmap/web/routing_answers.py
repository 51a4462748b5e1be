"""What the API answers about routing: why a unit leads, what waits in which queue."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from gridmap.services.explain import Explanation
from gridmap.services.queues import Queues
from gridmap.web.i18n import Catalogue
from gridmap.web.pages.why_words import describe_alternative, describe_change, describe_party, list_sentences


class UnitAnswer(BaseModel):
    """A unit."""

    id: int
    code: str
    name: str
    letter: str
    unit_type: str
    level: str
    telephone: str


class JurisdictionAnswer(BaseModel):
    """A jurisdiction; days as the database writes them, -infinity and infinity included."""

    id: int
    code: str
    name: str
    kind: str
    valid_from: str
    valid_to: str


class ResolvedAnswer(BaseModel):
    """A unit type of the list and the unit that it was resolved to."""

    unit_type: str
    unit: UnitAnswer | None
    rule: str
    jurisdiction: JurisdictionAnswer | None
    words: str


class AlternativeAnswer(ResolvedAnswer):
    """A unit that was looked at and not taken."""

    rejected: str = Field(description="What spoke against it: see docs/routing.md.")


class ItemAnswer(BaseModel):
    """The item, in the version of the list that counted."""

    code: str
    name: str
    class_name: str
    level: str
    legal_basis: str
    limit_value: float
    limit_unit: str
    needs_power: bool


class PartyAnswer(BaseModel):
    """A unit type that leads or assists, with its duties."""

    role: str
    unit_type: str
    position: int
    legal_basis: str
    contact: str
    telephone: str
    duties: list[str]


class ListVersionAnswer(BaseModel):
    """The version of the responsibility list."""

    name: str
    effective_from: date | None


class PowerAnswer(BaseModel):
    """The power by which the unit handled the item then; null is without bound."""

    valid_from: date | None
    valid_to: date | None
    is_trial: bool
    source: str


class UnitPowerAnswer(BaseModel):
    """A power that a unit that was looked at has or had for the item."""

    unit_code: str
    unit_name: str
    valid_from: str
    valid_to: str
    is_trial: bool
    source: str


class ChangeAnswer(BaseModel):
    """A line of the history that says who was to lead from then on."""

    at: datetime
    kind: str
    action: str | None
    from_status: str | None
    to_status: str | None
    unit_code: str | None
    unit_name: str | None
    actor: str
    note: str
    words: str


class PrecedentAnswer(BaseModel):
    """How a dispute over the same item was decided before."""

    incident_id: int
    decided_at: datetime
    unit_code: str
    unit_name: str
    township: str | None
    decision: str


class FollowedAnswer(BaseModel):
    """The precedent that a decision follows."""

    dispute_id: int
    incident_id: int
    decided_at: datetime
    unit_name: str


class DecisionAnswer(BaseModel):
    """What a panel decided."""

    dispute_id: int
    decided_at: datetime
    panel: list[str]
    reason: str
    follows: FollowedAnswer | None


class WhyAnswer(BaseModel):
    """Why this unit: as kept when it was routed."""

    incident_id: int
    is_kept: bool = Field(description="False: the incident is older than the record, only the rule is known.")
    rule: str
    queue: str | None
    lead: UnitAnswer | None
    routed_rule: str = Field(description="What the rules said, before anybody decided otherwise.")
    routed_queue: str | None
    routed_lead: UnitAnswer | None = Field(description="Whom the rules would have; null where they found none.")
    decision: DecisionAnswer | None = Field(
        description="The panel's, by which it leads; null where it leads otherwise."
    )
    words: list[str] = Field(description="The same in sentences, in the language asked for.")
    day: date | None
    township: str | None
    precision: str | None
    level: str | None
    list: ListVersionAnswer | None
    item_code: str | None
    item: ItemAnswer | None
    parties: Sequence[PartyAnswer]
    jurisdiction: JurisdictionAnswer | None
    tie_break: bool
    leads: Sequence[ResolvedAnswer]
    assists: Sequence[ResolvedAnswer]
    alternatives: Sequence[AlternativeAnswer]
    power: PowerAnswer | None
    powers: Sequence[UnitPowerAnswer]
    changes: Sequence[ChangeAnswer]
    precedents: Sequence[PrecedentAnswer]


class QueueItemAnswer(BaseModel):
    """The part of a queue that one item makes."""

    item_code: str | None
    item_name: str | None
    count: int
    oldest_at: datetime


class QueueAnswer(BaseModel):
    """One queue."""

    queue: str
    words: str
    count: int
    overdue: int
    oldest_at: datetime | None
    oldest_incident_id: int | None
    items: list[QueueItemAnswer]


class QueuesAnswer(BaseModel):
    """All queues, also the empty ones."""

    count: int
    oldest_at: datetime | None
    queues: list[QueueAnswer]


def make_why_answer(explanation: Explanation, catalogue: Catalogue, *, timezone: str) -> dict[str, Any]:
    """Fill a `WhyAnswer`."""
    answer = asdict(explanation)
    version = {"name": answer.pop("list_name"), "effective_from": answer.pop("effective_from")}
    item = explanation.item
    answer |= {
        "list": None if version["name"] is None else version,
        "item": None
        if item is None
        else {name: getattr(item, name) for name in ItemAnswer.model_fields} | {"limit_value": float(item.limit_value)},
        "tie_break": answer.pop("is_tie_break"),
        "words": list_sentences(explanation, catalogue, timezone=timezone),
    }
    for name in ("leads", "assists"):
        for one, party in zip(answer[name], getattr(explanation, name), strict=True):
            one["words"] = describe_party(party, catalogue)
    for one, alternative in zip(answer["alternatives"], explanation.alternatives, strict=True):
        one["words"] = describe_alternative(alternative, catalogue)
    for one, change in zip(answer["changes"], explanation.changes, strict=True):
        one["words"] = describe_change(change, catalogue)
    return answer


def make_queues_answer(found: Queues, catalogue: Catalogue) -> QueuesAnswer:
    """Fill a `QueuesAnswer`."""
    oldest = [one.oldest_at for one in found.queues if one.oldest_at is not None]
    return QueuesAnswer(
        count=sum(one.count for one in found.queues),
        oldest_at=min(oldest, default=None),
        queues=[
            QueueAnswer(
                queue=one.queue,
                words=catalogue.text(f"queue:{one.queue}"),
                count=one.count,
                overdue=one.overdue,
                oldest_at=one.oldest_at,
                oldest_incident_id=one.oldest_incident_id,
                items=[
                    QueueItemAnswer(
                        item_code=part.item_code,
                        item_name=part.item_name,
                        count=part.count,
                        oldest_at=part.oldest_at,
                    )
                    for part in found.items
                    if part.queue == one.queue
                ],
            )
            for one in found.queues
        ],
    )
