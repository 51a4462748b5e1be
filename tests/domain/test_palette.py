"""Colours are told apart, also by people with deuteranopia, and never change.

The oracle measures in CIELAB, computed here from the standard's own numbers, not in the OKLab of the search.
"""

import itertools

import numpy as np
import pytest

from gridmap.domain.palette import FIRST_SLOTS, make_colour, read_hex, see_as_deuteranope, to_linear
from gridmap.errors import InputError

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def _to_cielab(linear: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ linear / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", ["full", "deuteranopia"])
def test_any_two_of_the_first_twelve_are_told_apart(sight: str) -> None:
    linear = {slot: to_linear(read_hex(colour)) for slot, colour in enumerate(FIRST_SLOTS[:12])}
    if sight == "deuteranopia":
        linear = {slot: see_as_deuteranope(value) for slot, value in linear.items()}
    seen = {slot: _to_cielab(value) for slot, value in linear.items()}
    assert len(seen) == 12
    for first, second in itertools.combinations(seen, 2):
        # 2.3 is just noticed.
        assert np.linalg.norm(seen[first] - seen[second]) > 9, (FIRST_SLOTS[first], FIRST_SLOTS[second])


def test_colours_stand_out_from_the_light_and_the_dark_page() -> None:
    for slot in range(60):
        luminance = float(TO_XYZ[1] @ to_linear(read_hex(make_colour(slot))))
        assert 1.05 / (luminance + 0.05) > 1.7, slot
        assert (luminance + 0.05) / 0.06 > 1.8, slot


def test_a_slot_keeps_its_colour() -> None:
    """A unit never changes colour: these may be added to, not changed."""
    assert [make_colour(slot) for slot in (0, 1, 11)] == ["#1d57f3", "#f5af00", "#96556a"]
    made = [make_colour(slot) for slot in range(200)]
    assert made == [make_colour(slot) for slot in range(200)]
    assert len(set(made)) == 200
    assert all(len(colour) == 7 and colour.startswith("#") for colour in made)


def test_with_forty_units_none_looks_like_another() -> None:
    seen = [_to_cielab(to_linear(read_hex(make_colour(slot)))) for slot in range(40)]
    for first, second in itertools.combinations(range(40), 2):
        assert np.linalg.norm(seen[first] - seen[second]) > 5, (make_colour(first), make_colour(second))


def test_a_negative_slot_is_an_error() -> None:
    with pytest.raises(InputError, match="-1"):
        make_colour(-1)
