"""How alike two reports are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.duplicates import Likeness, compare

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = timedelta(days=7)


def like(distance_m: float = 0, days: float = 0, title: str = "犬只扰民", other: str = "犬只扰民") -> Likeness:
    return compare(
        distance_m=distance_m,
        reported_at=NOW,
        other_reported_at=NOW - timedelta(days=days),
        title=title,
        other_title=other,
        max_distance_m=200,
        max_age=WEEK,
    )


def test_the_same_is_one_and_the_edge_is_nothing() -> None:
    assert like() == Likeness(1, 1, 1, 1)
    assert like(200, 7, "甲", "乙") == Likeness(0, 0, 0, 0)
    assert like(100).score == pytest.approx(0.75)
    assert like(days=3.5).score == pytest.approx(0.9)


def test_text_is_compared_by_its_letters() -> None:
    assert like(title="Dog, barking!", other="dog barking").text == 1
    assert like(title="流浪犬扰民", other="犬只扰民").text == pytest.approx(2 * 3 / 9, abs=1e-4)
    assert like(title="路灯不亮", other="犬只扰民").text == 0


def test_without_a_title_place_and_time_decide() -> None:
    assert like(title="", other="犬").score == 1
    assert like(100, title="", other="").score == pytest.approx(0.5 * 0.5 / 0.7 + 0.2 / 0.7, abs=1e-4)


@given(
    st.floats(0, 400),
    st.floats(-14, 14),
    st.text(alphabet="犬只扰民流浪路灯", max_size=8),
    st.text(alphabet="犬只扰民流浪路灯", max_size=8),
)
def test_it_is_a_share_and_has_no_direction(distance_m: float, days: float, title: str, other: str) -> None:
    one = like(distance_m, days, title, other)
    assert all(0 <= value <= 1 for value in (one.score, one.near, one.recent, one.text))
    assert like(distance_m, -days, other, title) == one
    assert like(min(distance_m + 10, 400), days, title, other).score <= one.score
