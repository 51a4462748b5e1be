"""What the responsibility list says: items, the parties of each with their duties, limits and stages."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridmap.domain.clock import Limit


class PartyRole(StrEnum):
    """What a party does in an item: an item may have several of either."""

    LEAD = "lead"
    ASSIST = "assist"


class Level(StrEnum):
    """The level that leads where county and township share an item."""

    COUNTY = "county"
    TOWNSHIP = "township"


@dataclass(frozen=True)
class Duty:
    """One numbered duty of a party."""

    number: int
    text: str


@dataclass(frozen=True)
class Party:
    """A unit type that leads or assists; `position` orders the parties of one role."""

    role: PartyRole
    unit_type: str
    position: int
    duties: tuple[Duty, ...] = ()
    legal_basis: str = ""
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Stage:
    """A step with its own limit, counted from the report like the limit of the item."""

    name: str
    limit: Limit


@dataclass(frozen=True)
class Item:
    """A kind of matter.

    `parties` are sorted: leads before assistants, then by position; the duties of each by number. With stages, `limit`
    is the end of them.
    """

    code: str
    class_name: str
    name: str
    level: Level
    limit: Limit
    parties: tuple[Party, ...]
    stages: tuple[Stage, ...] = ()
    legal_basis: str = ""
    needs_power: bool = False

    def list_parties(self, role: PartyRole) -> tuple[Party, ...]:
        """List the parties of one role, in their order."""
        return tuple(party for party in self.parties if party.role is role)


@dataclass(frozen=True)
class ListVersion:
    """A version of the list; it holds from its first day until the day before the next version's."""

    id: int
    name: str
    effective_from: date
    source: str
    imported_at: datetime
    item_count: int


def sort_parties(parties: list[Party]) -> tuple[Party, ...]:
    """Sort the parties of an item as `Item` holds them."""
    return tuple(sorted(parties, key=lambda party: (party.role is not PartyRole.LEAD, party.position)))
