"""Text on the pages reaches WCAG AA on both themes, and the greys that mean something can be told apart."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from gridmap.domain.palette import FIRST_SLOTS, linear_to_oklab, read_hex, see_as_deuteranope, to_linear

ASSETS = Path(__file__).resolve().parents[2] / "assets"
TEXTS = ("ink", "ink-soft", "accent", "warn", "bad")
GROUNDS = ("ground", "surface", "raised", "accent-soft")
# Pairs that the style sheets set by hand, text on ground.
BY_HAND = (
    ("41_map.css", ".pill.late"),
    ("41_map.css", ".pill.near"),
    ("41_map.css", ".notice"),
)


def _read_variables(theme: str) -> dict[str, str]:
    css = (ASSETS / "40_page.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css[css.index(":root") : css.index("html[data-theme")]))
    dark_part = css[css.index('html[data-theme="dark"] {') :]
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark_part[: dark_part.index("}")]))
    return light if theme == "light" else {**light, **dark}


def _find_contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    rgb = np.array([[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in (one, other)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return float((high + 0.05) / (low + 0.05))


def _read_greys(theme: str) -> dict[str, str]:
    store = (ASSETS / "14_store.js").read_text(encoding="utf-8")
    colour = (ASSETS / "25_colour.js").read_text(encoding="utf-8")
    others = re.search(rf'OTHERS = {{[^}}]*{theme}: "(#[0-9a-f]{{6}})"', store)
    on_time = re.search(rf'\b{theme}: {{\s+grey: "(#[0-9a-f]{{6}})"', colour)
    assert others is not None
    assert on_time is not None
    return {"others": others[1], "on time": on_time[1]}


def _find_distance(one: str, other: str) -> float:
    """The distance in OKLab, the lesser of what is seen with and without deuteranopia; 0.02 is just noticed."""
    a, b = (to_linear(read_hex(colour)) for colour in (one, other))
    pairs = ((a, b), (see_as_deuteranope(a), see_as_deuteranope(b)))
    return min(float(np.linalg.norm(linear_to_oklab(x) - linear_to_oklab(y))) for x, y in pairs)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reaches_aa_on_every_ground(theme: str) -> None:
    colours = _read_variables(theme)
    weak = {
        (text, ground): round(_find_contrast(colours[text], colours[ground]), 2)
        for text, ground in itertools.product(TEXTS, GROUNDS)
        if _find_contrast(colours[text], colours[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize(("sheet", "rule"), BY_HAND)
def test_text_of_a_colour_set_by_hand_reaches_aa(sheet: str, rule: str) -> None:
    css = (ASSETS / sheet).read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(rule)} {{(.*?)}}", css, re.DOTALL | re.MULTILINE)
    assert found is not None
    ground = re.search(r"background: (#[0-9a-f]{6})", found[1])
    text = re.search(r"(?<!-)color: (#[0-9a-f]{6})", found[1])
    assert ground is not None
    assert text is not None
    assert _find_contrast(text[1], ground[1]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_others_are_neither_on_time_nor_any_unit(theme: str) -> None:
    greys = _read_greys(theme)
    assert _find_distance(greys["others"], greys["on time"]) > 0.15
    # The best that a grey can do against 48 colours: the deuteranope sees many of them as greys, too.
    assert min(_find_distance(greys["others"], colour) for colour in FIRST_SLOTS) > 0.035
