"""The vertices of one area, by number, and which of them lie on which straight border segment."""

import math

import numpy as np

from gridmap.domain.divide.plane import QUANTUM_M, Floats, Ints, make_keys

_PER_M = round(1 / QUANTUM_M)
_NEAR_STEPS = [(0, 0), *((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)]

Segment = tuple[int, int]
"""Two vertices, the lower number first."""
Step = tuple[int, tuple[int, int], Segment | None, list[float]]
"""Something that was done: a vertex made (no root), or put on a root; and where it is."""


Saved = tuple[
    int, Floats, list[tuple[Segment, ...]], dict[Segment, list[int]],
    list[tuple[int, tuple[int, int], Segment | None]], dict[tuple[int, int], int],
]  # fmt: skip


class Nodes:
    """Vertices of an area and of its grids. The first `given` ones are those of the outline and never change.

    A node that is made on a segment remembers that segment, the *root*, which is never itself a part of another one.
    Whoever else has the root on its border learns of the node from here: that keeps all sides of a border alike.
    """

    def __init__(self, given: Floats) -> None:
        """Take the vertices of the outline, shape (n, 2), metres on the lattice."""
        self.given = len(given)
        self._xy: Floats = np.empty((max(64, 2 * len(given)), 2))
        self._xy[: len(given)] = given
        self._count = len(given)
        self._roots: list[tuple[Segment, ...]] = [()] * len(given)
        self._on: dict[Segment, list[int]] = {}
        self._log: list[tuple[int, tuple[int, int], Segment | None]] = []
        x, y = make_keys(given).T.tolist()
        self._by_key = dict(zip(zip(x, y, strict=True), range(len(given)), strict=True))

    @property
    def xy(self) -> Floats:
        """Coordinates by number, shape (n, 2); a view."""
        return self._xy[: self._count]

    def find(self, x: float, y: float) -> int | None:
        """Find the vertex at a place of the lattice, or right beside it, if there is one.

        Noding computes a crossing anew, and may come out one step of the lattice beside the vertex that it was.
        """
        i, j = round(x * _PER_M), round(y * _PER_M)
        for di, dj in _NEAR_STEPS:
            if (number := self._by_key.get((i + di, j + dj))) is not None:
                return number
        return None

    def add(self, x: float, y: float, *, on: Segment | None = None) -> int:
        """Give the number of the vertex at a place, a new one if there was none; `on` is the root it lies on."""
        # As `round_to_lattice` and `make_keys` do it, without the cost of an array for one place.
        key = round(x * _PER_M), round(y * _PER_M)
        number = self._by_key.get(key)
        if number is None:
            number = self._count
            if number == len(self._xy):
                self._xy = np.concatenate([self._xy, np.empty_like(self._xy)])
            self._xy[number] = key[0] / _PER_M, key[1] / _PER_M
            self._count += 1
            self._roots.append(())
            self._by_key[key] = number
            self._log.append((number, key, None))
        if on is not None and number not in on and on not in self._roots[number]:
            self._put_on(number, on)
        return number

    def _put_on(self, number: int, root: Segment) -> None:
        self._roots[number] = (*self._roots[number], root)
        self._on.setdefault(root, []).append(number)
        self._log.append((number, (0, 0), root))

    def mark(self) -> int:
        """Mark where things stand, for `take_back`."""
        return len(self._log)

    def take_back(self, mark: int) -> list[Step]:
        """Take everything since a mark back; a try that is given up must not leave roots that others then meet.

        Returns
        -------
        What was taken back, for `do_again` from the same state.
        """
        steps = []
        while len(self._log) > mark:
            number, key, root = self._log.pop()
            steps.append((number, key, root, self._xy[number].tolist()))
            if root is None:
                del self._by_key[key]
                self._roots.pop()
                self._count -= 1
            else:
                self._roots[number] = self._roots[number][:-1]
                self._on[root].pop()
                if not self._on[root]:
                    del self._on[root]
        return steps[::-1]

    def do_again(self, steps: list[Step]) -> None:
        """Do again what was taken back; the vertices get the numbers that they had."""
        for number, _, root, place in steps:
            if root is None:
                again = self.add(place[0], place[1])
                if again != number:
                    raise RuntimeError(f"vertex {number} came back as {again}: the state is not the one it left")
            else:
                self._put_on(number, root)

    def save(self) -> Saved:
        """Keep how things stand, for `restore`; unlike a mark it outlives `forget_unused`."""
        return (
            self._count, self._xy[: self._count].copy(), list(self._roots),
            {root: list(here) for root, here in self._on.items()}, list(self._log), dict(self._by_key),
        )  # fmt: skip

    def restore(self, saved: Saved) -> None:
        """Bring everything back to how it was when it was saved; nothing that was made since may be used."""
        self._count, xy, roots, on, log, by_key = saved
        self._xy[: self._count] = xy
        self._roots, self._log, self._by_key = list(roots), list(log), dict(by_key)
        self._on = {root: list(here) for root, here in on.items()}

    def find_root(self, p: int, q: int) -> Segment:
        """Find the root that the edge between two vertices is a part of; itself if it is of none."""
        if p >= self.given or q >= self.given:
            for root in self._roots[p]:
                if q in root or root in self._roots[q]:
                    return root
            for root in self._roots[q]:
                if p in root:
                    return root
        return (p, q) if p < q else (q, p)

    def list_on(self, root: Segment) -> list[int]:
        """List the nodes on a root, from its first end to its last."""
        found = self._on.get(root)
        if not found:
            return []
        start, end = self.xy[root[0]], self.xy[root[1]]
        share = ((self.xy[found] - start) * (end - start)).sum(axis=1)
        return [found[i] for i in np.argsort(share, kind="stable")]

    def find_near(self, root: Segment, x: float, y: float, most_m: float) -> int | None:
        """Find the node on a root that is the nearest to a place, if it is not farther than so many metres."""
        found = self._on.get(root)
        if not found:
            return None
        away, node = min((math.dist(self._xy[node].tolist(), (x, y)), node) for node in found)
        return node if away <= most_m else None

    def list_roots(self) -> list[Segment]:
        """List the roots that have nodes."""
        return list(self._on)

    def forget_unused(self, used: Ints) -> None:
        """Forget the nodes on roots that no ring uses: ends of cuts that were tried and not taken."""
        self._log.clear()
        kept = set(used.tolist())
        for found in self._on.values():
            for node in found:
                if node not in kept:
                    self._roots[node] = ()
        self._on = {
            root: here for root, found in self._on.items() if (here := [node for node in found if node in kept])
        }

    def complete(self, ring: Ints) -> Ints:
        """Put into a ring the nodes that others made on its edges. A new array when there are any."""
        numbers: list[int] = []
        changed = False
        for p, q in zip(ring.tolist(), np.roll(ring, -1).tolist(), strict=True):
            numbers.append(p)
            root = self.find_root(p, q)
            if root not in self._on:
                continue
            chain = [root[0], *self.list_on(root), root[1]]
            # A node may be met again at an end only; positions are unique along a straight segment.
            i, j = chain.index(p), chain.index(q)
            between = chain[i + 1 : j] if i < j else chain[j + 1 : i][::-1]
            numbers += between
            changed = changed or bool(between)
        return np.array(numbers, dtype=np.int64) if changed else ring
