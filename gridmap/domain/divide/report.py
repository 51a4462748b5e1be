"""What a division reports: figures by area and in total, each with the bound that nothing could be better than."""

from typing import Any

import numpy as np

from gridmap.domain.divide.assemble import CountyPlan
from gridmap.domain.divide.check import PlanCheck
from gridmap.domain.divide.count import find_grid_count
from gridmap.domain.divide.county import CountyTasks
from gridmap.domain.divide.plane import Floats, Ints
from gridmap.domain.divide.task import AreaPlan

Json = dict[str, Any]


def make_report(
    county: CountyTasks,
    plans: list[AreaPlan],
    plan: CountyPlan,
    check: PlanCheck,
    households: Ints,
    seconds: dict[str, float],
) -> Json:
    """Make the report; docs/divide.md says what each key means."""
    compact = find_compactness(plan.area_m2, plan.length_m)
    targets = np.array([task.options.target for task in county.tasks])
    areas = [_report_area(county, i, area_plan) for i, area_plan in enumerate(plans)]
    share = plan.households / targets[plan.area]
    options = county.tasks[0].options
    moved = np.zeros(len(county.lon), dtype=np.bool_)
    moved[county.moved] = True
    return {
        "rules": {
            "keep_whole": options.keep_whole,
            "min_side": options.min_side,
            "band": options.band,
            "targets": sorted({int(target) for target in targets}),
        },
        "total": {
            "areas": len(county.codes),
            "grids": len(plan.codes),
            "grids_by_formula": sum(area["grids_by_formula"] for area in areas),
            "households": int(plan.households.sum()),
            "households_min": int(plan.households.min()),
            "households_max": int(plan.households.max()),
            "households_mean": round(float(plan.households.mean()), 3),
            "share_70_130": _find_share(share, 0.7, 1.3),
            "share_70_130_ceiling": _find_ceiling(areas, targets),
            **_report_most(county, plans, len(share)),
            "share_80_120": _find_share(share, 0.8, 1.2),
            "areas_within_one": sum(area["deviation"] <= max(1.0, area["deviation_forced"]) for area in areas),
            "compactness_mean": round(float(compact.mean()), 4),
            "compactness_min": round(float(compact.min()), 4),
            "single_part": check.single_part,
            "coverage_valid": check.coverage_valid,
            "area_error_share": check.area_error_share,
            "addresses": len(county.lon),
            "addresses_in_own_grid": check.addresses_in_own_grid,
            "addresses_outside": len(county.outside),
            "households_outside": int(households[county.outside].sum()),
            "addresses_taken_in": len(county.moved),
            "outlines_noded": county.is_noded,
            "areas_repaired": county.wrong_areas,
            "previous_left_out": county.previous_left_out,
            **{
                key: round(sum(area[key] for area in areas), 1)
                for key in (
                    "regions", "blocks", "blocks_joined", "barrier_crossings", "border_m", "hamlets",
                    "hamlets_asked_whole", "addresses_at_one_place", "people_before", "people_moved",
                    "people_moved_least",
                )
            },
            "hamlets_split_forced": sum(len(area["hamlets_split_forced"]) for area in areas),
            "hamlets_split_chosen": sum(len(area["hamlets_split_chosen"]) for area in areas),
        },
        "seconds": {
            **{name: round(value, 3) for name, value in seconds.items()},
            "areas_cpu": round(sum(plan.figures.cpu_s for plan in plans), 3),
        },
        "areas": areas,
    }  # fmt: skip


def _report_most(county: CountyTasks, plans: list[AreaPlan], grids: int) -> Json:
    """Report the share that no new plan could exceed; of a plan that goes on from former grids nothing is known."""
    if any(task.previous for task in county.tasks):
        return {}
    return {"share_70_130_most": round(1 - sum(plan.figures.outside_least for plan in plans) / grids, 4)}


def _report_area(county: CountyTasks, number: int, plan: AreaPlan) -> Json:
    figures, target = plan.figures, county.tasks[number].options.target
    compact = find_compactness(plan.area_m2, plan.length_m)
    share = plan.households / target
    names = county.hamlets[number]
    return {
        "code": plan.code,
        "target": target,
        "households": figures.households,
        "addresses": figures.addresses,
        "addresses_at_one_place": figures.addresses - figures.places,
        "grids": len(plan.codes),
        "grids_by_formula": figures.formula_count,
        "households_min": int(plan.households.min()),
        "households_max": int(plan.households.max()),
        "households_mean": round(float(plan.households.mean()), 3),
        "share_70_130": _find_share(share, 0.7, 1.3),
        "share_80_120": _find_share(share, 0.8, 1.2),
        "deviation": round(figures.deviation, 3),
        "deviation_forced": round(figures.deviation_forced, 3),
        "compactness_mean": round(float(compact.mean()), 4),
        "border_m": round(figures.border_m, 1),
        "parts": figures.parts,
        "regions": figures.regions,
        "blocks": figures.blocks,
        "blocks_joined": figures.blocks_joined,
        "region_households": figures.region_households,
        "barrier_crossings": figures.barrier_crossings,
        "hamlets": figures.hamlets,
        "hamlets_asked_whole": figures.hamlets_whole_asked,
        "hamlets_split_forced": [names[i] for i in figures.hamlets_split_forced],
        "hamlets_split_chosen": [names[i] for i in figures.hamlets_split_chosen],
        "people_before": figures.people_before,
        "people_moved": figures.people_moved,
        "people_moved_least": figures.people_moved_least,
        "cpu_s": round(figures.cpu_s, 4),
    }


def find_compactness(area_m2: Floats, length_m: Floats) -> Floats:
    """Return the Polsby-Popper compactness, 4 pi area / length^2: 1 for a circle, 0.785 for a square."""
    return np.asarray(4 * np.pi * area_m2 / length_m**2)


def _find_share(share: Floats, low: float, high: float) -> float:
    return round(float(((share >= low) & (share <= high)).mean()), 4)


def _find_ceiling(areas: list[Json], targets: Ints) -> float:
    """Find which share of grids would hold 70 to 130 % if every region were divided into equal shares."""
    good = every = 0
    for area, target in zip(areas, targets.tolist(), strict=True):
        for households in area["region_households"]:
            count = find_grid_count(households, target)
            every += count
            good += count * (0.7 <= households / count / target <= 1.3)
    return round(good / max(1, every), 4)
