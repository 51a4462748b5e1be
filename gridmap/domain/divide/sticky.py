"""Divide again: keep the former grids, and move as few people as the band asks for."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.bisect import divide_region, has_group
from gridmap.domain.divide.chord import list_chords, make_normals
from gridmap.domain.divide.count import find_kept_count
from gridmap.domain.divide.faces import Adopter, make_polygon
from gridmap.domain.divide.flow import Move, Pair, find_bounds, find_parts, list_least_moves
from gridmap.domain.divide.former import fit_former
from gridmap.domain.divide.handover import hand_over
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.piece import Load, Piece, Window
from gridmap.domain.divide.plane import Ints
from gridmap.domain.divide.task import AreaTask

_ROUNDS = 3
_DIRECTIONS = 90
_GOOD_RANGE = (0.7, 1.3)
_MIN_BORDER_M = 1.0


@dataclass(frozen=True, eq=False)
class Again:
    """The grids after a re-division, by rising code."""

    pieces: list[Piece]
    codes: list[str]
    lonlat: dict[tuple[int, int], tuple[float, float]]
    people_before: int
    people_moved: int
    people_moved_least: int


def divide_again(nodes: Nodes, parts: list[Piece], task: AreaTask, load: Load, region_of_site: Ints) -> Again:
    """Divide an area that has former grids.

    1. Every former grid keeps its land. 2. The number of grids of a region stays while their mean is between 75 and
    130 % of the target; else the largest grid is cut in two, or the two smallest neighbours are joined. 3. The fewest
    households that bring every grid into the band are moved, each time over the border of two grids only. Locked
    grids, and borders between regions, stay as they are.
    """
    former = fit_former(nodes, parts, task, load.xy)
    old_codes = [grid.code for grid in task.previous]
    last = max(int(code[12:]) for code in old_codes)
    codes: list[str] = []
    for grid in former.grid:
        if grid < 0:
            last += 1
        codes.append(old_codes[grid] if grid >= 0 else make_code(task.code, last))
    plan = _Plan(
        nodes, load, former.pieces, codes, {grid.code for grid in task.previous if grid.locked}, region_of_site
    )
    forced = 0
    for region in plan.list_regions():
        forced_here, last = _change_count(plan, region, task, last)
        forced += forced_here
    start = plan.list_households()
    touching = plan.list_touching()
    part = find_parts(len(start), touching)
    low, high = find_bounds(start, part, band=task.options.band)
    with_hamlets = np.isin(part, part[[has_group(load, piece) for piece in plan.pieces]])
    # Where hamlets stay whole the mean can't be had: nobody moves within what counts as a good size.
    good = [round(share * task.options.target) for share in _GOOD_RANGE]
    low[with_hamlets] = np.minimum(low[with_hamlets], good[0])
    high[with_hamlets] = np.maximum(high[with_hamlets], good[1])
    for _ in range(_ROUNDS):
        moves = list_least_moves(plan.list_households(), plan.list_touching(), low, high)
        if not moves or not plan.carry_out(moves, low, high):
            break
    # The bound for the balance that was reached: whole hamlets may have kept it from the band.
    end = plan.list_households()
    for number in range(int(part.max(initial=-1)) + 1):
        own = part == number
        low[own] = np.minimum(low[own], end[own].min())
        high[own] = np.maximum(high[own], end[own].max())
    least = forced + sum(move.households for move in list_least_moves(start, touching, low, high))
    order = sorted(range(len(plan.codes)), key=lambda i: plan.codes[i])
    after = np.empty(len(load.weight), dtype=object)
    for piece, code in zip(plan.pieces, plan.codes, strict=True):
        after[piece.sites] = code
    known = former.grid_of_site >= 0
    before = np.array([*old_codes, ""], dtype=object)[former.grid_of_site]
    return Again(
        [plan.pieces[i] for i in order],
        [plan.codes[i] for i in order],
        former.lonlat,
        int(load.weight[known].sum()),
        int(load.weight[known & (before != after)].sum()),
        least,
    )


def _change_count(plan: "_Plan", region: int, task: AreaTask, last: int) -> tuple[int, int]:
    """Cut or join grids of a region until their number fits; return how many moved by it, and the last number."""
    forced = 0
    while True:
        own = plan.list_of_region(region)
        total = int(plan.list_households()[own].sum())
        wanted = find_kept_count(total, task.options.target, len(own))
        moved: int | None = None
        if len(own) < wanted:
            moved = plan.split_largest(own, make_code(task.code, last + 1), task.options.target)
            last += moved is not None
        elif len(own) > wanted:
            moved = plan.join_smallest(own)
        if moved is None:
            return forced, last
        forced += moved


class _Plan:
    """The pieces and their codes while they change."""

    def __init__(
        self, nodes: Nodes, load: Load, pieces: list[Piece], codes: list[str], locked: set[str], region_of_site: Ints
    ) -> None:
        self.pieces, self.codes = list(pieces), list(codes)
        self._nodes, self._load, self._locked, self._region_of_site = nodes, load, locked, region_of_site

    def list_households(self) -> Ints:
        return np.array([int(self._load.weight[piece.sites].sum()) for piece in self.pieces], dtype=np.int64)

    def list_touching(self) -> list[Pair]:
        """List the pairs of grids that people may be moved between."""
        edges: dict[Pair, int] = {}
        length: dict[Pair, float] = {}
        for number, piece in enumerate(self.pieces):
            for ring in (piece.shell, *piece.holes):
                ring = self._nodes.complete(ring)
                after = np.roll(ring, -1)
                step = np.hypot(*(self._nodes.xy[after] - self._nodes.xy[ring]).T)
                for p, q, metres in zip(ring.tolist(), after.tolist(), step.tolist(), strict=True):
                    other = edges.setdefault((min(p, q), max(p, q)), number)
                    if other != number:
                        length[other, number] = length.get((other, number), 0.0) + metres
        region = [self._find_region(piece) for piece in self.pieces]
        return sorted(
            (a, b)
            for (a, b), metres in length.items()
            if metres > _MIN_BORDER_M
            and self.codes[a] not in self._locked
            and self.codes[b] not in self._locked
            and region[a] == region[b]
        )

    def _find_region(self, piece: Piece) -> int:
        if not len(piece.sites):
            return -1
        return int(np.bincount(self._region_of_site[piece.sites], self._load.weight[piece.sites] + 1e-6).argmax())

    def list_regions(self) -> list[int]:
        """List the regions that grids lie in."""
        return sorted({self._find_region(piece) for piece in self.pieces})

    def list_of_region(self, region: int) -> list[int]:
        """List the grids of a region."""
        return [number for number, piece in enumerate(self.pieces) if self._find_region(piece) == region]

    def split_largest(self, own: list[int], code: str, target: int) -> int | None:
        """Cut the largest of some grids that is not locked in two; the smaller side gets the code.

        Returns
        -------
        How many live there; None if none could be cut.
        """
        households = self.list_households()
        for number in sorted(own, key=lambda i: (-households[i], i)):
            if self.codes[number] in self._locked:
                continue
            found = divide_region(self._nodes, self.pieces[number], self._load, 2, target)
            if len(found) != 2:
                continue
            weights = [int(self._load.weight[piece.sites].sum()) for piece in found]
            small = int(weights[1] <= weights[0])
            self.pieces[number] = found[1 - small]
            self.pieces.append(found[small])
            self.codes.append(code)
            return weights[small]
        return None

    def join_smallest(self, own: list[int]) -> int | None:
        """Join the two neighbours of some grids with the fewest households; the code of the larger remains.

        Returns
        -------
        How many lived in the other; None if none could be joined.
        """
        households = self.list_households()
        pairs = [pair for pair in self.list_touching() if pair[0] in own and pair[1] in own]
        for a, b in sorted(pairs, key=lambda pair: (households[pair[0]] + households[pair[1]], pair)):
            whole = self._unite(a, b)
            if whole is None:
                continue
            kept, gone = (a, b) if (households[a], -a) >= (households[b], -b) else (b, a)
            self.pieces[kept] = whole
            del self.pieces[gone], self.codes[gone]
            return int(households[gone])
        return None

    def _unite(self, a: int, b: int) -> Piece | None:
        """Unite two grids; None if they no longer touch, because a third one has grown between them."""
        both = [self._complete(self.pieces[number]) for number in (a, b)]
        whole = shapely.coverage_union_all([make_polygon(self._nodes, piece) for piece in both])
        if not isinstance(whole, shapely.Polygon):
            return None
        sites = np.sort(np.concatenate([piece.sites for piece in both]))
        return Adopter(self._nodes, both[0]).adopt(whole, sites)

    def _complete(self, piece: Piece) -> Piece:
        complete = self._nodes.complete
        return Piece(complete(piece.shell), tuple(complete(hole) for hole in piece.holes), piece.sites)

    def carry_out(self, moves: list[Move], low: Ints, high: Ints) -> bool:
        """Carry moves out, those first whose giver has enough; return whether anyone was moved.

        What does not bring the two grids nearer to their bounds is not done: whole hamlets can stand in the way.
        """
        waiting, is_moved = list(moves), False
        while waiting:
            households = self.list_households()
            move = next((m for m in waiting if households[m.giver] > m.households), waiting[0])
            waiting.remove(move)
            is_moved = self._carry_out_one(move, len(waiting) > 0, low, high) or is_moved
        return is_moved

    def _carry_out_one(self, move: Move, is_link: bool, low: Ints, high: Ints) -> bool:
        mark = self._nodes.mark()
        if self._try(move, is_link, low, high):
            return True
        self._nodes.take_back(mark)
        return False

    def _try(self, move: Move, is_link: bool, low: Ints, high: Ints) -> bool:
        giver, taker = self.pieces[move.giver], self.pieces[move.taker]
        whole = self._unite(move.giver, move.taker)
        if whole is None:
            return False
        before = [int(self._load.weight[piece.sites].sum()) for piece in (giver, taker)]
        found = self._find_share(whole, giver, taker, move.households)
        if found is None:
            return False
        after = [int(self._load.weight[piece.sites].sum()) for piece in reversed(found)]
        # A link of a chain is right when it hands on what it should, wherever that leaves it for the moment.
        is_right = abs(before[0] - after[0] - move.households) <= move.households // 2
        pair = [move.giver, move.taker]
        off = [sum(np.maximum(low[pair] - now, 0) + np.maximum(now - high[pair], 0)) for now in (before, after)]
        if not (off[1] < off[0] or (is_link and is_right)) or after[0] >= before[0]:
            return False
        self.pieces[move.taker], self.pieces[move.giver] = found
        return True

    def _find_share(self, whole: Piece, giver: Piece, taker: Piece, households: int) -> tuple[Piece, Piece] | None:
        """Part two grids anew so that the taker gains so many and as few as possible change: the taker first."""
        weight = self._load.weight
        wanted = int(weight[taker.sites].sum()) + households
        found = list_slides(self._nodes, whole, self._load, wanted)
        best: tuple[Piece, Piece] | None = None
        fewest = 0
        for sides in found:
            gone = min((int(weight[np.setdiff1d(taker.sites, side.sites)].sum()), i) for i, side in enumerate(sides))
            if best is None or gone[0] < fewest:
                fewest, best = gone[0], (sides[gone[1]], sides[1 - gone[1]])
            if fewest == 0:
                return best
        crooked = hand_over(self._nodes, self._complete(giver), self._complete(taker), self._load, households)
        if crooked is not None:
            return crooked
        return best if 4 * fewest <= households else None


def list_slides(nodes: Nodes, whole: Piece, load: Load, wanted: int) -> list[tuple[Piece, Piece]]:
    """List straight cuts of two grids after which one side has so many households, in many directions."""
    total = int(load.weight[whole.sites].sum())
    windows = [Window(1, 1, wanted, wanted), Window(1, 1, total - wanted, total - wanted)]
    cuts = list_chords(nodes, whole, load, windows, make_normals(_DIRECTIONS), loose=False, is_each=True)
    return [(cut.left, cut.right) for cut in cuts]


def name_nodes(
    nodes: Nodes, known: dict[tuple[int, int], tuple[float, float]], keys: Ints
) -> dict[int, tuple[float, float]]:
    """Find the degrees of the vertices that the former plan had."""
    return {i: known[x, y] for i, (x, y) in enumerate(keys.tolist()) if (x, y) in known and i >= nodes.given}
