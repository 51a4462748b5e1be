"""How many people change grid when a county is divided again a year later: by --previous, at least, from scratch.

    python -m bench.divide_again [--areas 200]

Divides the first so many areas' worth of the bench's county, lets every area grow by 2.5 % of its addresses, 60 % of
them in one corner, takes 0.5 % away, and divides again with the first plan as the previous one, for two bands and with
and without barriers and whole hamlets. From scratch: our own new plan, and k-means of scikit-learn where it can be
imported; their grids are matched with the former ones so that as few people as possible count as moved. The same input
again, with the first plan and with the second one as the previous, has to move nobody. Writes
bench/results/divide_again.json.
"""

import argparse
import json
import os
import platform
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bench.divide_county import SyntheticCounty, make_synthetic_county
from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.assemble import CountyPlan, assemble
from gridmap.domain.divide.check import check_plan
from gridmap.domain.divide.county import Addresses, CountyTasks, make_tasks
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.previous import Previous
from gridmap.domain.divide.task import AreaPlan

RESULTS = Path(__file__).resolve().parent / "results" / "divide_again.json"
Ints = NDArray[np.int64]
Labels = NDArray[np.object_]
GROWTH, IN_CORNER, LOSS = 0.025, 0.6, 0.005
CORNER_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class Divided:
    """A plan, the code of the grid of each address (empty outside), and the CPU seconds of the areas."""

    county: CountyTasks
    areas: list[AreaPlan]
    plan: CountyPlan
    label: Labels
    cpu_s: float

    @property
    def previous(self) -> Previous:
        return Previous(self.plan.codes, self.plan.shapes)


def grow(county: SyntheticCounty, seed: int = 11) -> tuple[SyntheticCounty, Ints]:
    """Let a year pass: new addresses, most of them in one corner of each area, and some that are gone.

    Returns
    -------
    The county, and for each of its addresses the row that it had before, -1 for a new one.
    """
    rng = np.random.default_rng(seed)
    points = shapely.points(county.lon, county.lat)
    at, area = shapely.STRtree(county.areas).query(points, predicate="within")
    lon, lat, households, hamlet = [], [], [], []
    gone = np.zeros(len(county.lon), dtype=np.bool_)
    for number, polygon in enumerate(county.areas):
        own = at[area == number]
        more = round(GROWTH * len(own))
        gone[rng.choice(own, round(LOSS * len(own)), replace=False)] = True
        corner = round(IN_CORNER * more)
        for x, y in _scatter_in_corner(polygon, corner, rng):
            lon.append(x)
            lat.append(y)
            households.append(1)
            hamlet.append("")
        # The others build beside a house that is there, and belong to its hamlet.
        for row in rng.choice(own, more - corner).tolist():
            near = np.array([county.lon[row], county.lat[row]]) + rng.normal(0, 1e-4, 2)
            is_inside = shapely.contains_xy(polygon, *near)
            lon.append(float(near[0]) if is_inside else float(county.lon[row]))
            lat.append(float(near[1]) if is_inside else float(county.lat[row]))
            households.append(1)
            hamlet.append(county.hamlet[row])
    kept = np.flatnonzero(~gone)
    return replace(
        county,
        lon=np.concatenate([county.lon[kept], np.round(lon, 9)]),
        lat=np.concatenate([county.lat[kept], np.round(lat, 9)]),
        households=np.concatenate([county.households[kept], np.array(households, dtype=np.int64)]),
        hamlet=[county.hamlet[i] for i in kept.tolist()] + hamlet,
    ), np.concatenate([kept, np.full(len(lon), -1)])


def _scatter_in_corner(polygon: shapely.Polygon, count: int, rng: np.random.Generator) -> list[list[float]]:
    places = shapely.get_coordinates(polygon.exterior)
    way = places - np.array(polygon.centroid.coords[0])
    corner = places[int((way @ rng.normal(0, 1, 2)).argmax())]
    west, south, east, north = polygon.bounds
    reach = CORNER_SHARE * np.array([east - west, north - south])
    found: list[list[float]] = []
    while len(found) < count:
        some = corner + rng.uniform(-1, 1, (100, 2)) * reach
        found += some[shapely.contains_xy(polygon, some[:, 0], some[:, 1])].tolist()
    return found[:count]


def divide(county: SyntheticCounty, *, is_ruled: bool, band: float, previous: Previous | None) -> Divided:
    """Divide in this process; the plan is checked as it is before it is written."""
    tasks = make_tasks(
        county.codes,
        county.areas,
        Addresses(county.lon, county.lat, county.households, county.hamlet if is_ruled else None),
        options=DivideOptions(band=band),
        targets=county.targets,
        barriers=county.barriers if is_ruled else None,
        previous=previous,
    )
    before = time.process_time()
    areas = [divide_area(task) for task in tasks.tasks]
    cpu_s = time.process_time() - before
    plan = assemble(tasks, areas)
    check_plan(tasks, plan, county.households)
    label = np.array([*plan.codes, ""], dtype=object)[plan.grid_of_address]
    return Divided(tasks, areas, plan, label, cpu_s)


