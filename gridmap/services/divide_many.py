"""Divide many villages of the database at once, in worker processes, into the draft; it tells how far it is, and stops
when it is asked to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.domain.divide.task import AreaPlan, AreaTask
from gridmap.domain.divide.village import PlanRequest, Start, count_moved, finish_village, prepare_village
from gridmap.errors import ConflictError, GridMapError, InputError, NotFoundError
from gridmap.services.divide_area import Village, read_village_within, store_plan_within
from gridmap.services.divide_workers import open_workers
from gridmap.services.drafts import open_draft
from gridmap.services.transaction import transaction
from gridmap.storage import divide as storage
from gridmap.storage import generations
from gridmap.storage.database import Database

_BATCH = 48
"""So many tasks go out at a time: between two batches it can be stopped."""

Progress = Callable[[str, float], None]


class StoppedError(GridMapError, RuntimeError):
    """The work was stopped by who asked for it; nothing was stored."""


@dataclass(frozen=True)
class Division:
    """What was put into the draft."""

    generation_id: int
    villages: int
    grids: int
    people_moved: int
    left_out: list[tuple[str, str]]
    """Villages that could not be divided, and why; they keep today's grids."""


def divide_villages(
    database: Database,
    *,
    within: str,
    request: PlanRequest,
    processes: int | None = None,
    progress: Progress | None = None,
    is_stopped: Callable[[], bool] | None = None,
) -> Division:
    """Divide all villages of an area, and put their grids into the draft; one transaction, all or nothing.

    Parameters
    ----------
    within
        Code of a county, township or village of the current generation.
    is_stopped
        Asked now and then; when it says so, nothing is stored.

    Raises
    ------
    StoppedError
        If it was stopped.
    NotFoundError
        If no village lies in the area.
    ConflictError
        If somebody published while it was being worked out.
    """
    tell = progress or (lambda _step, _share: None)
    stopped = is_stopped or (lambda: False)

    def check_stopped() -> None:
        if stopped():
            raise StoppedError("Stopped; nothing was stored.")

    if request.start is Start.AS_IS:
        raise InputError("Many villages are divided afresh or from today's grids: as_is changes nothing.")
    tell("reading", 0.0)
    villages = _read(database, within, check_stopped, tell)
    prepared, left_out = [], []
    for village in villages:
        try:
            prepared.append((village, prepare_village(village.ground, request)))
        except InputError as error:
            left_out.append((village.code, str(error)))
    tasks = [task for _, county in prepared for task in county.tasks]
    plans = _divide(tasks, processes, check_stopped, tell)
    grids = moved = at = 0
    with transaction(database) as connection:
        generations.lock_generations(connection)
        current = generations.find_current_generation(connection)
        if any(village.generation_id != current for village in villages):
            raise ConflictError("A new generation was published meanwhile: start again.")
        draft = open_draft(connection)
        for number, (village, county) in enumerate(prepared):
            own = plans[at : at + len(county.tasks)]
            at += len(county.tasks)
            plan = finish_village(village.ground, request, county, own)
            store_plan_within(connection, draft, village, plan)
            grids += len(plan.codes)
            moved += count_moved(plan, village.today_label)
            tell("storing", 0.8 + 0.2 * (number + 1) / len(prepared))
            check_stopped()
    return Division(int(draft), len(prepared), grids, moved, left_out)


def _read(database: Database, within: str, check_stopped: Callable[[], None], tell: Progress) -> list[Village]:
    villages: list[Village] = []
    with transaction(database) as connection:
        codes = storage.list_village_codes(connection, within)
        if not codes:
            raise NotFoundError(f"There is no village in area {within} of the current generation.")
        for number, code in enumerate(codes):
            villages.append(read_village_within(connection, code=code))
            tell("reading", 0.3 * (number + 1) / len(codes))
            check_stopped()
    return villages


def _divide(
    tasks: list[AreaTask], processes: int | None, check_stopped: Callable[[], None], tell: Progress
) -> list[AreaPlan]:
    plans: list[AreaPlan] = []
    # A few are done before other processes have started.
    with open_workers(processes=processes if len(tasks) > _BATCH // 2 else 1, scheduler=None) as workers:
        for at in range(0, len(tasks), _BATCH):
            check_stopped()
            plans += workers.divide(tasks[at : at + _BATCH], lambda _share: None)
            tell("dividing", 0.3 + 0.5 * len(plans) / len(tasks))
    return plans
