"""Incidents of the demonstration: sixty days of them, or one at a time."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from gridmap.demonstration.county import County
from gridmap.demonstration.incident_draw import (
    CHANNELS,
    DATUMS,
    PRECISIONS,
    Drawn,
    draw_incidents,
    make_hot_spots,
    make_words,
)
from gridmap.demonstration.incident_places import Places, find_places
from gridmap.demonstration.incident_times import (
    HOUR_US,
    Clock,
    draw_dispatched,
    draw_near_due,
    draw_reported,
    draw_stays,
    draw_used_shares,
    draw_visits,
    make_clock,
    move_to_office_hours,
)
from gridmap.demonstration.plane import Flags, Floats, Ints, Texts

INCIDENT_COLUMNS = (
    "source_key",
    "channel",
    "item_code",
    "title",
    "address",
    "lon",
    "lat",
    "datum",
    "precision",
    "reported_at",
    "dispatched_at",
    "closed_at",
    "status",
    "true_small_grid",
)
# Of what comes to a troubled unit, and of what comes to any.
_SLOW_OF_TROUBLE = 0.42
_SLOW_SHARE = 0.15
_VISIT_SHARE = 0.45
_NEAR_DUE = 70


def make_incidents(county: County, *, now: datetime, days: int = 60, count: int = 12000, seed: int = 1) -> pd.DataFrame:
    """Make the incidents of the days before ``now``, oldest first.

    Columns: see ``INCIDENT_COLUMNS``. ``lon``, ``lat`` are in the *declared* ``datum`` (a few declare a wrong one);
    times are aware
    UTC, ``closed_at`` is NaT for the open ones; ``true_small_grid`` is where it really happened, '' outside the
    county. Times follow the
    limits of the items on the working calendar, with units and townships that keep them well or badly.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    places = find_places(county)
    drawn = draw_incidents(county, places, rng, count, hot=make_hot_spots(county, places, rng))
    clock = make_clock(now, days)
    limit_us = _list_limits_us(county)[drawn.item]
    reported = draw_reported(rng, now, days, count)
    slow = _draw_slow(county, rng, drawn)
    # Those that the clock is to turn in front of the viewer; where the troubled units are, they are theirs.
    likely = np.flatnonzero(slow & (drawn.trouble >= 0)) if (drawn.trouble >= 0).any() else np.arange(count)
    soon = np.sort(rng.choice(likely, min(_NEAR_DUE, count // 20, len(likely)), replace=False))
    reported[soon] = draw_near_due(rng, clock, limit_us[soon])
    slow[soon] = True
    closed = _draw_closed(county, places, rng, clock, drawn, reported, slow)
    closed[soon] = np.maximum(closed[soon], clock.now_us + 24 * HOUR_US)
    is_open = closed > clock.now_us
    accepted, dispatched = draw_dispatched(rng, clock, reported)
    # What is closed had been dispatched before.
    dispatched = np.where(is_open, dispatched, np.minimum(dispatched, reported + (closed - reported) * 3 // 5))
    order = np.lexsort((np.arange(count), reported))
    frame = pd.DataFrame(
        {
            "channel": np.asarray(CHANNELS, dtype=object)[drawn.channel],
            **make_words(county, places, drawn),
            "lon": drawn.lon,
            "lat": drawn.lat,
            "datum": np.asarray([str(d) for d in DATUMS], dtype=object)[drawn.datum],
            "precision": np.asarray(PRECISIONS, dtype=object)[drawn.precision],
            "reported_at": pd.to_datetime(reported, unit="us", utc=True),
            "dispatched_at": _make_instants(dispatched, dispatched <= clock.now_us),
            "closed_at": _make_instants(closed, ~is_open),
            "status": np.where(
                is_open,
                _find_open_status(rng, clock.now_us, accepted, dispatched),
                _find_closed_status((clock.now_us - closed) / (24 * HOUR_US)),
            ),
            "true_small_grid": np.where(drawn.grid < 0, "", places.grid_code[drawn.grid]),
        }
    ).iloc[order]
    frame.insert(0, "source_key", [f"demo-{seed}-{number:06d}" for number in range(1, count + 1)])
    return frame[list(INCIDENT_COLUMNS)].reset_index(drop=True)


def make_incident(county: County, rng: np.random.Generator, *, now: datetime) -> dict[str, object]:
    """Make one incident reported now: the columns of ``make_incidents`` but for ``source_key``."""
    places = find_places(county)
    drawn = draw_incidents(county, places, rng, 1, hot=None)
    words = make_words(county, places, drawn)
    return {
        "channel": CHANNELS[drawn.channel[0]],
        **{key: value[0] for key, value in words.items()},
        "lon": float(drawn.lon[0]),
        "lat": float(drawn.lat[0]),
        "datum": str(DATUMS[drawn.datum[0]]),
        "precision": PRECISIONS[drawn.precision[0]],
        "reported_at": now.astimezone(UTC),
        "dispatched_at": None,
        "closed_at": None,
        "status": "reported",
        "true_small_grid": places.grid_code[drawn.grid[0]] if drawn.grid[0] >= 0 else "",
    }


def _list_limits_us(county: County) -> Ints:
    """List the limits in working microseconds; a working day is the 24 hours of a day that is one."""
    items = county.items
    limit: Ints = (items["working_days"].to_numpy(np.int64) * 24 + items["working_hours"].to_numpy(np.int64)) * HOUR_US
    return limit


def _draw_slow(county: County, rng: np.random.Generator, drawn: Drawn) -> Flags:
    """Draw which incidents are left lying: many of the troubled units, few of the others, none that has only hours."""
    chance = np.where(drawn.trouble >= 0, _SLOW_OF_TROUBLE, _SLOW_SHARE)
    has_days = (county.items["working_days"] > 0).to_numpy()[drawn.item]
    slow: Flags = has_days & (rng.random(len(chance)) < chance)
    return slow


def _draw_closed(
    county: County, places: Places, rng: np.random.Generator, clock: Clock, drawn: Drawn, reported: Ints, slow: Flags
) -> Ints:
    """Draw when each incident is resolved: on a visit within hours, in the course of its limit, or long after."""
    limit_us = _list_limits_us(county)[drawn.item]
    stay_us = draw_stays(rng, limit_us)
    used_us = (draw_used_shares(rng, _draw_tardiness(county, places, rng, drawn)) * limit_us).astype(np.int64)
    closed = clock.find_instants(clock.count_working_us(reported) + np.where(slow, limit_us + stay_us, used_us))
    # Matters of days are closed in the office; those of hours whenever it is.
    closed = np.where(limit_us >= 24 * HOUR_US, np.maximum(move_to_office_hours(closed), reported + HOUR_US), closed)
    visited = ~slow & (rng.random(len(slow)) < _VISIT_SHARE)
    closed = np.where(visited, reported + draw_visits(rng, limit_us), closed)
    # Resolving takes a visit, even when all of it falls on a weekend.
    return np.asarray(np.maximum(closed, reported + 600_000_000), dtype=np.int64)


def _draw_tardiness(county: County, places: Places, rng: np.random.Generator, drawn: Drawn) -> Floats:
    """Return how much of their time units take: a factor of the kind of unit times one of the township."""
    kinds = sorted(set(county.items["lead_unit_type"]))
    of_kind = np.exp(rng.normal(0.0, 0.15, len(kinds)))
    of_town = np.exp(rng.normal(0.0, 0.1, len(places.township_name)))
    lead = np.searchsorted(kinds, county.items["lead_unit_type"].to_numpy(dtype=str)[drawn.item])
    town = places.township_of_village[places.village_of_grid[drawn.grid]]
    tardiness: Floats = of_kind[lead] * of_town[town]
    return tardiness


def _make_instants(instants_us: Ints, known: Flags) -> pd.Series:
    return pd.to_datetime(pd.Series(instants_us).where(pd.Series(known)).astype("Int64"), unit="us", utc=True)


def _find_open_status(rng: np.random.Generator, now_us: int, accepted: Ints, dispatched: Ints) -> Texts:
    """Return how far the open ones are: taken over by the unit some hours after the dispatch, then in hand."""
    taken = dispatched + (rng.exponential(2.0, len(dispatched)) * HOUR_US).astype(np.int64)
    begun = taken + (rng.exponential(3.0, len(dispatched)) * HOUR_US).astype(np.int64)
    steps = np.asarray(("reported", "accepted", "dispatched", "acknowledged", "handling"), dtype=object)
    reached = np.stack((accepted, np.maximum(dispatched, accepted), taken, begun)) <= now_us
    passed = reached.sum(axis=0)
    return np.asarray(steps[passed], dtype=object)


def _find_closed_status(days_ago: Floats) -> Floats:
    return np.asarray(("resolved", "verified", "called_back"), dtype=object)[np.searchsorted((0.7, 2.5), days_ago)]
