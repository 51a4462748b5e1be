"""What an incident keeps of its routing: who leads and assists, who was not taken and why, where it waits.

SQL `route()` writes it, see docs/routing.md; this reads it back. A test compares the words with those of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gridmap.errors import InputError
from gridmap.sentence import Technical


class Queue(StrEnum):
    """Where an incident waits for the command centre while no unit may lead."""

    ITEM_NOT_IN_LIST = "item_not_in_list"
    NO_UNIT = "no_unit"
    OVERLAPPING_JURISDICTIONS = "overlapping_jurisdictions"
    NO_POWER = "no_power"
    NOT_ADMITTED = "not_admitted"
    DISPUTED = "disputed"


REROUTED_QUEUES = frozenset(Queue) - {Queue.DISPUTED}
"""Those that the rules fill and may empty again; a dispute ends by a decision."""


class Rejection(StrEnum):
    """What spoke against a unit that was looked at."""

    NO_POWER = "no_power"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    OTHER_LEVEL = "other_level"
    LATER_RULE = "later_rule"
    LATER_CODE = "later_code"
    OVERLAPPING_JURISDICTIONS = "overlapping_jurisdictions"
    ON_BORDER = "on_border"
    TIE_BREAK = "tie_break"
    NOT_ADMITTED = "not_admitted"
    ITEM_NOT_IN_LIST = "item_not_in_list"
    BY_HAND_ONLY = "by_hand_only"


@dataclass(frozen=True)
class KeptParty:
    """A unit type that leads or assists and the unit that it was resolved to; None where there was none."""

    unit_type: str
    unit_id: int | None
    rule: str
    jurisdiction_id: int | None


@dataclass(frozen=True)
class KeptAlternative:
    """A unit that was looked at and not taken."""

    unit_type: str
    unit_id: int
    rule: str
    jurisdiction_id: int | None
    rejected: Rejection


@dataclass(frozen=True)
class KeptPower:
    """The power by which the unit that leads handled the item then; None is without end."""

    valid_from: date | None
    valid_to: date | None
    is_trial: bool
    source: str


@dataclass(frozen=True)
class KeptRouting:
    """All of it, as of the day it was routed."""

    list_id: int | None
    list_name: str | None
    effective_from: date | None
    item_code: str | None
    level: str | None
    day: date
    township: str | None
    precision: str
    rule: str
    is_tie_break: bool
    jurisdiction_id: int | None
    jurisdiction_code: str | None
    leads: tuple[KeptParty, ...]
    assists: tuple[KeptParty, ...]
    alternatives: tuple[KeptAlternative, ...]
    queue: Queue | None
    power: KeptPower | None


def read_kept_routing(kept: Mapping[str, Any]) -> KeptRouting:
    """Read the JSON that an incident keeps.

    Raises
    ------
    InputError
        If it is not what `route()` writes, as after an edit by hand.
    """
    try:
        return KeptRouting(
            list_id=kept["list_id"],
            list_name=kept["list_name"],
            effective_from=_read_day(kept["effective_from"]),
            item_code=kept["item_code"],
            level=kept["level"],
            day=date.fromisoformat(kept["day"]),
            township=kept["township"],
            precision=kept["precision"],
            rule=kept["rule"],
            is_tie_break=kept["tie_break"],
            jurisdiction_id=kept["jurisdiction_id"],
            jurisdiction_code=kept["jurisdiction_code"],
            leads=tuple(_read_party(one) for one in kept["leads"]),
            assists=tuple(_read_party(one) for one in kept["assists"]),
            alternatives=tuple(
                KeptAlternative(
                    one["unit_type"], one["unit_id"], one["rule"], one["jurisdiction_id"], Rejection(one["rejected"])
                )
                for one in kept["alternatives"]
            ),
            queue=None if kept["queue"] is None else Queue(kept["queue"]),
            power=_read_power(kept["power"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "The kept routing can't be read ({cause}): re-route the incident.", cause=Technical(repr(error))
        ) from error


def _read_party(one: Mapping[str, Any]) -> KeptParty:
    return KeptParty(one["unit_type"], one["unit_id"], one["rule"], one["jurisdiction_id"])


def _read_power(one: Mapping[str, Any] | None) -> KeptPower | None:
    if one is None:
        return None
    return KeptPower(_read_day(one["valid_from"]), _read_day(one["valid_to"]), one["is_trial"], one["source"])


def _read_day(text: str | None) -> date | None:
    """Read a day of the database; its infinities, which Python has none of, are None."""
    return None if text is None or text.endswith("infinity") else date.fromisoformat(text)
