"""Definitions, values and intervals of measures; the document holds the same table."""

from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.measure_value import find_interval, make_value, meets_target
from gridmap.domain.measures import (
    AREA_DIMENSIONS,
    COUNTED_MEASURES,
    GRID_MEASURES,
    LEDGER_MEASURES,
    MEASURES,
    Definition,
    Dimension,
    Form,
    MeasureId,
    choose_measures,
)
from gridmap.errors import InputError

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


def make_target(definition: Definition) -> str:
    ends = [f"{end:.0%}" if definition.form is Form.SHARE else f"{end:.0f}" for end in definition.target]
    return "-".join(ends)


def make_table() -> str:
    """Make the table of the document from the table of the program."""
    lines = [
        "| measure | Chinese | English | counts | of | form | good | target |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in MEASURES.values():
        lines.append(
            f"| `{one.id}` | {one.chinese} | {one.english} | {one.numerator} | {one.denominator} | {one.form} | "
            f"{one.direction} | {make_target(one)} |"
        )
    return "\n".join(lines)


def test_the_document_holds_the_table() -> None:
    assert make_table() in DOCUMENT.read_text(encoding="utf-8")


def test_every_measure_is_defined_and_counted_once() -> None:
    assert list(MEASURES) == list(MeasureId)
    groups = [COUNTED_MEASURES, LEDGER_MEASURES, GRID_MEASURES, {MeasureId.REPEAT_PLACES}]
    assert sorted(one for group in groups for one in group) == sorted(MeasureId)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    # Published worked examples of the Wilson interval: R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(numerator: int, denominator: int, low: float, high: float) -> None:
    assert find_interval(numerator, denominator) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share_and_mirrors(counts: tuple[int, int]) -> None:
    hits, all_of_them = counts
    low, high = find_interval(hits, all_of_them)
    assert 0 <= low <= hits / all_of_them <= high <= 1
    other_low, other_high = find_interval(all_of_them - hits, all_of_them)
    assert (other_low, other_high) == (pytest.approx(1 - high, abs=1e-9), pytest.approx(1 - low, abs=1e-9))


def test_the_interval_covers_about_95_percent() -> None:
    share, trials = 0.3, 60
    covered = sum(
        comb(trials, hits) * share**hits * (1 - share) ** (trials - hits)
        for hits in range(trials + 1)
        if find_interval(hits, trials)[0] <= share <= find_interval(hits, trials)[1]
    )
    assert 0.93 < covered < 0.97


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "value"),
    [
        (MeasureId.ACCEPTED, 3, 4, 0.75),
        (MeasureId.ACCEPTED, 0, 0, None),
        (MeasureId.BURNT_HOURS, 12.5, 0, 12.5),
        (MeasureId.INCIDENTS_PER_100_HOUSEHOLDS, 3, 200, 1.5),
        (MeasureId.INCIDENTS_PER_100_HOUSEHOLDS, 3, 0, None),
        (MeasureId.HOUSEHOLDS_PER_GRID, 300, 4, 75),
    ],
)
def test_a_value_is_made_by_its_form(
    measure: MeasureId, numerator: float, denominator: float, value: float | None
) -> None:
    made = make_value(measure, numerator, denominator, small_number=30)
    assert made.value == value
    assert (made.low is None) == (MEASURES[measure].form is not Form.SHARE or value is None)


@pytest.mark.parametrize(("denominator", "is_small"), [(0, True), (29, True), (30, False), (31, False)])
def test_small_numbers_are_marked(denominator: int, is_small: bool) -> None:
    assert make_value(MeasureId.ACCEPTED, 0, denominator, small_number=30).is_small is is_small


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "meets"),
    [
        (MeasureId.CLOSED_SAME_DAY, 85, 100, True),
        (MeasureId.CLOSED_SAME_DAY, 84, 100, False),
        (MeasureId.CLOSED_SAME_DAY, 0, 0, None),
        (MeasureId.SATISFIED, 1, 1, None),
        (MeasureId.HOUSEHOLDS_PER_GRID, 79, 1, False),
        (MeasureId.HOUSEHOLDS_PER_GRID, 80, 1, True),
        (MeasureId.HOUSEHOLDS_PER_GRID, 120, 1, True),
        (MeasureId.HOUSEHOLDS_PER_GRID, 121, 1, False),
    ],
)
def test_a_target_is_met_or_not(measure: MeasureId, numerator: int, denominator: int, meets: bool | None) -> None:
    assert meets_target(make_value(measure, numerator, denominator, small_number=30)) is meets


@pytest.mark.parametrize("by", list(Dimension))
def test_what_is_of_areas_is_asked_by_areas(by: Dimension) -> None:
    assert (set(choose_measures((), by=by)) >= GRID_MEASURES) is (by in AREA_DIMENSIONS)
    for one in MeasureId:
        if one in GRID_MEASURES and by not in AREA_DIMENSIONS:
            with pytest.raises(InputError, match="only by an area"):
                choose_measures([one], by=by)
        else:
            assert choose_measures([one], by=by) == (one,)
            assert one not in choose_measures((), by=by, leave_out=[one])
