"""Divide areas into connected parts of nearly equal households, over the faces."""

from dataclasses import replace

import numpy as np

from gridmap.demonstration.mesh import Mesh, fill_gaps, find_middle_faces, grow_areas
from gridmap.demonstration.plane import Floats, Ints

_ROUNDS = 22
_RESEED_ROUNDS = 9


def divide_evenly(mesh: Mesh, parent: Ints, parts: Ints, weight: Floats) -> tuple[Ints, Ints]:
    """Divide each parent into so many connected parts of nearly equal weight.

    Parameters
    ----------
    parent : parent index per face, -1 outside
    parts : number of parts per parent, at least 1; at most one per face is made
    weight : households per face

    Returns
    -------
    The part of each face (numbered through all parents, -1 outside) and the parent of each part.

    Notes
    -----
    Parts grow from seeds along the graph of faces, so they are connected by construction; the head start of each seed
    is
    corrected until the weights agree (an additively weighted diagram on the graph), then single faces change hands.
    """
    # A part needs a face of its own: a tiny parent with few faces gets fewer parts than asked.
    parts = np.minimum(parts, np.maximum(1, np.bincount(parent[parent >= 0], minlength=len(parts))))
    seed_parent = np.repeat(np.arange(len(parts)), parts)
    first = np.concatenate(([0], np.cumsum(parts)))[:-1]
    weight = weight + 1e-6 * mesh.area_m2 / mesh.area_m2.max()
    start = _cut_by_halves(mesh, parent, parts, first, weight)
    seeds = find_middle_faces(mesh, start, weight, len(seed_parent))
    mean = np.bincount(parent[parent >= 0], weight[parent >= 0], len(parts)) / parts
    reach = np.sqrt(
        np.bincount(parent[parent >= 0], mesh.area_m2[parent >= 0] * (weight[parent >= 0] >= 1.0), len(parts)) / parts
    )
    offset = np.zeros(len(seeds))
    best = np.full(len(parent), -1, dtype=np.int64)
    best_error = np.full(len(parts), np.inf)
    for turn in range(_ROUNDS):
        label = grow_areas(mesh, seeds, offset, parent=parent)
        label[parent < 0] = -1
        load = np.bincount(label[label >= 0], weight[label >= 0], len(seeds))
        gap = load / mean[seed_parent] - 1.0
        error = np.bincount(seed_parent, gap**2 + 100.0 * (load < 1.0), len(parts))
        better = error < best_error
        best_error = np.where(better, error, best_error)
        moved = (parent >= 0) & better[parent]
        best[moved] = label[moved]
        step = 0.55 if turn < _RESEED_ROUNDS else 0.55 * 0.86 ** (turn - _RESEED_ROUNDS)
        offset += np.clip(gap, -0.8, 0.8) * step * reach[seed_parent]
        if turn < _RESEED_ROUNDS:
            present = np.unique(label[label >= 0])
            seeds = seeds.copy()
            seeds[present] = find_middle_faces(mesh, label, weight, len(seeds))
    exchange_faces(mesh, best, seed_parent, weight, mean)
    return _drop_empty(mesh, best, parent, seed_parent, weight)


def _drop_empty(mesh: Mesh, label: Ints, parent: Ints, seed_parent: Ints, weight: Floats) -> tuple[Ints, Ints]:
    """Give the ground of parts without households to their neighbours of the same parent, and number the rest anew."""
    load = np.bincount(label[label >= 0], weight[label >= 0], len(seed_parent))
    # Where a whole parent is empty, its first part has to stay.
    first_of_parent = np.concatenate(([True], seed_parent[1:] != seed_parent[:-1]))
    parent_load = np.bincount(seed_parent, load)
    empty = (load < 1.0) & ~(first_of_parent & (parent_load[seed_parent] < 1.0))
    thinned = np.where((label >= 0) & empty[np.maximum(label, 0)], -1, label)
    within = parent[mesh.first] == parent[mesh.second]
    inner = replace(
        mesh,
        first=mesh.first[within],
        second=mesh.second[within],
        shared_m=mesh.shared_m[within],
        cost_m=mesh.cost_m[within],
    )
    label = np.where(parent >= 0, fill_gaps(inner, thinned), -1)
    present, renumbered = np.unique(label[label >= 0], return_inverse=True)
    label[label >= 0] = renumbered
    return label, seed_parent[present]


def _cut_by_halves(mesh: Mesh, parent: Ints, parts: Ints, first: Ints, weight: Floats) -> Ints:
    label = np.full(len(parent), -1, dtype=np.int64)
    order = np.argsort(parent, kind="stable")
    bounds = np.searchsorted(parent[order], np.arange(len(parts) + 1))
    for index, count in enumerate(parts):
        stack = [(order[bounds[index] : bounds[index + 1]], int(first[index]), int(count))]
        while stack:
            faces, number, wanted = stack.pop()
            if wanted == 1:
                label[faces] = number
                continue
            centre = mesh.centre[faces]
            heavy = weight[faces]
            middle = np.average(centre, axis=0, weights=heavy)
            spread = np.average((centre - middle) ** 2, axis=0, weights=heavy)
            along = np.argsort(centre[:, int(spread[1] > spread[0])], kind="stable")
            left = wanted // 2
            # Each side keeps at least as many faces as it must have parts.
            cut = int(np.searchsorted(np.cumsum(heavy[along]), heavy.sum() * left / wanted))
            cut = min(max(cut, left), len(faces) - (wanted - left))
            stack += [(faces[along[:cut]], number, left), (faces[along[cut:]], number + left, wanted - left)]
    return label


def exchange_faces(mesh: Mesh, label: Ints, seed_parent: Ints, weight: Floats, mean: Floats) -> None:
    """Move faces between neighbouring parts while that evens the weights and keeps both connected (in place)."""
    neighbours: list[list[int]] = [[] for _ in range(len(label))]
    for a, b in zip(mesh.first.tolist(), mesh.second.tolist(), strict=True):
        neighbours[a].append(b)
        neighbours[b].append(a)
    load = np.bincount(label[label >= 0], weight[label >= 0], len(seed_parent))
    for _ in range(12):
        a, b = label[mesh.first], label[mesh.second]
        edge = np.flatnonzero(
            (a >= 0) & (b >= 0) & (a != b) & (seed_parent[np.maximum(a, 0)] == seed_parent[np.maximum(b, 0)])
        )
        face = np.concatenate((mesh.first[edge], mesh.second[edge]))
        other = np.concatenate((b[edge], a[edge]))
        own = label[face]
        gain = load[own] - load[other] - weight[face]
        good = (weight[face] >= 1.0) & (gain > 0.06 * mean[seed_parent[own]])
        ranked = np.lexsort((face[good], -(gain * weight[face])[good]))
        changed = 0
        touched: set[int] = set()
        for f, to in zip(face[good][ranked].tolist(), other[good][ranked].tolist(), strict=True):
            source = int(label[f])
            if source in touched or to in touched or not _is_connected_without(f, source, label, neighbours):
                continue
            label[f] = to
            load[source] -= weight[f]
            load[to] += weight[f]
            touched |= {source, to}
            changed += 1
        if not changed:
            return


def _is_connected_without(face: int, part: int, label: Ints, neighbours: list[list[int]]) -> bool:
    around = [n for n in neighbours[face] if label[n] == part]
    if not around:
        return False
    goal = set(around[1:])
    seen = {face, around[0]}
    stack = [around[0]]
    while stack and goal:
        for n in neighbours[stack.pop()]:
            if n not in seen and label[n] == part:
                seen.add(n)
                goal.discard(n)
                stack.append(n)
    return not goal
