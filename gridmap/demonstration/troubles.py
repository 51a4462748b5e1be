"""Troubles: where in the county which unit gets most work and keeps its limits worst.

A few units of a county have most of what is late, each in a region of its own. ``troubles.csv`` says which and how much
of what is overdue is theirs; the numbers are invented.
"""

import numpy as np
import pandas as pd

from gridmap.demonstration.incident_places import KINDS, Places, Pool, pick
from gridmap.demonstration.plane import Floats, Ints
from gridmap.errors import InputError

_HOT_VILLAGES = 6
_HOT_FACTOR = 12.0


def measure_stay_days(items: pd.DataFrame) -> Floats:
    """Return for each item how long it stays overdue when it is left lying, working days: see `draw_stays`."""
    return np.asarray(0.7 * items["working_days"].to_numpy(np.float64), dtype=np.float64)


def draw_troubles(rng: np.random.Generator, troubles: pd.DataFrame, items: pd.DataFrame, count: int) -> Ints:
    """Draw which trouble each incident belongs to, so that what is overdue at a time is shared as the weights say."""
    stay = measure_stay_days(items) * items["weight"].to_numpy()
    by_type = items.assign(stay=stay).groupby("lead_unit_type")[["stay", "weight"]].sum()
    mean_stay = (by_type["stay"] / by_type["weight"]).loc[troubles["unit_type"]].to_numpy()
    # Where things stay longer, fewer make the same number.
    flow = troubles["weight"].to_numpy() / mean_stay
    return np.asarray(rng.choice(len(flow), count, p=flow / flow.sum()), dtype=np.int64)


def choose_items(chance: Floats, trouble: Ints, troubles: pd.DataFrame, items: pd.DataFrame) -> Ints:
    """Turn chances into items that the unit of the trouble leads, by weight."""
    chosen = np.zeros(len(chance), dtype=np.int64)
    for number, kind in enumerate(troubles["unit_type"]):
        rows = np.flatnonzero(trouble == number)
        led = np.flatnonzero((items["lead_unit_type"] == kind).to_numpy())
        share = np.cumsum(items["weight"].to_numpy()[led])
        chosen[rows] = led[np.minimum(np.searchsorted(share / share[-1], chance[rows], side="right"), len(led) - 1)]
    return chosen


def choose_places(
    chance: Floats, trouble: Ints, kind: Ints, places: Places, troubles: pd.DataFrame
) -> tuple[Ints, Ints]:
    """Turn chances into places of the kind inside the trouble's township, most of them in a few villages of it.

    Returns
    -------
    The kind, another one where the township has no place of that kind, and the index in the pool of the kind.
    """
    kind, index = kind.copy(), np.zeros(len(chance), dtype=np.int64)
    codes = list(places.township_code)
    for number, code in enumerate(troubles["township_code"]):
        town = codes.index(code)
        for wanted in np.unique(kind[trouble == number]):
            rows = np.flatnonzero((trouble == number) & (kind == wanted))
            used, narrowed = _narrow(places, town, int(wanted), number)
            index[rows] = narrowed[0][pick(narrowed[1], chance[rows])]
            kind[rows] = used
    return kind, index


def _narrow(places: Places, town: int, kind: int, number: int) -> tuple[int, tuple[Ints, Pool]]:
    # The same villages for every incident of the trouble, whoever draws it.
    rng = np.random.Generator(np.random.PCG64(1000 + number))
    own = np.flatnonzero(places.township_of_village == town)
    hot = rng.choice(own, min(_HOT_VILLAGES, len(own)), replace=False)
    for used in (kind, *range(len(KINDS))):
        pool = places.pools[used]
        village = places.village_of_grid[pool.grid]
        inside = np.flatnonzero(places.township_of_village[village] == town)
        if len(inside):
            weight = np.diff(pool.share, prepend=0.0)[inside] * np.where(
                np.isin(village[inside], hot), _HOT_FACTOR, 1.0
            )
            share = np.cumsum(weight)
            return used, (inside, Pool(pool.lonlat[inside], pool.grid[inside], share / share[-1]))
    raise InputError(
        f"The township {places.township_code[town]} of troubles.csv has no place where anything could happen."
    )
