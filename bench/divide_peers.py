"""What others make of the same areas, labels only: CPU, balance, and the shape of the grids that the labels make."""

import importlib
import importlib.util
import time
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.divide_county import SyntheticCounty
from bench.divide_labels import (
    Area,
    Label,
    Labels,
    PeerError,
    label_gerrychain,
    label_k_means,
    label_k_means_constrained,
    label_metis,
    label_ours,
    make_area,
)
from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.county import Addresses, make_tasks
from gridmap.domain.divide.mesh import make_mesh
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.piece import Load
from gridmap.domain.divide.task import AreaTask

OURS, OURS_WHOLE = "gridmap (labels)", "gridmap (polygons too)"
PEERS: dict[str, tuple[str, Label]] = {
    "k-means-constrained": ("k_means_constrained", label_k_means_constrained),
    "scikit-learn": ("sklearn", label_k_means),
    "pymetis": ("pymetis", label_metis),
}
_ROUNDS = 2
"""The least CPU of so many rounds counts, in each of which all have their turn: the machine may be shared."""


def measure_peers(county: SyntheticCounty, wanted: int, slow_wanted: int = 8) -> dict[str, object]:
    """Divide samples of the county by each.

    Returns
    -------
    `villages`: every n-th village, one household per address. `every_fifth`: every fifth area, towns among them, with
    their households. `slow`: some of the villages, and GerryChain as well.
    """
    single = Addresses(county.lon, county.lat, np.ones(len(county.lon), dtype=np.int64))
    tasks = make_tasks(county.codes, county.areas, single, options=DivideOptions()).tasks
    villages = [task for task in tasks if 150 < len(task.weight) < 2000]
    villages = villages[:: max(1, len(villages) // wanted)][:wanted]
    weighted = Addresses(county.lon, county.lat, county.households)
    fifth = make_tasks(county.codes, county.areas, weighted, options=DivideOptions(), targets=county.targets).tasks[::5]
    few = villages[:: max(1, len(villages) // slow_wanted)][:slow_wanted]
    return {
        "villages": _measure_all(villages, PEERS),
        "every_fifth": _measure_all(fifth, PEERS),
        "slow": _measure_all(few, {**PEERS, "gerrychain": ("gerrychain", label_gerrychain)}),
    }


def _measure_all(tasks: list[AreaTask], peers: dict[str, tuple[str, Label]]) -> dict[str, object]:
    plans = [divide_area(task) for task in tasks]
    areas = [make_area(task, len(plan.codes)) for task, plan in zip(tasks, plans, strict=True)]
    result: dict[str, object] = {
        "areas": len(areas),
        "addresses": sum(len(task.weight) for task in tasks),
        "households": sum(len(area.each_xy) for area in areas),
    }
    labels: dict[str, Label] = {OURS: label_ours, OURS_WHOLE: _label_whole}
    for name, (module, label) in peers.items():
        if importlib.util.find_spec(module):
            labels[name] = label
        else:
            result[name] = "not installed: not measured"
    rounds: dict[str, list[float]] = {name: [] for name in labels}
    found: dict[str, list[Labels | None]] = {}
    with _one_thread():
        for _ in range(_ROUNDS):
            for name, label in labels.items():
                cpu_s, found[name] = _run(areas, label)
                rounds[name].append(cpu_s)
    ours = min(rounds[OURS])
    for name, made in found.items():
        result[name] = _describe(areas, made, min(rounds[name]), ours)
    whole = [4 * np.pi * plan.area_m2 / plan.length_m**2 for plan in plans]
    result["compactness of our polygons"] = round(float(np.concatenate(whole).mean()), 3)
    return result


def _one_thread() -> AbstractContextManager[object]:
    """Keep scikit-learn from sharing its work among threads: what they spend waiting counts as CPU."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return nullcontext()
    threadpoolctl = importlib.import_module("threadpoolctl")
    importlib.import_module("sklearn.cluster")  # Only what is loaded is limited.
    return cast(AbstractContextManager[object], threadpoolctl.threadpool_limits(1))


def _label_whole(area: Area) -> Labels:
    label = divide_area(area.task).grid_of_address[area.first_address]
    return np.repeat(label, area.sites.weight)


def _run(areas: list[Area], label: Label) -> tuple[float, list[Labels | None]]:
    """Label all areas in one thread; return the CPU seconds, and None where a peer gave up."""
    found: list[Labels | None] = []
    started = time.process_time()
    for area in areas:
        try:
            found.append(label(area))
        except PeerError:
            found.append(None)
    return time.process_time() - started, found


def _describe(areas: list[Area], found: list[Labels | None], cpu_s: float, ours: float) -> dict[str, object]:
    done = [(area, labels) for area, labels in zip(areas, found, strict=True) if labels is not None]
    off, shares, compact = [], [], []
    for area, labels in done:
        count = np.bincount(labels, minlength=area.count)
        compact += find_cell_compactness(area, labels)
        off.append(float(np.abs(count - count.mean()).max()))
        shares.append(off[-1] / count.mean())
    return {
        "cpu_s": round(cpu_s, 3),
        "ms_per_area": round(1000 * cpu_s / len(areas), 2),
        "times_our_labels": round(cpu_s / ours, 1),
        "worst_off_mean": round(float(np.mean(off)), 2),
        "worst_off_mean_share": round(float(np.mean(shares)), 4),
        "within_one": round(float(np.mean(np.array(off) <= 1)), 3),
        "failed": len(areas) - len(done),
        "compactness_of_cells": round(float(np.mean(compact)), 3) if compact else None,
    }


def find_cell_compactness(area: Area, labels: Labels) -> list[float]:
    """Find the compactness of what labels make of the land: the cells nearest to each address, dissolved by label.

    Where a peer parts the households of one address, the first of them counts.
    """
    sites = area.sites
    first = np.cumsum(sites.weight) - sites.weight
    of_site: NDArray[np.int64] = labels[np.minimum(first, len(labels) - 1)]
    shell = area.task.vertex_xy[area.task.parts[0][0]]
    mesh = make_mesh(
        shapely.Polygon(shell), Load(sites.xy, sites.weight, np.full(len(sites), -1)), np.arange(len(sites))
    )
    # A face without an address of its own, across a bay, goes with the address that it is nearest to.
    block_label = np.full(len(mesh.weight), -1)
    block_label[mesh.site_block] = of_site
    face_label = block_label[mesh.block]
    found = []
    for label in np.unique(of_site).tolist():
        cell = shapely.union_all(mesh.faces[face_label == label])
        found.append(4 * np.pi * cell.area / cell.length**2)
    return found
