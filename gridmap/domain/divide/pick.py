"""Pick what a grid hands to its neighbour: blocks that hang together with it and leave the giver in one piece."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.mesh import Mesh
from gridmap.domain.divide.plane import Bools, Floats

_WIDTH = 5
"""How many ways are followed for each amount."""
MIN_TOUCH_M = 0.1
"""What touches for less does not hang together: it could not be walked."""


@dataclass(frozen=True, eq=False)
class Pick:
    """Blocks that can be handed over."""

    households: int
    blocks: Bools
    cost: float
    """By how many metres the border of the two gets longer."""


def list_picks(mesh: Mesh, touching: Floats, most: int) -> dict[int, list[Pick]]:
    """List for each number of households what can be handed over, the shortest border first.

    Starting from the border, one block after another is added that touches the taker or what is already picked; what
    is thereby shut off from the giver's rest goes along. Of all ways to an amount the few with the shortest border are
    followed.

    Parameters
    ----------
    touching
        How many metres each block lies along the taker.
    most
        The most households that are asked for.
    """
    return _Picker(mesh, touching).list_picks(most)


class _Picker:
    """Sets of blocks as bits of a number; blocks without households belong to the neighbour they touch most."""

    def __init__(self, mesh: Mesh, touching: Floats) -> None:
        self._of_block = _join_empty(mesh)
        count = int(self._of_block.max()) + 1
        self._weight = np.bincount(self._of_block, mesh.weight, count).astype(np.int64).tolist()
        border = mesh.border.tocoo()
        near: list[dict[int, float]] = [{} for _ in range(count)]
        for i, j, metres in zip(*(self._of_block[border.coords[k]].tolist() for k in (0, 1)), border.data, strict=True):
            if i != j:
                near[i][j] = near[i].get(j, 0.0) + float(metres)
        self._near = near
        self._mask = [sum(1 << other for other in some) for some in near]
        self._touch = np.bincount(self._of_block, touching, count).tolist()
        self._first = sum(1 << block for block in range(count) if self._touch[block] > MIN_TOUCH_M)
        self._all = (1 << count) - 1

    def list_picks(self, most: int) -> dict[int, list[Pick]]:
        levels: dict[int, dict[int, float]] = {0: {0: 0.0}}
        found: dict[int, list[Pick]] = {}
        for amount in range(most + 1):
            kept = 0
            settled: set[int] = set()
            for mask, cost in sorted(levels.pop(amount, {}).items(), key=lambda item: (item[1], item[0])):
                whole = self._settle(mask)
                if whole is None:
                    continue
                if whole != mask:
                    cost, total = self._find_cost(whole), self._weigh(whole)
                    if total > amount:
                        if total <= most:
                            levels.setdefault(total, {})[whole] = cost
                        continue
                if whole in settled:
                    continue
                settled.add(whole)
                if whole:
                    chosen = np.array([bool(whole >> i & 1) for i in range(len(self._weight))])
                    found.setdefault(amount, []).append(Pick(amount, chosen[self._of_block], cost))
                for block in self._list_next(whole):
                    total = amount + self._weight[block]
                    if amount < total <= most:
                        longer = cost - self._touch[block] + self._find_growth(whole, block)
                        levels.setdefault(total, {})[whole | 1 << block] = longer
                kept += 1
                if kept == _WIDTH:
                    break
        return found

    def _list_next(self, mask: int) -> Iterator[int]:
        """List the blocks that touch the taker or what is picked."""
        reach = self._first
        rest = mask
        while rest:
            low = rest & -rest
            reach |= self._mask[low.bit_length() - 1]
            rest ^= low
        reach &= ~mask
        while reach:
            low = reach & -reach
            yield low.bit_length() - 1
            reach ^= low

    def _find_growth(self, mask: int, block: int) -> float:
        return sum(-metres if mask >> other & 1 else metres for other, metres in self._near[block].items())

    def _settle(self, mask: int) -> int | None:
        """Take along what is shut off from the giver's main part; None if nothing would be left."""
        rest = self._all & ~mask
        parts: list[tuple[int, int]] = []
        while rest:
            part = rest & -rest
            edge = part
            while edge:
                low = edge & -edge
                edge ^= low
                fresh = self._mask[low.bit_length() - 1] & rest & ~part
                part |= fresh
                edge |= fresh
            rest &= ~part
            parts.append((self._weigh(part), part))
        if not parts:
            return None
        return int(self._all & ~max(parts)[1])

    def _weigh(self, mask: int) -> int:
        total = 0
        while mask:
            low = mask & -mask
            total += self._weight[low.bit_length() - 1]
            mask ^= low
        return int(total)

    def _find_cost(self, mask: int) -> float:
        cost = 0.0
        for block in range(len(self._weight)):
            if mask >> block & 1:
                cost -= self._touch[block]
                cost += sum(metres for other, metres in self._near[block].items() if not mask >> other & 1)
        return cost


def _join_empty(mesh: Mesh) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Number the blocks anew: those without households get the number of the neighbour they touch most."""
    border = mesh.border.tocoo()
    near: list[dict[int, float]] = [{} for _ in mesh.weight]
    for i, j, metres in zip(border.coords[0].tolist(), border.coords[1].tolist(), border.data.tolist(), strict=True):
        near[i][j] = near[i].get(j, 0.0) + metres
    into = np.arange(len(mesh.weight))
    waiting = [block for block in range(len(into)) if mesh.weight[block] == 0]
    while waiting:
        left = []
        for block in waiting:
            ways = [
                (metres, -other)
                for other, metres in near[block].items()
                if mesh.weight[other] > 0 or into[other] != other
            ]
            if ways:
                into[block] = into[-max(ways)[1]]
            else:
                left.append(block)
        if len(left) == len(waiting):
            break
        waiting = left
    return np.unique(into, return_inverse=True)[1].astype(np.int64)
