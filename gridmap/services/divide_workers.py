"""Who divides the areas: this process, several, or a Dask cluster. The plans are the same."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.task import AreaPlan, AreaTask
from gridmap.errors import InputError

_CHUNK = 12
Tell = Callable[[float], None]


class Workers(Protocol):
    """Something that divides areas."""

    def divide(self, tasks: list[AreaTask], tell: Tell) -> list[AreaPlan]:
        """Divide areas; the plans come in the order of the tasks. `tell` hears the share that is done."""
        ...


def divide_chunk(tasks: list[AreaTask]) -> list[AreaPlan]:
    """Divide some areas, one after the other."""
    return [divide_area(task) for task in tasks]


@contextmanager
def open_workers(*, processes: int | None, scheduler: str | None) -> Iterator[Workers]:
    """Open the workers: a Dask cluster if `scheduler` is an address, else so many processes, by default one per core.

    Raises
    ------
    InputError
        If `distributed` is not installed, the scheduler does not answer, or `processes` is under 1.
    """
    if scheduler is not None:
        with _open_cluster(scheduler) as cluster:
            yield cluster
        return
    count = processes if processes is not None else len(os.sched_getaffinity(0))
    if count < 1:
        raise InputError("--processes {n}: give at least 1.", n=count)
    if count == 1:
        yield _Here()
        return
    # Not fork: GEOS, GDAL and BLAS threads would be copied in the middle of what they do.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        # They load their libraries while this process reads the files.
        for _ in range(count):
            pool.submit(divide_chunk, [])
        yield _Pool(pool)


def _make_chunks(tasks: list[AreaTask]) -> list[list[int]]:
    """Deal the tasks out, the large ones first, so that no worker is left with a large one at the end."""
    order = sorted(range(len(tasks)), key=lambda i: (-len(tasks[i].weight), i))
    return [order[at : at + _CHUNK] for at in range(0, len(order), _CHUNK)]


class _Here:
    def divide(self, tasks: list[AreaTask], tell: Tell) -> list[AreaPlan]:
        plans = []
        for done, task in enumerate(tasks, 1):
            plans.append(divide_area(task))
            tell(done / len(tasks))
        return plans


class _Pool:
    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def divide(self, tasks: list[AreaTask], tell: Tell) -> list[AreaPlan]:
        chunks = _make_chunks(tasks)
        running = [self._pool.submit(divide_chunk, [tasks[i] for i in chunk]) for chunk in chunks]
        return _gather(tasks, chunks, (future.result() for future in running), tell)


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    def divide(self, tasks: list[AreaTask], tell: Tell) -> list[AreaPlan]:
        chunks = _make_chunks(tasks)
        running = [self._client.submit(divide_chunk, [tasks[i] for i in chunk], pure=False) for chunk in chunks]
        return _gather(tasks, chunks, (future.result() for future in running), tell)


def _gather(
    tasks: list[AreaTask], chunks: list[list[int]], results: Iterator[list[AreaPlan]], tell: Tell
) -> list[AreaPlan]:
    plans: dict[int, AreaPlan] = {}
    for chunk, found in zip(chunks, results, strict=True):
        plans.update(zip(chunk, found, strict=True))
        tell(len(plans) / len(tasks))
    return [plans[i] for i in range(len(tasks))]


@contextmanager
def _open_cluster(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise InputError("--scheduler needs the package `distributed`: pip install distributed.") from error
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(f"--scheduler {address}: no Dask scheduler answers there ({error}).") from error
    with client:
        yield _Cluster(client)
