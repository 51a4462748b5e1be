"""What is reported and where: matter, place, channel, precision and datum of each incident, and its words."""

from dataclasses import dataclass

import numpy as np

from gridmap.demonstration.county import County
from gridmap.demonstration.incident_places import KINDS, Places, Pool, pick
from gridmap.demonstration.plane import Floats, Ints
from gridmap.demonstration.troubles import choose_items, choose_places, draw_troubles
from gridmap.domain.datum import Datum, from_storage

CHANNELS = ("hotline", "grid_worker", "patrol", "camera", "mailbox", "superior", "unit")
_CHANNEL_SHARE = np.cumsum((0.42, 0.30, 0.12, 0.07, 0.04, 0.03, 0.02))
PRECISIONS = ("exact", "building", "street", "village", "township", "county")
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
DATUMS = (Datum.CGCS2000, Datum.WGS84, Datum.GCJ02, Datum.BD09)
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
_TROUBLE_SHARE = 0.42
_HOT_SPOTS = 90
_HOT_SHARE = 0.2
_BORDER_SHARE = 0.008
_OUTSIDE_SHARE = 0.003
_WRONG_DATUM_SHARE = 0.008
_WHERE = {"hamlet": "村内", "road": "路段", "river": "河岸", "town": "小区", "field": "田间", "market": "市场周边"}


@dataclass(frozen=True)
class Drawn:
    """Incidents without their times, as arrays of one length."""

    item: Ints
    kind: Ints
    grid: Ints
    trouble: Ints
    channel: Ints
    precision: Ints
    datum: Ints
    lon: Floats
    lat: Floats


def draw_incidents(
    county: County, places: Places, rng: np.random.Generator, count: int, *, hot: tuple[Ints, Ints, Ints] | None
) -> Drawn:
    """Draw so many incidents without their times; ``hot`` are places that repeat, from ``make_hot_spots``."""
    items = county.items
    weight = items["weight"].to_numpy()
    item = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(count), side="right")
    trouble = np.full(count, -1, dtype=np.int64)
    if len(county.troubles):
        trouble = np.where(rng.random(count) < _TROUBLE_SHARE, draw_troubles(rng, county.troubles, items, count), -1)
        item = np.where(trouble < 0, item, choose_items(rng.random(count), trouble, county.troubles, items))
    kinds_of_item = items["places"].tolist()
    kind = np.asarray([_choose_kind(kinds_of_item[i], c) for i, c in zip(item, rng.random(count), strict=True)])
    chance = rng.random(count)
    index = np.zeros(count, dtype=np.int64)
    for number, pool in enumerate(places.pools):
        of_kind = kind == number
        if of_kind.any():
            index[of_kind] = pick(pool, chance[of_kind])
    if hot is not None:
        spot = np.flatnonzero((rng.random(count) < _HOT_SHARE) & (trouble < 0))
        # A few places repeat for weeks, most only a few times.
        which = np.minimum((_HOT_SPOTS * rng.random(len(spot)) ** 2.2).astype(np.int64), _HOT_SPOTS - 1)
        item[spot], kind[spot], index[spot] = hot[0][which], hot[1][which], hot[2][which]
    own = np.flatnonzero(trouble >= 0)
    kind[own], index[own] = choose_places(chance[own], trouble[own], kind[own], places, county.troubles)
    lonlat = np.zeros((count, 2))
    grid = np.zeros(count, dtype=np.int64)
    for number, pool in enumerate(places.pools):
        of_kind = kind == number
        lonlat[of_kind], grid[of_kind] = pool.lonlat[index[of_kind]], pool.grid[index[of_kind]]
    channel = np.minimum(np.searchsorted(_CHANNEL_SHARE, rng.random(count), side="right"), len(CHANNELS) - 1)
    precision = (rng.random(count)[:, None] >= _PRECISION_SHARE[channel]).sum(axis=1).clip(max=len(PRECISIONS) - 1)
    datum = (rng.random(count)[:, None] >= _DATUM_SHARE[channel]).sum(axis=1).clip(max=len(DATUMS) - 1)
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
            lon[shifted], lat[shifted] = from_storage(lon[shifted], lat[shifted], DATUMS[number])
    return Drawn(
        item, kind, grid, trouble, channel, precision, np.where(wrong, 0, datum), np.round(lon, 7), np.round(lat, 7)
    )


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


def make_hot_spots(county: County, places: Places, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Choose places that repeat: an item, a kind of place and an index in its pool for each."""
    weight = county.items["weight"].to_numpy()
    kinds_of_item = county.items["places"].tolist()
    item = rng.choice(len(weight), _HOT_SPOTS, p=weight / weight.sum())
    kind = np.asarray([_choose_kind(kinds_of_item[i], c) for i, c in zip(item, rng.random(_HOT_SPOTS), strict=True)])
    index = np.asarray(
        [pick(places.pools[k], np.asarray([c]))[0] for k, c in zip(kind, rng.random(_HOT_SPOTS), strict=True)]
    )
    return item, kind, index


def make_words(county: County, places: Places, drawn: Drawn) -> dict[str, list[str]]:
    """Say in words what happened and where: item_code, title, address."""
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
