"""Supervision 督办: reminder, yellow, red and black card, by rule and by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gridmap.domain.party import Party
from gridmap.domain.steps import Step


class CardKind(StrEnum):
    """From mild to grave."""

    REMINDER = "reminder"
    YELLOW = "yellow"
    RED = "red"
    BLACK = "black"


class CardStatus(StrEnum):
    """Where a card is; not stored, it follows from its instants."""

    GIVEN = "given"
    ANSWERED = "answered"
    LIFTED = "lifted"


class CardStep(StrEnum):
    """What can be done about a card."""

    GIVE = "give"
    ANSWER = "answer"
    LIFT = "lift"


STEPS = {
    CardStep.GIVE: Step(frozenset(), CardStatus.GIVEN, frozenset({Party.SUPERVISOR}), frozenset({"reason"})),
    CardStep.ANSWER: Step(
        frozenset({CardStatus.GIVEN}), CardStatus.ANSWERED, frozenset({Party.UNIT}), frozenset({"answer"})
    ),
    CardStep.LIFT: Step(
        frozenset({CardStatus.GIVEN, CardStatus.ANSWERED}),
        CardStatus.LIFTED,
        frozenset({Party.SUPERVISOR}),
        frozenset({"reason"}),
    ),
}
"""The whole life of a card; what is not here is refused."""


def find_status(answered_at: datetime | None, lifted_at: datetime | None) -> CardStatus:
    """Tell where a card is."""
    if lifted_at is not None:
        return CardStatus.LIFTED
    return CardStatus.GIVEN if answered_at is None else CardStatus.ANSWERED


@dataclass(frozen=True)
class Card:
    """A red or black card that counts; `unit_id` None is the command centre."""

    incident_id: int
    unit_id: int | None
    kind: CardKind
    at: datetime


def list_black_by_count(cards: Iterable[Card], *, reds: int, within: timedelta) -> list[Card]:
    """List the black cards that a number of red ones bring: to a unit, on the incident of the red that makes it full.

    A black card of the unit, whatever brought it, begins the count anew, behind all red ones of its instant; so a
    second run over what the first one gave finds the same cards.

    Parameters
    ----------
    cards
        The red and black cards of all units that were not lifted, in any order.
    reds, within
        So many red cards in a span not longer than this.
    """
    black = []
    running: dict[int | None, list[datetime]] = {}
    full_at: dict[int | None, datetime] = {}
    # At one instant red comes before black: the black card that a red one brings bears its instant.
    for card in sorted(cards, key=lambda one: (one.at, one.kind is CardKind.BLACK, one.incident_id)):
        counted = running.setdefault(card.unit_id, [])
        if card.kind is CardKind.BLACK:
            counted.clear()
        elif card.kind is CardKind.RED and full_at.get(card.unit_id) != card.at:
            counted.append(card.at)
            while card.at - counted[0] > within:
                counted.pop(0)
            if len(counted) >= reds:
                black.append(Card(card.incident_id, card.unit_id, CardKind.BLACK, card.at))
                full_at[card.unit_id] = card.at
                counted.clear()
    return black
