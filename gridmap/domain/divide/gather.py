"""Put whole hamlets together that lie in several former grids."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridmap.domain.divide.faces import make_polygon
from gridmap.domain.divide.former import list_parts
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.handover import find_touching, hand_over
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.mesh_piece import list_empty_ground
from gridmap.domain.divide.pick import MIN_TOUCH_M
from gridmap.domain.divide.piece import Load
from gridmap.domain.divide.plane import Bools, Floats, Ints
from gridmap.domain.divide.recount import Fresh

_PERSON_M = 10_000.0
"""A way round of so many metres over empty ground is better than one more household that changes grid."""

Codes = NDArray[np.object_]
Group = tuple[int, int]
"""A hamlet that stays whole, and the region: a barrier may run through a hamlet."""


@dataclass(frozen=True, eq=False)
class _Handover:
    mesh: Mesh
    blocks: Bools
    """What goes; all of them where nobody would be left."""
    price: int
    """How many more people are away from home afterwards."""


def gather_hamlets(grids: Grids, before: Codes, find_fresh: Fresh) -> bool:
    """Put each whole hamlet into the one of its grids for which the fewest people leave their former grid.

    A hamlet that a new plan for the same addresses does not keep whole either is left: so a new plan that is divided
    again from the same input stays. Left is also what lies in a locked grid, what would bring both sides of a barrier
    together, and what can't be drawn.

    Parameters
    ----------
    before
        The code of the former grid of each site, empty where there was none.

    Returns
    -------
    Whether anything changed.
    """
    is_changed = False
    for group in _list_split(grids):
        if group not in find_fresh().split and _gather(grids, group, before):
            is_changed = True
    return is_changed


def _list_split(grids: Grids) -> list[Group]:
    """List the hamlets of each region that lie in more than one grid."""
    atom, region = grids.load.atom, grids.region_of_site
    own = np.flatnonzero(atom >= 0)
    found = np.unique(np.stack([atom[own], region[own], grids.find_grid_of_site()[own]]), axis=1)
    groups, counts = np.unique(found[:2], axis=1, return_counts=True)
    return [(a, b) for (a, b), count in zip(groups.T.tolist(), counts.tolist(), strict=True) if count > 1]


def _gather(grids: Grids, group: Group, before: Codes) -> bool:
    sites = np.flatnonzero((grids.load.atom == group[0]) & (grids.region_of_site == group[1]))
    codes = {grids.codes[number] for number in np.unique(grids.find_grid_of_site()[sites]).tolist()}
    if codes & grids.locked:
        return False
    ways: list[tuple[int, str, list[str]]] = []
    for taker in codes:
        givers = sorted(codes - {taker})
        if not grids.may_hold(grids.codes.index(taker), sites):
            continue
        found = [_plan(grids, grids.codes.index(giver), grids.codes.index(taker), sites, before) for giver in givers]
        prices = [handover.price for handover in found if handover is not None]
        if len(prices) == len(givers):
            ways.append((sum(prices), taker, givers))
    for _, taker, givers in sorted(ways):
        mark, kept, named = grids.nodes.mark(), list(grids.pieces), list(grids.codes)
        if all(_draw(grids, giver, taker, sites, before) for giver in givers):
            grids.forget_unused()
            return True
        grids.pieces[:], grids.codes[:] = kept, named
        grids.nodes.take_back(mark)
    return False


def _plan(grids: Grids, giver: int, taker: int, wanted: Ints, before: Codes) -> _Handover | None:
    """Plan what a giver hands over: its part of a hamlet, what leads to it, and what is thereby shut off."""
    piece = grids.complete(grids.pieces[giver])
    polygon = make_polygon(grids.nodes, piece)
    load, count = grids.load, len(piece.sites)
    is_wanted = np.isin(piece.sites, wanted)
    ground = list_empty_ground(polygon, load.xy[piece.sites])
    atom = load.atom[piece.sites]
    # House by house: they need not lie together in this grid.
    local = Load(
        np.concatenate([load.xy[piece.sites], ground]),
        np.concatenate([load.weight[piece.sites], np.zeros(len(ground), dtype=np.int64)]),
        np.concatenate([np.where(is_wanted, -1, atom), np.full(len(ground), -1)]),
    )
    mesh = make_mesh(polygon, local, np.arange(len(local.weight)))
    mesh = replace(mesh, site_block=mesh.site_block[:count])
    touching = find_touching(mesh, polygon, make_polygon(grids.nodes, grids.complete(grids.pieces[taker])))
    blocks = _connect(mesh, np.unique(mesh.site_block[is_wanted]), touching)
    if blocks is None:
        return None
    blocks = _take_along(mesh, blocks)
    going = piece.sites[blocks[mesh.site_block]]
    if not grids.may_hold(taker, going):
        return None
    households = load.weight[going]
    price = int(households[before[going] == grids.codes[giver]].sum())
    return _Handover(mesh, blocks, price - int(households[before[going] == grids.codes[taker]].sum()))


def _connect(mesh: Mesh, wanted: Ints, touching: Floats) -> Bools | None:
    """Connect blocks with the taker by ways on which the fewest people live; None if there are none."""
    count = len(mesh.weight)
    border = mesh.border.tocoo()
    i, j = border.coords
    real = border.data > MIN_TOUCH_M
    i, j = i[real], j[real]
    price = np.where(np.isin(np.arange(count), wanted), 0, mesh.weight) * _PERSON_M
    steps = np.hypot(*(mesh.centre[i] - mesh.centre[j]).T) + price[j] + 1e-6
    first = np.flatnonzero(touching > MIN_TOUCH_M)
    ways = coo_array(
        (
            np.concatenate([steps, price[first] + 1e-6]),
            (np.concatenate([i, np.full(len(first), count)]), np.concatenate([j, first])),
        ),
        (count + 1, count + 1),
    ).tocsr()
    core = np.zeros(count + 1, dtype=np.bool_)
    core[count] = True
    waiting = wanted
    while len(waiting):
        far, via, _ = dijkstra(ways, indices=np.flatnonzero(core), return_predecessors=True, min_only=True)
        nearest = int(waiting[far[waiting].argmin()])
        if not np.isfinite(far[nearest]):
            return None
        at = nearest
        while not core[at]:
            core[at] = True
            at = int(via[at])
        waiting = waiting[~core[waiting]]
    return core[:count]


def _take_along(mesh: Mesh, blocks: Bools) -> Bools:
    """Take along what is shut off from where most people of the giver remain; all if nobody does."""
    near: list[dict[int, float]] = [{} for _ in mesh.weight]
    border = mesh.border.tocoo()
    for i, j, metres in zip(border.coords[0].tolist(), border.coords[1].tolist(), border.data.tolist(), strict=True):
        if metres > MIN_TOUCH_M:
            near[i][j] = metres
    parts = list_parts(set(np.flatnonzero(~blocks).tolist()), near)
    most = max(parts, key=lambda part: (mesh.weight[part].sum(), -min(part)), default=[])
    left = np.zeros(len(blocks), dtype=np.bool_)
    left[most] = bool(mesh.weight[most].sum())
    return ~left


def _draw(grids: Grids, giver_code: str, taker_code: str, wanted: Ints, before: Codes) -> bool:
    giver, taker = grids.codes.index(giver_code), grids.codes.index(taker_code)
    plan = _plan(grids, giver, taker, wanted, before)
    if plan is None:
        return False
    if plan.blocks.all():
        whole = grids.unite(taker, giver)
        if whole is None:
            return False
        grids.pieces[taker] = whole
        del grids.pieces[giver], grids.codes[giver]
        return True
    both = grids.complete(grids.pieces[giver]), grids.complete(grids.pieces[taker])
    found = hand_over(grids.nodes, *both, grids.load, plan.mesh, plan.blocks)
    if found is None or not grids.is_sound(*found):
        return False
    grids.pieces[taker], grids.pieces[giver] = found
    return True
