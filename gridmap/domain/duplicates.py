"""Duplicates: how alike two reports of one item are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

DISTANCE_SHARE, TIME_SHARE, TEXT_SHARE = 0.5, 0.2, 0.3


@dataclass(frozen=True)
class Likeness:
    """How alike, each from 0 (not) to 1 (the same); `score` weighs them."""

    score: float
    near: float
    recent: float
    text: float


def compare(
    *,
    distance_m: float,
    reported_at: datetime,
    other_reported_at: datetime,
    title: str,
    other_title: str,
    max_distance_m: float,
    max_age: timedelta,
) -> Likeness:
    """Compare two reports of one item.

    Distance counts half, text three tenths, time two. Without a title on one side the text says nothing, and the other
    two share its weight. Text is compared here and not by pg_trgm, whose trigrams of Chinese depend on the locale of
    the database: in a C locale all are empty.

    Parameters
    ----------
    distance_m
        Metres between the points, measured in the county's Gauss-Kruger zone.
    max_distance_m, max_age
        Where nearness and recency reach 0.
    """
    near = max(0.0, 1 - distance_m / max_distance_m)
    recent = max(0.0, 1 - abs(reported_at - other_reported_at) / max_age)
    one, other = _normalise(title), _normalise(other_title)
    if one and other:
        # Not `ratio` of (one, other) alone: it depends on the order of the two.
        text = max(SequenceMatcher(None, one, other).ratio(), SequenceMatcher(None, other, one).ratio())
        score = DISTANCE_SHARE * near + TIME_SHARE * recent + TEXT_SHARE * text
    else:
        text = 0.0
        score = (DISTANCE_SHARE * near + TIME_SHARE * recent) / (DISTANCE_SHARE + TIME_SHARE)
    return Likeness(round(score, 4), round(near, 4), round(recent, 4), round(text, 4))


def _normalise(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
