"""Put the plans of all areas together: every border the same on both sides, coordinates back in degrees."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.county import CountyTasks
from gridmap.domain.divide.plane import Floats, Ints, Shapes, make_keys
from gridmap.domain.divide.task import AreaPlan
from gridmap.domain.zone import find_measure_transformer


@dataclass(frozen=True, eq=False)
class CountyPlan:
    """All grids, by rising code; CGCS2000 degrees."""

    codes: list[str]
    area: Ints
    """Index of the area of each grid."""
    shapes: Shapes
    households: Ints
    area_m2: Floats
    length_m: Floats
    grid_of_address: Ints
    """Index of the grid of each address, -1 for none."""


def assemble(county: CountyTasks, plans: list[AreaPlan]) -> CountyPlan:
    """Put plans, in the order of the tasks, together.

    A node that one area made on its outline is put into the neighbour's ring as well. It lies on the outline in
    degrees, whatever the projection does to straight lines, so that no area changes by it. All other vertices of an
    area keep the coordinates that they came with.
    """
    given = len(county.vertex_xy)
    first = given + np.concatenate([[0], np.cumsum([len(plan.new_xy) for plan in plans])]).astype(np.int64)
    xy = np.concatenate([county.vertex_xy, *[plan.new_xy for plan in plans]])
    on_outline = np.concatenate(
        [
            np.column_stack([plan.on_outline[:, 0] + start, plan.on_outline[:, 1:]])
            for plan, start in zip(plans, first, strict=False)
        ]
    )
    chains, same = _make_chains(xy, on_outline)
    lonlat = _find_lonlat(county, plans, xy, on_outline)
    rings: list[Ints] = []
    holes: list[int] = []
    for plan, start, task in zip(plans, first.tolist(), county.tasks, strict=False):
        numbers = np.concatenate([task.vertex_ids, np.arange(start, start + len(plan.new_xy))])
        for grid in plan.rings:
            rings += [_drop_repeats(same[numbers[ring]]) for ring in grid]
            holes.append(len(grid) - 1)
    rings = _complete(rings, chains, given)
    shapes = _make_shapes(rings, holes, lonlat)
    grid_of_address = np.full(len(county.lon), -1, dtype=np.int64)
    at = 0
    for plan, rows in zip(plans, county.rows, strict=True):
        grid_of_address[rows] = plan.grid_of_address + at
        at += len(plan.codes)
    codes = [code for plan in plans for code in plan.codes]
    order = np.argsort(np.array(codes), kind="stable")
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    area = np.repeat(np.arange(len(plans)), [len(plan.codes) for plan in plans])
    return CountyPlan(
        [codes[i] for i in order],
        area[order],
        shapes[order],
        np.concatenate([plan.households for plan in plans])[order],
        np.concatenate([plan.area_m2 for plan in plans])[order],
        np.concatenate([plan.length_m for plan in plans])[order],
        rank[grid_of_address],
    )


def _drop_repeats(ring: Ints) -> Ints:
    return np.asarray(ring[ring != np.roll(ring, 1)])


Chains = dict[tuple[int, int], list[int]]


def _make_chains(xy: Floats, on_outline: Ints) -> tuple[Chains, Ints]:
    """List for each outline segment its nodes from the lower end to the higher.

    Neighbours may have made a node at the same place, up to the rounding of its crossing: the first stands for both.

    Returns
    -------
    The chains, and for each vertex the one that stands for it.
    """
    chains: Chains = {}
    same = np.arange(len(xy))
    if not len(on_outline):
        return chains, same
    node, a, b = on_outline.T
    along = ((xy[node] - xy[a]) * (xy[b] - xy[a])).sum(axis=1)
    order = np.lexsort((node, along, b, a))
    keys = make_keys(xy[node])
    before = -1
    for i in order.tolist():
        root = (int(a[i]), int(b[i]))
        is_same = before >= 0 and root == (a[before], b[before]) and np.abs(keys[i] - keys[before]).max() <= 2
        if is_same and node[i] != node[before]:
            same[node[i]] = chains[root][-1]
            continue
        chains.setdefault(root, []).append(int(node[i]))
        before = i
    return chains, same


def _complete(rings: list[Ints], chains: Chains, given: int) -> list[Ints]:
    """Put all nodes of the outline segments into all rings that run along them, one number for each place."""
    if not chains:
        return rings
    every = np.concatenate(rings)
    index = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])])
    after = np.concatenate([np.roll(ring, -1) for ring in rings])
    ring_of = np.repeat(np.arange(len(rings)), np.diff(index))
    low, high = np.minimum(every, after), np.maximum(every, after)
    wide = int(every.max()) + 1
    roots = np.array([a * wide + b for a, b in chains], dtype=np.int64)
    # Edges of two vertices of the outline are looked up all at once, those with a node one by one: these are few.
    touched = np.unique(ring_of[np.isin(low * wide + high, roots) | (high >= given)])
    roots_of: dict[int, list[tuple[int, int]]] = {}
    for root, nodes in chains.items():
        for node in (*root, *nodes):
            roots_of.setdefault(node, []).append(root)
    made = list(rings)
    for at in touched.tolist():
        numbers: list[int] = []
        ring = rings[at].tolist()
        for p, q in zip(ring, ring[1:] + ring[:1], strict=True):
            numbers.append(p)
            for root in roots_of.get(p, ()):
                if root not in roots_of.get(q, ()):
                    continue
                chain = [root[0], *chains[root], root[1]]
                i, j = chain.index(p), chain.index(q)
                numbers += chain[i + 1 : j] if i < j else chain[j + 1 : i][::-1]
                break
        made[at] = np.array(numbers, dtype=np.int64)
    return made


def _find_lonlat(county: CountyTasks, plans: list[AreaPlan], xy: Floats, on_outline: Ints) -> Floats:
    given = len(county.vertex_xy)
    transformer = find_measure_transformer(county.meridian_deg)
    lonlat = np.empty_like(xy)
    lonlat[:given] = county.vertex_lonlat
    lon, lat = transformer.transform(xy[given:, 0], xy[given:, 1], direction="INVERSE")
    lonlat[given:, 0], lonlat[given:, 1] = lon, lat
    if len(on_outline):
        node, a, b = on_outline.T
        way = xy[b] - xy[a]
        share = (((xy[node] - xy[a]) * way).sum(axis=1) / (way**2).sum(axis=1))[:, None]
        lonlat[node] = lonlat[a] + share * (lonlat[b] - lonlat[a])
    known = np.concatenate([plan.new_lonlat for plan in plans]) if plans else np.empty((0, 2))
    has = np.isfinite(known).all(axis=1)
    lonlat[given:][has] = known[has]
    return lonlat


def _make_shapes(rings: list[Ints], holes: list[int], lonlat: Floats) -> Shapes:
    closed = [np.append(ring, ring[0]) for ring in rings]
    index = np.repeat(np.arange(len(closed)), [len(ring) for ring in closed])
    made = shapely.linearrings(lonlat[np.concatenate(closed)], indices=index)
    shapes = np.empty(len(holes), dtype=object)
    starts = np.concatenate([[0], np.cumsum(np.array(holes) + 1)]).astype(np.int64)
    plain = np.array(holes) == 0
    shapes[plain] = shapely.polygons(made[starts[:-1][plain]])
    for at in np.flatnonzero(~plain):
        shapes[at] = shapely.polygons(made[starts[at]], made[starts[at] + 1 : starts[at + 1]])
    return shapes
