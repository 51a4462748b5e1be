"""What `/api/responsibility` and `/api/powers` answer."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from gridmap.domain.clock import LimitUnit
from gridmap.domain.responsibility.item import Item, Level, ListVersion, PartyRole


class FromDomain(BaseModel):
    """Filled from the attributes of a plain value."""

    model_config = ConfigDict(from_attributes=True)


class LimitAnswer(FromDomain):
    """A time limit."""

    value: float
    unit: LimitUnit


class StageAnswer(FromDomain):
    """A step with its own limit, counted from the report."""

    name: str
    limit: LimitAnswer


class DutyAnswer(FromDomain):
    """A numbered duty."""

    number: int
    text: str


class PartyAnswer(FromDomain):
    """A unit type that leads or assists."""

    role: PartyRole
    unit_type: str
    position: int = Field(description="Order among the parties of its role.")
    duties: list[DutyAnswer]
    legal_basis: str
    contact: str
    telephone: str


class ItemAnswer(FromDomain):
    """An item of the list."""

    code: str
    class_name: str
    name: str
    level: Level = Field(description="The level that leads.")
    limit: LimitAnswer
    stages: list[StageAnswer]
    legal_basis: str
    needs_power: bool = Field(description="Only a unit that holds the power for it on the day may handle it.")
    parties: list[PartyAnswer] = Field(description="Leads before assistants, each role by position.")


class VersionAnswer(FromDomain):
    """A version of the list: it holds from its first day until the next version's."""

    name: str
    effective_from: date
    source: str
    imported_at: datetime
    item_count: int


class VersionsAnswer(BaseModel):
    """All versions by their first day."""

    versions: list[VersionAnswer]


class ListAnswer(BaseModel):
    """A version with its items."""

    version: VersionAnswer
    items: list[ItemAnswer]


class FieldNameAnswer(FromDomain):
    """A field of an item; of a party with role and unit type, of a duty with its number too."""

    role: str
    unit_type: str
    number: int
    name: str


class FieldChangeAnswer(FromDomain):
    """A field that differs; empty text where there is none."""

    field: FieldNameAnswer
    old: str
    new: str


class ItemRefAnswer(FromDomain):
    """An item by code and name."""

    code: str
    name: str


class ItemChangeAnswer(FromDomain):
    """An item that both versions hold, and its fields that differ."""

    item: ItemRefAnswer
    changes: list[FieldChangeAnswer]


class DiffAnswer(FromDomain):
    """What differs between two versions."""

    added: list[ItemRefAnswer]
    removed: list[ItemRefAnswer]
    changed: list[ItemChangeAnswer]


class PowerAnswer(FromDomain):
    """A unit may handle an item from the first to the last day, both included; null is without an end."""

    unit_code: str
    item_code: str
    first_day: date | None
    last_day: date | None
    is_trial: bool
    source: str


class PowersAnswer(BaseModel):
    """Powers by unit, item and first day."""

    powers: list[PowerAnswer]


def make_list_answer(version: ListVersion, items: Sequence[Item]) -> ListAnswer:
    """Fill the answer of a version."""
    return ListAnswer(
        version=VersionAnswer.model_validate(version), items=[ItemAnswer.model_validate(item) for item in items]
    )
