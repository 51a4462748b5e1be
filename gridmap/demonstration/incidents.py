"""Incidents of the demonstration: sixty days of them, or one at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from gridmap.demonstration.county import County
from gridmap.demonstration.incident_places import KINDS, Places, Pool, find_places, pick
from gridmap.demonstration.incident_times import HOUR_US, draw_near_due, draw_reported, draw_used_shares, make_clock
from gridmap.demonstration.plane import Floats, Ints
from gridmap.domain.datum import Datum, from_storage

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
    "closed_at",
    "status",
    "true_small_grid",
)
_CHANNELS = ("hotline", "grid_worker", "patrol", "camera", "mailbox", "superior", "unit")
_CHANNEL_SHARE = np.cumsum((0.42, 0.30, 0.12, 0.07, 0.04, 0.03, 0.02))
_PRECISIONS = ("exact", "building", "street", "village", "township", "county")
# What a hotline clerk can take down is vaguer than what a grid worker's telephone fixes.
_PRECISION_SHARE = np.cumsum(
    (
        (0.34, 0.27, 0.15, 0.15, 0.07, 0.02),
        (0.88, 0.10, 0.01, 0.01, 0.0, 0.0),
        (0.90, 0.05, 0.05, 0.0, 0.0, 0.0),
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.2, 0.2, 0.2, 0.35, 0.05, 0.0),
        (0.2, 0.2, 0.2, 0.2, 0.15, 0.05),
        (0.6, 0.3, 0.1, 0.0, 0.0, 0.0),
    ),
    axis=1,
)
_DATUMS = (Datum.CGCS2000, Datum.WGS84, Datum.GCJ02, Datum.BD09)
_DATUM_SHARE = np.cumsum(
    (
        (0.15, 0.05, 0.62, 0.18),
        (0.15, 0.25, 0.60, 0.0),
        (0.20, 0.50, 0.30, 0.0),
        (1.0, 0.0, 0.0, 0.0),
        (0.1, 0.0, 0.6, 0.3),
        (0.6, 0.0, 0.4, 0.0),
        (0.7, 0.2, 0.1, 0.0),
    ),
    axis=1,
)
_HOT_SPOTS = 90
_HOT_SHARE = 0.2
_BORDER_SHARE = 0.008
_OUTSIDE_SHARE = 0.003
_WRONG_DATUM_SHARE = 0.008
_NEAR_DUE = 70
_WHERE = {"hamlet": "村内", "road": "路段", "river": "河岸", "town": "小区", "field": "田间", "market": "市场周边"}


@dataclass(frozen=True)
class _Drawn:
    """Incidents without their times, as arrays of one length."""

    item: Ints
    kind: Ints
    grid: Ints
    channel: Ints
    precision: Ints
    datum: Ints
    lon: Floats
    lat: Floats


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
    drawn = _draw(county, places, rng, count, hot=_make_hot_spots(county, places, rng))
    clock = make_clock(now, days)
    limit_us = _list_limits_us(county)[drawn.item]
    reported = draw_reported(rng, now, days, count)
    tardiness = _draw_tardiness(county, places, rng, drawn)
    used = draw_used_shares(rng, tardiness)
    soon = np.sort(rng.choice(count, min(_NEAR_DUE, count // 20), replace=False))
    reported[soon] = draw_near_due(rng, clock, limit_us[soon])
    used[soon] = np.maximum(used[soon], 1.5)
    started = clock.count_working_us(reported)
    closed = clock.find_instants(started + (used * limit_us).astype(np.int64))
    # Resolving takes a visit, even when all of it falls on a weekend.
    closed = np.maximum(closed, reported + 600_000_000)
    is_open = closed > clock.now_us
    passed = (clock.count_working_us(np.full(count, clock.now_us)) - started) / limit_us
    order = np.lexsort((np.arange(count), reported))
    frame = pd.DataFrame(
        {
            "channel": np.asarray(_CHANNELS, dtype=object)[drawn.channel],
            **_make_words(county, places, drawn),
            "lon": drawn.lon,
            "lat": drawn.lat,
            "datum": np.asarray([str(d) for d in _DATUMS], dtype=object)[drawn.datum],
            "precision": np.asarray(_PRECISIONS, dtype=object)[drawn.precision],
            "reported_at": pd.to_datetime(reported, unit="us", utc=True),
            "closed_at": pd.to_datetime(
                pd.Series(closed).where(~pd.Series(is_open)).astype("Int64"), unit="us", utc=True
            ),
            "status": np.where(
                is_open, _find_open_status(passed, rng), _find_closed_status((clock.now_us - closed) / (24 * HOUR_US))
            ),
            "true_small_grid": np.where(drawn.grid < 0, "", places.grid_code[drawn.grid]),
        }
    ).iloc[order]
    frame.insert(0, "source_key", [f"demo-{seed}-{number:06d}" for number in range(1, count + 1)])
    return frame[list(INCIDENT_COLUMNS)].reset_index(drop=True)


def make_incident(county: County, rng: np.random.Generator, *, now: datetime) -> dict[str, object]:
    """Make one incident reported now: the columns of ``make_incidents`` but for ``source_key``."""
    places = find_places(county)
    drawn = _draw(county, places, rng, 1, hot=None)
    words = _make_words(county, places, drawn)
    return {
        "channel": _CHANNELS[drawn.channel[0]],
        **{key: value[0] for key, value in words.items()},
        "lon": float(drawn.lon[0]),
        "lat": float(drawn.lat[0]),
        "datum": str(_DATUMS[drawn.datum[0]]),
        "precision": _PRECISIONS[drawn.precision[0]],
        "reported_at": now.astimezone(UTC),
        "closed_at": None,
        "status": "reported",
        "true_small_grid": places.grid_code[drawn.grid[0]] if drawn.grid[0] >= 0 else "",
    }


def _list_limits_us(county: County) -> Ints:
    """List the limits in working microseconds; a working day is the 24 hours of a day that is one."""
    items = county.items
    limit: Ints = (items["working_days"].to_numpy(np.int64) * 24 + items["working_hours"].to_numpy(np.int64)) * HOUR_US
    return limit


def _draw(
    county: County, places: Places, rng: np.random.Generator, count: int, *, hot: tuple[Ints, Ints, Ints] | None
) -> _Drawn:
    items = county.items
    weight = items["weight"].to_numpy()
    item = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(count), side="right")
    kinds_of_item = items["places"].tolist()
    kind = np.asarray([_choose_kind(kinds_of_item[i], c) for i, c in zip(item, rng.random(count), strict=True)])
    chance = rng.random(count)
    index = np.zeros(count, dtype=np.int64)
    for number, pool in enumerate(places.pools):
        of_kind = kind == number
        if of_kind.any():
            index[of_kind] = pick(pool, chance[of_kind])
    if hot is not None:
        spot = np.flatnonzero(rng.random(count) < _HOT_SHARE)
        # A few places repeat for weeks, most only a few times.
        which = np.minimum((_HOT_SPOTS * rng.random(len(spot)) ** 2.2).astype(np.int64), _HOT_SPOTS - 1)
        item[spot], kind[spot], index[spot] = hot[0][which], hot[1][which], hot[2][which]
    lonlat = np.zeros((count, 2))
    grid = np.zeros(count, dtype=np.int64)
    for number, pool in enumerate(places.pools):
        of_kind = kind == number
        lonlat[of_kind], grid[of_kind] = pool.lonlat[index[of_kind]], pool.grid[index[of_kind]]
    channel = np.minimum(np.searchsorted(_CHANNEL_SHARE, rng.random(count), side="right"), len(_CHANNELS) - 1)
    precision = (rng.random(count)[:, None] >= _PRECISION_SHARE[channel]).sum(axis=1).clip(max=len(_PRECISIONS) - 1)
    datum = (rng.random(count)[:, None] >= _DATUM_SHARE[channel]).sum(axis=1).clip(max=len(_DATUMS) - 1)
    lonlat = _blur(places, rng, lonlat, grid, precision)
    edge = rng.random(count)
    for low, share, pool in ((0.0, _BORDER_SHARE, places.border), (_BORDER_SHARE, _OUTSIDE_SHARE, places.outside)):
        rows = np.flatnonzero((edge >= low) & (edge < low + share))
        _put(rows, pool, rng, lonlat, grid)
        precision[rows], datum[rows] = 0, 0
    wrong = (edge > 1.0 - _WRONG_DATUM_SHARE) & (precision < 2)
    lon, lat = lonlat[:, 0].copy(), lonlat[:, 1].copy()
    real = np.where(wrong, 2, datum)
    for number in (2, 3):
        shifted = real == number
        if shifted.any():
            lon[shifted], lat[shifted] = from_storage(lon[shifted], lat[shifted], _DATUMS[number])
    return _Drawn(item, kind, grid, channel, precision, np.where(wrong, 0, datum), np.round(lon, 7), np.round(lat, 7))


def _choose_kind(places: str, chance: float) -> int:
    names = places.split(";")
    return KINDS.index(names[min(int(chance * len(names)), len(names) - 1)])


def _put(rows: Ints, pool: Pool, rng: np.random.Generator, lonlat: Floats, grid: Ints) -> None:
    chosen = pick(pool, rng.random(len(rows)))
    lonlat[rows], grid[rows] = pool.lonlat[chosen], pool.grid[chosen]


def _blur(places: Places, rng: np.random.Generator, lonlat: Floats, grid: Ints, precision: Ints) -> Floats:
    """Put imprecise points where a geocoder puts them: on the street, or stacked on the centre of the area."""
    blurred = lonlat.copy()
    village = places.village_of_grid[grid]
    street = precision == 2
    blurred[street] += rng.normal(0.0, 0.0012, (int(street.sum()), 2))
    blurred[precision == 3] = places.village_centre[village[precision == 3]]
    blurred[precision == 4] = places.township_centre[places.township_of_village[village[precision == 4]]]
    blurred[precision == 5] = places.county_centre
    return blurred


def _make_hot_spots(county: County, places: Places, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Choose places that repeat: an item, a kind of place and an index in its pool for each."""
    weight = county.items["weight"].to_numpy()
    kinds_of_item = county.items["places"].tolist()
    item = rng.choice(len(weight), _HOT_SPOTS, p=weight / weight.sum())
    kind = np.asarray([_choose_kind(kinds_of_item[i], c) for i, c in zip(item, rng.random(_HOT_SPOTS), strict=True)])
    index = np.asarray(
        [pick(places.pools[k], np.asarray([c]))[0] for k, c in zip(kind, rng.random(_HOT_SPOTS), strict=True)]
    )
    return item, kind, index


