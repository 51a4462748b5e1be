"""Small made-up counties for the tests of the division, and one plan from end to end."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.assemble import CountyPlan, assemble
from gridmap.domain.divide.check import PlanCheck, check_plan
from gridmap.domain.divide.county import Addresses, CountyTasks, make_tasks
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.previous import Previous
from gridmap.domain.divide.task import AreaPlan
from gridmap.domain.zone import find_measure_transformer

MERIDIAN = 120
EAST, NORTH = 500_000.0, 4_060_000.0


def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring metres from a corner of the county to degrees."""
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    lon, lat = find_measure_transformer(MERIDIAN).transform(
        places[:, 0] + EAST, places[:, 1] + NORTH, direction="INVERSE"
    )
    return np.stack([lon, lat], axis=1)


def shape_in_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """Bring a shape in metres from a corner of the county to degrees."""
    return shapely.transform(shape, to_degrees)


@dataclass(frozen=True, eq=False)
class Divided:
    county: CountyTasks
    plans: list[AreaPlan]
    plan: CountyPlan
    check: PlanCheck

    @property
    def sizes(self) -> list[int]:
        return sorted(self.plan.households.tolist())


def divide(
    shapes: list[shapely.Geometry],
    xy: NDArray[np.float64],
    *,
    households: NDArray[np.int64] | None = None,
    hamlet: list[str] | None = None,
    barriers: list[shapely.Geometry] | None = None,
    previous: Previous | None = None,
    options: DivideOptions | None = None,
) -> Divided:
    """Divide areas and addresses given in metres; everything is checked as it is before it is written."""
    places = to_degrees(xy)
    weight = np.ones(len(places), dtype=np.int64) if households is None else np.asarray(households, dtype=np.int64)
    county = make_tasks(
        [f"370783100{200 + number}" for number in range(len(shapes))],
        np.array([shape_in_degrees(shape) for shape in shapes], dtype=object),
        Addresses(places[:, 0].copy(), places[:, 1].copy(), weight, hamlet),
        options=options or DivideOptions(),
        barriers=None if barriers is None else np.array([shape_in_degrees(line) for line in barriers], dtype=object),
        previous=previous,
    )
    plans = [divide_area(task) for task in county.tasks]
    plan = assemble(county, plans)
    return Divided(county, plans, plan, check_plan(county, plan, weight))


def scatter(polygon: shapely.Geometry, count: int, seed: int = 1) -> NDArray[np.float64]:
    """Scatter places in a polygon."""
    rng = np.random.default_rng(seed)
    west, south, east, north = polygon.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        xy = rng.uniform((west, south), (east, north), (count * 3, 2))
        found = np.concatenate([found, xy[shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])]])
    return found[:count]
