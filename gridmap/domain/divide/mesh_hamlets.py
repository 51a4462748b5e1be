"""Part a mesh by choosing which whole hamlets lie on the left, and leading corridors between them."""

from itertools import combinations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.domain.divide.mesh import Mesh
from gridmap.domain.divide.mesh_cut import Graph, MeshCut
from gridmap.domain.divide.piece import find_window, list_left_counts
from gridmap.domain.divide.plane import Bools, Ints

_MOST_HAMLETS = 8
_MOST_CHOICES = 8
"""How many choices of hamlets are drawn, those first that can be balanced best."""


def list_hamlet_cuts(mesh: Mesh, hamlets: Ints, count: int) -> list[MeshCut]:
    """List ways to part a mesh for `count` grids with some of the hamlets on the left, the best first.

    Parameters
    ----------
    hamlets
        The blocks of the whole hamlets. Between others, and over empty ground, corridors are led.
    """
    if not 1 <= len(hamlets) <= _MOST_HAMLETS:
        return []
    graph = Graph(mesh)
    weight = mesh.weight[hamlets]
    free = graph.total - int(weight.sum())
    choices = []
    for left_count in list_left_counts(count):
        low, high = find_window(graph.total, left_count, count - left_count)
        for size in range(1, len(hamlets) + 1):
            for chosen in combinations(range(len(hamlets)), size):
                least = int(weight[list(chosen)].sum())
                choices.append((max(low - least - free, least - high, 0), left_count, chosen))
    choices.sort()
    found = []
    for _, left_count, chosen in choices[:_MOST_CHOICES]:
        own = np.zeros(len(hamlets), dtype=np.bool_)
        own[list(chosen)] = True
        left = _draw(mesh, graph, hamlets[own], hamlets[~own], find_window(graph.total, left_count, count - left_count))
        if left is not None:
            found.append(graph.rate(left, left_count, count))
    found.sort(key=lambda cut: cut.cost)
    return found


def _draw(mesh: Mesh, graph: Graph, own: Ints, others: Ints, window: tuple[int, int]) -> Bools | None:
    """Take some hamlets, what connects them, and of the rest what is nearer to them than to the others."""
    core = _connect(mesh, own, others)
    if core is None:
        return None
    other_core = np.zeros(len(core), dtype=np.bool_)
    other_core[others] = True
    nearness = graph.walk_from(np.flatnonzero(core)).min(axis=0)
    if len(others):
        nearness = nearness - graph.walk_from(others).min(axis=0)
    nearness[core], nearness[other_core] = -np.inf, np.inf
    left = graph.take(np.argsort(nearness, kind="stable"), window)
    if left is None or not left[own].all() or left[others].any():
        return None
    return graph.balance(left, window)


def _connect(mesh: Mesh, own: Ints, others: Ints) -> Bools | None:
    """Connect hamlets by the shortest ways that cross no other one; None if there are none."""
    core = np.zeros(len(mesh.weight), dtype=np.bool_)
    core[own[0]] = True
    border = mesh.border.tocoo()
    i, j = border.coords
    closed = np.isin(i, others) | np.isin(j, others)
    i, j = i[~closed], j[~closed]
    steps = np.hypot(*(mesh.centre[i] - mesh.centre[j]).T) + 1e-6
    ways = csr_array((steps, (i, j)), shape=mesh.border.shape)
    waiting = own[1:]
    while len(waiting):
        far, before, _ = dijkstra(
            ways, directed=False, indices=np.flatnonzero(core), return_predecessors=True, min_only=True
        )
        nearest = int(waiting[far[waiting].argmin()])
        if not np.isfinite(far[nearest]):
            return None
        at = nearest
        while not core[at]:
            core[at] = True
            at = int(before[at])
        waiting = waiting[~core[waiting]]
    return core
