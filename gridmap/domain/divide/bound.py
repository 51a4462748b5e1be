"""How many people have to change grid at least, reckoned from the grids before anyone is moved."""

from dataclasses import replace

import numpy as np

from gridmap.domain.divide.band import Pair, find_bounds, find_excess, find_parts
from gridmap.domain.divide.flow import Balance, Lot, find_least
from gridmap.domain.divide.gather import Codes
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.task import AreaTask

_NEAR = 1.25


class Start:
    """The grids before anyone is moved, their bounds, and the parts between which nobody can be moved."""

    def __init__(self, grids: Grids, task: AreaTask, before: Codes) -> None:
        """Keep how things stand.

        Parameters
        ----------
        before
            The code of the former grid of each site, empty where there was none.
        """
        self._grids = grids
        self._households = grids.list_households()
        self._touching = grids.list_touching()
        self._part = find_parts(len(grids), self._touching)
        grouped = self._part[[grids.has_group(number) for number in range(len(grids))]]
        self.is_grouped = np.isin(self._part, grouped)
        self.low, self.high = find_bounds(
            self._households, self._part, self.is_grouped, band=task.options.band, target=task.options.target
        )
        at = {code: number for number, code in enumerate(grids.codes)}
        self.home = np.array([at.get(code, -1) for code in before.tolist()], dtype=np.int64)
        self._is_known = before != ""
        self._grid_of_site = grids.find_grid_of_site()
        self._pieces = list(grids.pieces)
        self._away = int(grids.load.weight[self._is_known & (self.home != self._grid_of_site)].sum())

    @property
    def parts(self) -> int:
        """The number of parts."""
        return int(self._part.max(initial=-1)) + 1

    def list_of_part(self, part: int) -> list[int]:
        """List the grids of a part."""
        return np.flatnonzero(self._part == part).tolist()

    def find_excess(self, own: list[int]) -> int:
        """Find how many households some grids have out of their bounds by now."""
        return find_excess(self._grids.list_households()[own], self.low[own], self.high[own])

    def count_away(self, own: list[int]) -> int:
        """Count the people in some grids by now who lived in another one."""
        grid = self._grids.find_grid_of_site()
        is_away = self._is_known & np.isin(grid, own) & (grid != self.home)
        return int(self._grids.load.weight[is_away].sum())

    def find_least(self) -> int:
        """Find the fewest people that have to change grid for the balance that the grids have by now."""
        return self._away + sum(self._find_more(part) for part in range(self.parts))

    def find_least_of_part(self, part: int) -> int:
        """Find the same for the people in a part."""
        own = np.isin(self._grid_of_site, self.list_of_part(part))
        is_away = own & self._is_known & (self.home != self._grid_of_site)
        return int(self._grids.load.weight[is_away].sum()) + self._find_more(part)

    def _find_more(self, part: int) -> int:
        """Find how many more people than at the beginning have to be away from home in a part."""
        own = np.array(self.list_of_part(part))
        is_grouped = bool(self.is_grouped[own[0]])
        lots = self._list_lots(part, is_exact=is_grouped)
        end, households = self._grids.find_grid_of_site(), self._grids.list_households()
        inside = np.isin(self._grid_of_site, own)
        is_away = any(lot.count_at_home(lot.grid) < lot.households for lot in lots)
        if len(own) < 2 or not (is_away or (end[inside] != self._grid_of_site[inside]).any()):
            return 0
        # Where anyone has gone after all, one can go.
        gone = set(zip(self._grid_of_site.tolist(), end.tolist(), strict=True))
        ways: set[Pair] = {*self._touching, *self._grids.list_touching()} | gone
        both = {way for a, b in ways if a != b and self._part[a] == self._part[b] == part for way in ((a, b), (b, a))}
        excess = find_excess(households[own], self.low[own], self.high[own])
        # Other grids have no lots here, and no bounds.
        low, high = (np.where(self._part == part, limit, self._households) for limit in (self.low, self.high))
        balance = Balance(self._households, low, high, lots, sorted(both))
        least = find_least(balance, excess)
        if is_grouped or self._count_more(part) <= _NEAR * max(1, least):
            return least
        # What a household more or less may look like is a building that is there or not: dearer to find, seldom needed.
        exact = replace(balance, lots=self._list_lots(part, is_exact=True))
        return max(least, find_least(exact, excess))

    def _list_lots(self, part: int, *, is_exact: bool) -> dict[Lot, int]:
        return self._grids.list_lots(self.home, self.list_of_part(part), is_exact=is_exact, pieces=self._pieces)

    def _count_more(self, part: int) -> int:
        """Count how many more people are away from home by now than at the beginning."""
        own = self.list_of_part(part)
        before = self._is_known & np.isin(self._grid_of_site, own) & (self._grid_of_site != self.home)
        return self.count_away(own) - int(self._grids.load.weight[before].sum())
