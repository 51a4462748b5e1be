"""Large and small grids over the faces, their order and their codes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.demonstration.division import divide_evenly
from gridmap.demonstration.ground import Ground
from gridmap.demonstration.houses import Houses
from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.mesh import find_middle_faces
from gridmap.demonstration.plane import Floats, Ints
from gridmap.demonstration.settlement import SPLIT_COMMUNITIES, URBAN_LARGE_GRIDS

HOUSEHOLDS_PER_SMALL_GRID = 100


@dataclass(frozen=True)
class Grids:
    """Grid of each face, and the parent, number in the village and households of each grid."""

    large_of_face: Ints
    large_village: Ints
    large_number: Ints
    small_of_face: Ints
    small_large: Ints
    small_number: Ints
    small_households: Ints


def make_grids(inputs: Inputs, ground: Ground, houses: Houses) -> Grids:
    """Divide the villages into large grids and those into small grids of about 100 households."""
    weight = np.bincount(houses.face, houses.households, len(ground.faces)).astype(np.float64)
    village_households: Floats = np.bincount(ground.village, weight, len(inputs.villages)).astype(np.float64)
    large, large_village = divide_evenly(ground.mesh, ground.village, _count_large(inputs, village_households), weight)
    large_households = np.bincount(large, weight, len(large_village))
    parts = np.maximum(1, np.round(large_households / HOUSEHOLDS_PER_SMALL_GRID)).astype(np.int64)
    small, small_large = divide_evenly(ground.mesh, large, parts, weight)
    size = np.bincount(small, weight, len(small_large)).astype(np.int64)
    return Grids(
        large,
        large_village,
        _number(ground, large, large_village, weight),
        small,
        small_large,
        _number(ground, small, large_village[small_large], weight),
        size,
    )


def _count_large(inputs: Inputs, households: Floats) -> Ints:
    """Share the 338 large grids of the town among its 38 large communities by households (largest remainder)."""
    parts = np.ones(len(households), dtype=np.int64)
    urban = np.flatnonzero((inputs.villages["kind"] == "community").to_numpy() & (households > 1000))[
        :SPLIT_COMMUNITIES
    ]
    if len(urban):
        seats = round(URBAN_LARGE_GRIDS * len(urban) / SPLIT_COMMUNITIES)
        quota = households[urban] / households[urban].sum() * seats
        parts[urban] = np.floor(quota)
        rest = np.argsort(-(quota - np.floor(quota)), kind="stable")[: seats - int(parts[urban].sum())]
        parts[urban[rest]] += 1
    return parts


def _number(ground: Ground, label: Ints, village: Ints, weight: Floats) -> Ints:
    """Number the grids of each village from 1: bands from north to south, in each from west to east."""
    middle = ground.mesh.centre[find_middle_faces(ground.mesh, label, weight + 1e-3, len(village))]
    frame = pd.DataFrame({"village": village, "x": middle[:, 0], "y": middle[:, 1]})
    count = frame.groupby("village")["x"].transform("size")
    bands = np.maximum(1, np.round(np.sqrt(count))).astype(np.int64)
    rank = frame.groupby("village")["y"].rank(method="first", ascending=False).astype(np.int64) - 1
    frame["band"] = rank * bands // count
    order = frame.sort_values(["village", "band", "x"], kind="stable").index
    number = np.zeros(len(village), dtype=np.int64)
    number[order] = frame.loc[order].groupby("village").cumcount().to_numpy() + 1
    return number