def measure(before: Divided, now: Divided) -> dict[str, Any]:
    """Count who changed grid, and how even the grids are."""
    figures = [area.figures for area in now.areas]
    people = sum(f.people_before for f in figures)
    moved, least = sum(f.people_moved for f in figures), sum(f.people_moved_least for f in figures)
    ratio = [f.people_moved / f.people_moved_least for f in figures if f.people_moved_least]
    return {
        "people": people,
        "moved": moved,
        "bound": least,
        "ratio": round(moved / least, 3) if least else None,
        "ratio_worst_area": round(max(ratio, default=0.0), 3),
        "churn_percent": round(100 * moved / people, 3),
        "areas_with_moves": sum(f.people_moved > 0 for f in figures),
        **_measure_sizes(now),
        "codes_inherited": len(set(now.plan.codes) & set(before.plan.codes)),
        "grids_before": len(before.plan.codes),
        "grids": len(now.plan.codes),
        "hamlets_split_chosen": sum(len(f.hamlets_split_chosen) for f in figures),
        "barrier_crossings": sum(f.barrier_crossings for f in figures),
        "cpu_s": round(now.cpu_s, 2),
    }


def _measure_sizes(now: Divided) -> dict[str, float]:
    share = np.abs(now.plan.households / _find_means(now) - 1)
    sizes = now.plan.households / np.array([task.options.target for task in now.county.tasks])[now.plan.area]
    return {
        "deviation_percent_mean": round(100 * float(share.mean()), 2),
        "deviation_percent_max": round(100 * float(share.max()), 1),
        "share_70_130": round(float(((sizes >= 0.7) & (sizes <= 1.3)).mean()), 4),
    }


def _find_means(divided: Divided) -> NDArray[np.float64]:
    mean = np.bincount(divided.plan.area, divided.plan.households) / np.bincount(divided.plan.area)
    return np.asarray(mean[divided.plan.area])


def count_matched(former: Labels, label: Labels, households: Ints) -> int:
    """Count who changed grid when the new grids are matched with the former ones as kindly as possible."""
    known = np.array([bool(code) for code in former]) & np.array([bool(code) for code in label])
    _, row = np.unique(former[known].astype(str), return_inverse=True)
    _, column = np.unique(label[known].astype(str), return_inverse=True)
    common = np.zeros((int(row.max()) + 1, int(column.max()) + 1))
    np.add.at(common, (row, column), households[known])
    pairs = linear_sum_assignment(-common)
    return int(households[known].sum() - common[pairs].sum())


def measure_scratch(grown: SyntheticCounty, former: Labels, *, is_ruled: bool) -> dict[str, Any]:
    """Measure plans that know nothing of the former one; areas are matched one by one."""
    fresh = divide(grown, is_ruled=is_ruled, band=0.05, previous=None)
    own = sum(count_matched(former[rows], fresh.label[rows], grown.households[rows]) for rows in fresh.county.rows)
    people = int(grown.households[[bool(code) for code in former]].sum())
    found: dict[str, Any] = {
        "gridmap": {
            "moved": own,
            "churn_percent": round(100 * own / people, 2),
            **_measure_sizes(fresh),
            "cpu_s": round(fresh.cpu_s, 2),
        }
    }
    try:
        from sklearn.cluster import KMeans
    except ImportError:
        return found
    moved, cpu_s, off = 0, 0.0, 0.0
    for task, plan, rows in zip(fresh.county.tasks, fresh.areas, fresh.county.rows, strict=True):
        began = time.process_time()
        labels = KMeans(len(plan.codes), n_init=3, random_state=1).fit_predict(task.xy, sample_weight=task.weight)
        cpu_s += time.process_time() - began
        moved += count_matched(former[rows], np.array([f"k{i}" for i in labels], dtype=object), task.weight)
        sizes = np.bincount(labels, task.weight)
        off = max(off, float(np.abs(sizes / sizes.mean() - 1).max()))
    found["scikit_learn_k_means"] = {
        "moved": moved,
        "churn_percent": round(100 * moved / people, 2),
        "deviation_percent_max": round(100 * off, 1),
        "cpu_s": round(cpu_s, 2),
    }
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--areas", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="without the plans from scratch; writes nothing")
    given = parser.parse_args()
    towns = max(1, round(given.areas * 36 / 1011))
    county = make_synthetic_county(villages=given.areas - towns, communities=towns, scale=(given.areas / 1011) ** 0.5)
    grown, row_before = grow(county)
    result: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
        "python": platform.python_version(),
        "areas": len(county.codes),
        "households_before": int(county.households.sum()),
        "households_after": int(grown.households.sum()),
    }
    for name, is_ruled in (("unconstrained", False), ("barriers_and_hamlets", True)):
        first = divide(county, is_ruled=is_ruled, band=0.05, previous=None)
        former = np.array([*first.label, ""], dtype=object)[row_before]
        for band in (0.05, 0.0):
            key = f"{name}_band_{band:g}"
            now = divide(grown, is_ruled=is_ruled, band=band, previous=first.previous)
            result[key] = measure(first, now)
            same = divide(county, is_ruled=is_ruled, band=band, previous=first.previous)
            again = divide(grown, is_ruled=is_ruled, band=band, previous=now.previous)
            result[key]["same_input_again"] = [_compare(first, same), _compare(now, again)]
            print(key, json.dumps(result[key], indent=1))
        if not given.quick:
            result[f"{name}_from_scratch"] = measure_scratch(grown, former, is_ruled=is_ruled)
            print(json.dumps(result[f"{name}_from_scratch"], indent=1))
    if not given.quick:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _compare(before: Divided, after: Divided) -> dict[str, Any]:
    """Compare a plan with the one that was its previous one, of the same input."""
    equal = set(zip(before.plan.codes, shapely.to_wkb(before.plan.shapes), strict=True)) == set(
        zip(after.plan.codes, shapely.to_wkb(after.plan.shapes), strict=True)
    )
    return {"moved": sum(plan.figures.people_moved for plan in after.areas), "same_bytes": equal}


if __name__ == "__main__":
    main()
