"""Black cards by number: against a slow oracle, and the same again when their own result is put in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.supervision import Card, CardKind, CardStatus, find_status, list_black_by_count

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def red(day: float, *, unit: int | None = 1, incident: int = 0, kind: CardKind = CardKind.RED) -> Card:
    return Card(incident, unit, kind, START + day * DAY)


def days(cards: list[Card], *, reds: int = 3, within: int = 30) -> list[float]:
    return [(one.at - START) / DAY for one in list_black_by_count(cards, reds=reds, within=within * DAY)]


def test_the_third_in_time_brings_it() -> None:
    assert days([red(0), red(1)]) == []
    assert days([red(2), red(0), red(1)]) == [2]
    assert days([red(0), red(1), red(30)]) == [30]
    assert days([red(0), red(1), red(30.1)]) == []
    assert days([red(0), red(1), red(31), red(31)]) == [31]
    assert days([red(day) for day in range(7)]) == [2, 5]
    # Those of its own instant are behind the black card.
    assert days([red(0), red(0), red(0), red(1)], reds=2) == [0]
    assert days([red(0), red(1)], reds=1) == [0, 1]


def test_units_are_counted_apart_and_a_black_card_begins_anew() -> None:
    assert days([red(0), red(1, unit=2), red(2, unit=None), red(3)]) == []
    assert days([red(0), red(1), red(1.5, kind=CardKind.BLACK), red(2), red(3)]) == []
    assert days([red(0), red(1), red(2, kind=CardKind.YELLOW)]) == []


def test_it_falls_on_the_incident_that_made_it_full() -> None:
    (black,) = list_black_by_count([red(0, incident=5), red(1, incident=6), red(2, incident=7)], reds=3, within=DAY * 9)
    assert (black.incident_id, black.kind) == (7, CardKind.BLACK)


CARDS = st.lists(
    st.builds(
        Card,
        st.integers(1, 4),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([CardKind.RED, CardKind.RED, CardKind.BLACK]),
        st.integers(0, 60).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=25,
)


@given(CARDS, st.integers(1, 4), st.integers(1, 40))
def test_a_second_run_finds_nothing_new(cards: list[Card], reds: int, hours: int) -> None:
    within = timedelta(hours=hours)
    first = list_black_by_count(cards, reds=reds, within=within)
    again = list_black_by_count([*cards, *first], reds=reds, within=within)
    assert again == first
    for black in first:
        # An independent look: so many red ones of the unit lie in the span that ends with it.
        seen = [
            card
            for card in cards
            if card.unit_id == black.unit_id and card.kind is CardKind.RED and black.at - within <= card.at <= black.at
        ]
        assert len(seen) >= reds


def test_where_a_card_is() -> None:
    assert find_status(None, None) is CardStatus.GIVEN
    assert find_status(START, None) is CardStatus.ANSWERED
    assert find_status(None, START) is CardStatus.LIFTED
    assert find_status(START, START) is CardStatus.LIFTED