def _draw_tardiness(county: County, places: Places, rng: np.random.Generator, drawn: _Drawn) -> Floats:
    """Return how late each incident's units tend to be: a factor of the kind of unit times one of the township."""
    kinds = sorted(set(county.items["lead_unit_type"]))
    of_kind = np.exp(rng.normal(-0.05, 0.22, len(kinds)))
    of_kind[rng.choice(len(kinds), max(1, len(kinds) // 7), replace=False)] *= 2.1
    of_town = np.exp(rng.normal(0.0, 0.12, len(places.township_name)))
    of_town[rng.choice(len(of_town), max(1, len(of_town) // 6), replace=False)] *= 1.7
    lead = np.searchsorted(kinds, county.items["lead_unit_type"].to_numpy(dtype=str)[drawn.item])
    town = places.township_of_village[places.village_of_grid[drawn.grid]]
    tardiness: Floats = of_kind[lead] * of_town[town]
    return tardiness


def _make_words(county: County, places: Places, drawn: _Drawn) -> dict[str, list[str]]:
    codes, names = county.items["code"].tolist(), county.items["name"].tolist()
    words: dict[str, list[str]] = {"item_code": [], "title": [], "address": []}
    for item, kind, grid, precision in zip(drawn.item, drawn.kind, drawn.grid, drawn.precision, strict=True):
        words["item_code"].append(codes[item])
        if grid < 0:
            words["title"].append(names[item])
            words["address"].append("寿光市界外")
            continue
        village = places.village_of_grid[grid]
        township, place = places.township_name[places.township_of_village[village]], places.village_name[village]
        words["title"].append(f"{place if precision < 4 else township}{names[item]}")
        finest = "" if precision >= 5 else township if precision == 4 else f"{township}{place}"
        words["address"].append(f"寿光市{finest}" + (_WHERE[KINDS[kind]] if precision < 3 else ""))
    return words


def _find_open_status(passed: Floats, rng: np.random.Generator) -> Floats:
    steps = np.asarray(("reported", "accepted", "dispatched", "acknowledged", "handling"), dtype=object)
    eager = passed * rng.uniform(0.6, 1.6, len(passed))
    return steps[np.searchsorted((0.03, 0.08, 0.16, 0.3), eager)]


def _find_closed_status(days_ago: Floats) -> Floats:
    return np.asarray(("resolved", "verified", "called_back"), dtype=object)[np.searchsorted((0.7, 2.5), days_ago)]
