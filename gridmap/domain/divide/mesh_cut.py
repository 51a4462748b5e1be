"""Part the blocks of a mesh into two connected sides: for bays, holes, and hamlets that no line keeps whole."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.domain.divide.lines import project
from gridmap.domain.divide.mesh import Mesh
from gridmap.domain.divide.piece import find_window, list_left_counts
from gridmap.domain.divide.plane import Bools, Floats, Ints

_WAYS = 8
_SETTLE_ROUNDS = 4
_MOVES = 60


@dataclass(frozen=True, eq=False)
class MeshCut:
    """The blocks on the left, how many grids they make, and how good that is (lower is better)."""

    left: Bools
    left_count: int
    cost: float


def list_mesh_cuts(mesh: Mesh, count: int, *, most: int = 4) -> list[MeshCut]:
    """List good ways to part a mesh for `count` grids, the best first; both sides of each are connected.

    Blocks are taken in the order of the walk from a far end, so that what is taken is connected, or in the order along
    a direction; what is thereby shut off from the rest is taken along. Then single blocks on the border change sides
    until the balance is right.
    """
    graph = Graph(mesh)
    angle = np.arange(_WAYS) * 2 * np.pi / _WAYS
    along = project(mesh.centre.T, np.stack([np.cos(angle), np.sin(angle)]))
    orders = [np.argsort(far, kind="stable") for far in graph.walk_from(np.unique(along.argmin(axis=1)))]
    orders += [np.argsort(along[way], kind="stable") for way in range(_WAYS)]
    found: list[MeshCut] = []
    for left_count in list_left_counts(count):
        window = find_window(graph.total, left_count, count - left_count)
        for order in orders:
            left = graph.take(order, window)
            if left is not None:
                found.append(graph.rate(left, left_count, count))
    found.sort(key=lambda cut: cut.cost)
    better = []
    for cut in found[:most]:
        window = find_window(graph.total, cut.left_count, count - cut.left_count)
        better.append(graph.rate(graph.balance(cut.left.copy(), window), cut.left_count, count))
    better.sort(key=lambda cut: cut.cost)
    return better


class Graph:
    """Which blocks touch, as bits: a walk over two hundred blocks is sooner done than a sparse matrix sliced."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self.total = int(mesh.weight.sum())
        border = mesh.border
        self._i: Ints = np.repeat(np.arange(border.shape[0]), np.diff(border.indptr))
        self._j: Ints = border.indices.astype(np.int64)
        self._length: Floats = border.data
        starts = border.indptr.tolist()
        near = self._j.tolist()
        self._near = [
            sum(1 << other for other in near[starts[block] : starts[block + 1]]) for block in range(border.shape[0])
        ]

    def walk_from(self, ends: Ints) -> Floats:
        """Return how far it is from each of some blocks to every block, shape (ends, blocks)."""
        centre = self._mesh.centre
        steps = np.hypot(*(centre[self._i] - centre[self._j]).T) + 1e-6
        size = len(self._near)
        ways = csr_array((steps, (self._i, self._j)), shape=(size, size))
        return np.atleast_2d(dijkstra(ways, directed=False, indices=ends))

    def take(self, order: Ints, window: tuple[int, int]) -> Bools | None:
        """Take blocks in an order until they weigh about as much as the window says, both sides connected; or None."""
        low, high = window
        running = np.cumsum(self._mesh.weight[order])
        extra = 0
        best: Bools | None = None
        best_off = np.inf
        for _ in range(_SETTLE_ROUNDS):
            taken = int(np.abs(running - ((low + high) / 2 - extra)).argmin()) + 1
            left = np.zeros(len(order), dtype=np.bool_)
            left[order[:taken]] = True
            before = self._weigh(left)
            left = self._keep_main(left)
            left = ~self._keep_main(~left)
            weight = self._weigh(left)
            if 0 < weight < self.total and self._is_connected(left) and self._is_connected(~left):
                off = max(low - weight, weight - high, 0)
                if off < best_off:
                    best, best_off = left, off
            if weight - before == extra:
                break
            extra = weight - before
        return best

    def balance(self, left: Bools, window: tuple[int, int]) -> Bools:
        """Move single blocks over the border while that brings the left side nearer to its window."""
        low, high = window
        for _ in range(_MOVES):
            weight = self._weigh(left)
            lack = low - weight if weight < low else high - weight if weight > high else 0
            if lack == 0:
                break
            giver = ~left if lack > 0 else left
            to_giver, to_taker = self._find_borders(giver)
            # Nothing is gained by a block that overshoots by as much as was missing.
            size = self._mesh.weight
            near = np.flatnonzero(giver & (to_taker > 0) & (size > 0) & (size < 2 * abs(lack)))
            miss = np.abs(abs(lack) - size[near])
            for block in near[np.lexsort((near, (to_giver - to_taker)[near], miss > abs(lack) // 2))].tolist():
                giver[block] = False
                if self._is_connected(giver):
                    left[block] = lack > 0
                    break
                giver[block] = True
            else:
                break
        return left

    def rate(self, left: Bools, left_count: int, count: int) -> MeshCut:
        """Rate a cut: balance first; a border as long as the piece is wide is worth a tenth of a grid."""
        low, high = find_window(self.total, left_count, count - left_count)
        weight = self._weigh(left)
        mean = max(1.0, self.total / count)
        off = max(low - weight, weight - high, 0) / min(left_count, count - left_count) / mean
        length = float(self._length[left[self._i] & ~left[self._j]].sum())
        wide = float(np.hypot(*np.ptp(self._mesh.centre, axis=0))) + 1.0
        return MeshCut(left, left_count, 40.0 * max(0.0, off - 0.02) + off + 0.4 * length / wide)

    def _weigh(self, chosen: Bools) -> int:
        return int(self._mesh.weight[chosen].sum())

    def _find_borders(self, giver: Bools) -> tuple[Floats, Floats]:
        """Find the length of the border of each block to the giver's blocks and to the others."""
        same = giver[self._j]
        size = len(self._near)
        to_giver = np.bincount(self._i[same], self._length[same], size)
        to_others = np.bincount(self._i[~same], self._length[~same], size)
        return np.asarray(to_giver, dtype=np.float64), np.asarray(to_others, dtype=np.float64)

    def _is_connected(self, chosen: Bools) -> bool:
        waiting = _to_bits(chosen)
        return waiting != 0 and self._flood(waiting) == waiting

    def _flood(self, chosen: int) -> int:
        """Find what hangs together with the lowest of the chosen blocks; sets of blocks are bits of a number."""
        near, fresh = self._near, chosen & -chosen
        part = fresh
        while fresh:
            found = 0
            while fresh:
                lowest = fresh & -fresh
                fresh ^= lowest
                found |= near[lowest.bit_length() - 1]
            fresh = found & chosen & ~part
            part |= fresh
        return part

    def _keep_main(self, chosen: Bools) -> Bools:
        """Keep of the chosen blocks the connected part with the most households."""
        waiting = _to_bits(chosen)
        parts = []
        while waiting:
            parts.append(self._flood(waiting))
            waiting ^= parts[-1]
        if len(parts) <= 1:
            return chosen
        members = [_from_bits(part, len(chosen)) for part in parts]
        # Of two alike the one with the lowest block.
        return max(members, key=lambda part: (self._weigh(part), int(part.sum()), -int(part.argmax())))


def _to_bits(chosen: Bools) -> int:
    return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")


def _from_bits(bits: int, count: int) -> Bools:
    packed = np.frombuffer(bits.to_bytes(-(-count // 8), "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=count, bitorder="little").astype(np.bool_)
