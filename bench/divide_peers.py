"""What others make of the same areas: labels by k-means-constrained, scikit-learn k-means and METIS."""

import importlib
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.divide_county import SyntheticCounty
from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.bisect import divide_region
from gridmap.domain.divide.count import find_count_for
from gridmap.domain.divide.county import Addresses, make_tasks
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.sites import make_sites
from gridmap.domain.divide.task import AreaTask

Label = Callable[[NDArray[np.float64], int], NDArray[np.int64]]


def measure_peers(county: SyntheticCounty, wanted: int) -> dict[str, object]:
    """Divide every n-th village, one household per address, by each; CPU seconds, and the worst grid off the mean."""
    addresses = Addresses(county.lon, county.lat, np.ones(len(county.lon), dtype=np.int64))
    tasks = make_tasks(county.codes, county.areas, addresses, options=DivideOptions()).tasks
    villages = [task for task in tasks if len(task.weight) > 150 and len(task.weight) < 2000]
    villages = villages[:: max(1, len(villages) // wanted)][:wanted]
    plans = [divide_area(task) for task in villages]
    result: dict[str, object] = {"areas": len(villages), "addresses": sum(len(task.weight) for task in villages)}
    result["gridmap (labels)"] = _measure(villages, _label)
    result["gridmap (polygons too)"] = _measure(villages, lambda task: divide_area(task).grid_of_address)
    for name, label in {
        "k-means-constrained": _k_means_constrained,
        "scikit-learn": _k_means,
        "pymetis": _metis,
    }.items():
        module = {"k-means-constrained": "k_means_constrained", "scikit-learn": "sklearn"}.get(name, name)
        try:
            importlib.import_module(module)
        except ImportError:
            result[name] = "not installed: not measured"
            continue
        counts = {task.code: len(plan.codes) for task, plan in zip(villages, plans, strict=True)}
        result[name] = _measure(villages, lambda task, label=label, counts=counts: label(task.xy, counts[task.code]))
    return result


def _label(task: AreaTask) -> NDArray[np.int64]:
    """Label addresses as `divide_area` does, without the polygons and figures that it also makes."""
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    count, cap = find_count_for(sites.weight, task.options.target)
    load = Load(sites.xy, np.minimum(sites.weight, cap), np.full(len(sites), -1))
    region = Piece(task.parts[0][0], (), np.arange(len(sites)))
    label = np.empty(len(sites), dtype=np.int64)
    pieces = divide_region(Nodes(task.vertex_xy), region, load, count, task.options.target)
    for number, piece in enumerate(pieces):
        label[piece.sites] = number
    return label[site_of]


def _measure(villages: list[AreaTask], label: Callable[[AreaTask], NDArray[np.int64]]) -> dict[str, float]:
    label(villages[0])
    started = time.process_time()
    found = [label(task) for task in villages]
    cpu_s = time.process_time() - started
    off = []
    for labels in found:
        count = np.bincount(labels)
        off.append(float(np.abs(count - count.mean()).max()))
    return {
        "cpu_s": round(cpu_s, 3),
        "ms_per_area": round(1000 * cpu_s / len(villages), 2),
        "worst_off_mean": round(float(np.mean(off)), 2),
        "within_one": round(float(np.mean(np.array(off) <= 1)), 3),
    }


def _k_means_constrained(xy: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    from k_means_constrained import KMeansConstrained

    size = len(xy) // count
    model = KMeansConstrained(count, size_min=size, size_max=size + 1, n_init=1, random_state=0, n_jobs=1)
    return np.asarray(model.fit_predict(xy), dtype=np.int64)


def _k_means(xy: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(count, n_init=3, random_state=0).fit_predict(xy), dtype=np.int64)


def _metis(xy: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    import pymetis
    from scipy.spatial import Delaunay

    if count == 1:
        return np.zeros(len(xy), dtype=np.int64)
    start, near = Delaunay(xy).vertex_neighbor_vertices
    adjacency = [near[start[i] : start[i + 1]] for i in range(len(xy))]
    return np.asarray(pymetis.part_graph(count, adjacency=adjacency, contiguous=True)[1], dtype=np.int64)
