"""Divide again: keep the former grids, and move as few people as the band asks for."""

from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.band import find_bounds, find_excess
from gridmap.domain.divide.bound import Start
from gridmap.domain.divide.exchange import Exchange
from gridmap.domain.divide.former import fit_former
from gridmap.domain.divide.gather import Codes, gather_hamlets
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Ints
from gridmap.domain.divide.recount import Fresh, change_count
from gridmap.domain.divide.search import Search
from gridmap.domain.divide.sides import Blocks, part_at_barriers
from gridmap.domain.divide.task import AreaTask

_ROUNDS = 3
_NEAR_BOUND, _LOOSE = 1.1, 8


@dataclass(frozen=True, eq=False)
class Again:
    """The grids after a re-division, by rising code."""

    pieces: list[Piece]
    codes: list[str]
    lonlat: dict[tuple[int, int], tuple[float, float]]
    people_before: int
    people_moved: int
    people_moved_least: int


def divide_again(
    nodes: Nodes,
    parts: list[Piece],
    task: AreaTask,
    load: Load,
    region_of_site: Ints,
    blocks: Blocks,
    find_fresh: Fresh,
) -> Again:
    """Divide an area that has former grids.

    1. Every former grid keeps its land, but is parted where it crosses a barrier that binds by now. 2. The number of
    grids of a region stays while their mean is between 75 and 130 % of the target; else the largest grid is cut in
    two, or the two smallest neighbours are joined. 3. Whole hamlets that lie in several grids are put together.
    4. Where the grids of a region are not as even as a new plan would make them, the fewest people are moved that
    bring every grid into the band. Locked grids stay as they are.
    """
    former = fit_former(nodes, parts, task, load.xy)
    old_codes = [grid.code for grid in task.previous]
    last = max(int(code[12:]) for code in old_codes)
    codes: list[str] = []
    for grid in former.grid:
        if grid < 0:
            last += 1
        codes.append(old_codes[grid] if grid >= 0 else make_code(task.code, last))
    locked = {grid.code for grid in task.previous if grid.locked}
    grids = Grids(nodes, load, former.pieces, codes, locked, region_of_site, blocks.is_site_binding)
    last = part_at_barriers(grids, blocks, task, last, find_fresh)
    before = np.array([*old_codes, ""], dtype=object)[former.grid_of_site]
    last = _fit(grids, task, before, last, find_fresh)
    start = Start(grids, task, before)
    _move_people(grids, start, task, find_fresh)
    for _ in range(_ROUNDS):
        # Where land has changed hands a hamlet can perhaps be put together that could not before: now, not next time.
        if not gather_hamlets(grids, before, find_fresh):
            break
        last = _fit(grids, task, before, last, find_fresh)
        _move_people(grids, Start(grids, task, before), task, find_fresh)
    least = start.find_least()
    order = sorted(range(len(grids)), key=lambda i: grids.codes[i])
    known = former.grid_of_site >= 0
    after = np.array([*grids.codes, ""], dtype=object)[grids.find_grid_of_site()]
    return Again(
        [grids.pieces[i] for i in order],
        [grids.codes[i] for i in order],
        former.lonlat,
        int(load.weight[known].sum()),
        int(load.weight[known & (before != after)].sum()),
        least,
    )


def _fit(grids: Grids, task: AreaTask, before: Codes, last: int, find_fresh: Fresh) -> int:
    """Change the number of grids where it no longer fits, and put hamlets together; return the last grid number."""
    for _ in range(_ROUNDS):
        for region in grids.list_regions():
            last = change_count(grids, region, task, last, find_fresh)
        # Who puts a hamlet together may give up a grid that nobody else lived in.
        if not gather_hamlets(grids, before, find_fresh):
            break
    return last


def _move_people(grids: Grids, start: Start, task: AreaTask, find_fresh: Fresh) -> None:
    """Move people where that pays."""
    for part in range(start.parts):
        own = start.list_of_part(part)
        if len(own) < 2 or not start.find_excess(own):
            continue
        if not _is_even_enough(grids, grids.find_region(own[0]), task, find_fresh):
            _move_in_part(grids, start, part, own)


def _move_in_part(grids: Grids, start: Start, part: int, own: list[int]) -> None:
    """Move people among grids that can be reached from each other.

    Step by step first, which gives straight borders and the best balance. Where that moves more than a tenth above the
    bound, what the first step may have spoiled is looked for again from the beginning, all at once.
    """
    before = grids.save()

    is_grouped = bool(start.is_grouped[own[0]])

    def exchange() -> tuple[int, int]:
        Exchange(grids, own, start.low, start.high, is_grouped=is_grouped).run()
        return start.find_excess(own), start.count_away(own)

    excess, moved = exchange()
    if moved <= _NEAR_BOUND * max(1, start.find_least_of_part(part)):
        return
    first = grids.save()
    # Nearly as good a balance is found much sooner, and what is left of it step by step.
    for aim in sorted({excess, excess + excess // _LOOSE}, reverse=True):
        grids.restore(before)
        search = Search(grids, own, start.low, start.high, start.home, is_grouped=is_grouped)
        # Nothing may be left that would be tried when the same input is divided again.
        if search.run(aim, moved - start.count_away(own)) and exchange() < (excess, moved):
            return
    grids.restore(first)


def _is_even_enough(grids: Grids, region: int, task: AreaTask, find_fresh: Fresh) -> bool:
    """Tell whether the grids of a region are as even as a new plan would make them: then nobody has to move."""
    own = grids.list_of_region(region)
    is_grouped = any(grids.has_group(number) for number in own)

    def measure(households: Ints) -> int:
        same = np.zeros(len(households), dtype=np.int64)
        grouped = np.full(len(households), is_grouped)
        low, high = find_bounds(households, same, grouped, band=task.options.band, target=task.options.target)
        return find_excess(households, low, high)

    return measure(grids.list_households()[own]) <= measure(find_fresh().households[region])
