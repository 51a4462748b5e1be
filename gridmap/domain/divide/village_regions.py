"""Which grids of a village share a region, and how even those of one region can be."""

from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.count import find_forced_deviation
from gridmap.domain.divide.edited import Base
from gridmap.domain.divide.plane import Floats, Ints


@dataclass(frozen=True, eq=False)
class RegionFigures:
    """Regions of a village, numbered through its large grids. A grid where nobody lives is in none: -1."""

    of_address: Ints
    """-1 outside of the village."""
    of_grid: Ints
    """The region that most households of the grid lie in; by hand a grid may come to lie in two."""
    mean: Floats
    """For each grid the mean households of the grids of its region."""
    forced: Floats
    """For each grid what the largest deviation from that mean is at least, in its region, households."""


def find_regions(bases: list[Base], rows: list[Ints], label: Ints, grids: int) -> RegionFigures:
    """Find the regions of grids, with the mean and the bound that hold for each.

    The bound is `find_forced_deviation` of the households that the grids of the region have together, for as many grids
    as there are now: so it holds also after edits by hand.

    Parameters
    ----------
    bases
        One for each large grid.
    rows
        For each large grid the addresses of its task.
    label
        Grid of each address, -1 outside.
    grids
        Number of grids.
    """
    of_address = np.full(len(label), -1, dtype=np.int64)
    weights: list[list[int]] = [[] for _ in range(grids)]
    first = 0
    for base, own in zip(bases, rows, strict=True):
        of_site = np.empty(len(base.sites), dtype=np.int64)
        for number, piece in enumerate(base.regions.pieces):
            of_site[piece.sites] = first + number
        of_address[own] = of_site[base.site_of]
        first += len(base.regions.pieces)
        # Addresses at one place can't be parted: they weigh together.
        grid_of_site = np.empty(len(base.sites), dtype=np.int64)
        grid_of_site[base.site_of] = label[own]
        for grid, weight in zip(grid_of_site.tolist(), base.sites.weight.tolist(), strict=True):
            weights[grid].append(weight)
    common = np.zeros((grids, max(1, first)))
    for base, own in zip(bases, rows, strict=True):
        np.add.at(common, (label[own], of_address[own]), base.task.weight)
    of_grid = np.where(common.sum(axis=1) > 0, common.argmax(axis=1), -1)
    mean, forced = np.zeros(grids), np.zeros(grids)
    for region in np.unique(of_grid[of_grid >= 0]).tolist():
        members = np.flatnonzero(of_grid == region)
        together = np.array([weight for grid in members.tolist() for weight in weights[grid]], dtype=np.int64)
        mean[members] = together.sum() / len(members)
        forced[members] = find_forced_deviation(together, len(members))
    return RegionFigures(of_address, of_grid, mean, forced)
