"""How each labels the addresses of one area: ours, k-means-constrained, scikit-learn, METIS and GerryChain.

The peers need `pip install k-means-constrained scikit-learn pymetis gerrychain`; they are no dependencies of gridmap.
"""

import random
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.divide.bisect import divide_region
from gridmap.domain.divide.count import find_count_for
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.sites import Sites, make_sites
from gridmap.domain.divide.task import AreaTask

Labels = NDArray[np.int64]
GERRYCHAIN_ATTEMPTS, GERRYCHAIN_S = 10_000, 30.0
EPSILON = 0.02


@dataclass(frozen=True, eq=False)
class Area:
    """One area as each of them is given it."""

    task: AreaTask
    sites: Sites
    count: int
    """Of grids: what we choose, the same for all."""
    each_xy: NDArray[np.float64]
    """A place per household: an address with five households is five points for those that know no weights."""
    first_address: Labels
    """Of each site the first row of the task."""


Label = Callable[[Area], Labels]
"""Labels of the households, in the order of `each_xy`."""


def make_area(task: AreaTask, count: int) -> Area:
    """Prepare what is given to the peers, outside of the time that is measured."""
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    first = np.unique(site_of, return_index=True)[1]
    return Area(task, sites, count, np.repeat(sites.xy, sites.weight, axis=0), first)


def label_ours(area: Area) -> Labels:
    """Label as `divide_area` does, without the polygons and figures that it also makes."""
    task = area.task
    sites, _ = make_sites(task.xy, task.weight, task.hamlet)
    count, cap = find_count_for(sites.weight, task.options.target)
    load = Load(sites.xy, np.minimum(sites.weight, cap), np.full(len(sites), -1))
    region = Piece(task.parts[0][0], (), np.arange(len(sites)))
    label = np.empty(len(sites), dtype=np.int64)
    pieces = divide_region(Nodes(task.vertex_xy), region, load, count, task.options.target)
    for number, piece in enumerate(pieces):
        label[piece.sites] = number
    return np.repeat(label, sites.weight)


def label_k_means_constrained(area: Area) -> Labels:
    """One start; sizes equal but for one household. It may part the households of one address."""
    from k_means_constrained import KMeansConstrained

    if area.count == 1:
        return np.zeros(len(area.each_xy), dtype=np.int64)
    size = len(area.each_xy) // area.count
    model = KMeansConstrained(area.count, size_min=size, size_max=size + 1, n_init=1, random_state=0, n_jobs=1)
    return np.asarray(model.fit_predict(area.each_xy), dtype=np.int64)


def label_k_means(area: Area) -> Labels:
    """Three starts; knows no sizes."""
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(area.count, n_init=3, random_state=0).fit_predict(area.each_xy), dtype=np.int64)


def label_metis(area: Area) -> Labels:
    """Contiguous parts of the Delaunay graph, addresses weighted."""
    import pymetis

    if area.count == 1:
        return np.zeros(len(area.each_xy), dtype=np.int64)
    adjacency = _list_neighbours(area.sites.xy)
    weights = area.sites.weight.tolist()
    options = pymetis.Options(contig=True)
    label = pymetis.part_graph(area.count, adjacency=adjacency, vweights=weights, options=options)[1]
    return np.repeat(np.asarray(label, dtype=np.int64), area.sites.weight)


def label_gerrychain(area: Area) -> Labels:
    """Cut random spanning trees of the Delaunay graph until each part is within 2 % of the mean.

    Raises
    ------
    PeerError
        If a cut takes too many attempts, or all of them too long.
    """
    import networkx
    from gerrychain import Graph
    from gerrychain.partition import recursive_tree_part
    from gerrychain.tree import bipartition_tree

    if area.count == 1:
        return np.zeros(len(area.each_xy), dtype=np.int64)
    net = networkx.Graph()
    for site, (weight, near) in enumerate(
        zip(area.sites.weight.tolist(), _list_neighbours(area.sites.xy), strict=True)
    ):
        net.add_node(site, households=weight)
        net.add_edges_from((site, other) for other in near.tolist())
    graph = Graph.from_networkx(net)
    method = partial(bipartition_tree, max_attempts=GERRYCHAIN_ATTEMPTS)
    try:
        with warnings.catch_warnings(), _limit(GERRYCHAIN_S):
            warnings.simplefilter("ignore")
            found = recursive_tree_part(
                graph, range(area.count), len(area.each_xy) / area.count, "households", EPSILON,
                bipartition_tree_fn=method, rng=random.Random(0),
            )  # fmt: skip
    except (RuntimeError, TimeoutError) as error:
        raise PeerError(str(error)) from error
    label = np.empty(len(area.sites), dtype=np.int64)
    for node, part in found.items():
        label[graph.original_nx_node_id_for_internal_node_id(node)] = part
    return np.repeat(label, area.sites.weight)


class PeerError(Exception):
    """A peer gave up."""


@contextmanager
def _limit(timeout_s: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {timeout_s:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _list_neighbours(xy: NDArray[np.float64]) -> list[NDArray[np.int32]]:
    from scipy.spatial import Delaunay

    start, near = Delaunay(xy).vertex_neighbor_vertices
    return [near[start[i] : start[i + 1]] for i in range(len(xy))]
