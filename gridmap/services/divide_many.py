"""Divide many villages of the database at once, in worker processes, into the draft; it tells how far it is, and stops
when it is asked to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.domain.divide.check import PlanError
from gridmap.domain.divide.county import CountyTasks
from gridmap.domain.divide.task import AreaPlan, AreaTask
from gridmap.domain.divide.village import (
    PlanRequest,
    Start,
    VillagePlan,
    count_moved,
    finish_village,
    prepare_village,
)
from gridmap.errors import ConflictError, GridMapError, InputError, NotFoundError
from gridmap.sentence import Sentence
from gridmap.services.divide_area import Village, read_village_within, store_plan_within
from gridmap.services.divide_coverage import check_coverage_within
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
class VillageResult:
    """What a village got, or why it keeps today's grids; counts are households unless the name says otherwise."""

    code: str
    name: str
    grids_before: int
    grids: int = 0
    households_min: int = 0
    households_max: int = 0
    deviation: float = 0.0
    """Of the grid that is farthest from the mean of its region."""
    forced: float = 0.0
    """What that deviation is at least, in the same region."""
    moved: int = 0
    fault: str = ""
    said: Sentence | None = None
    """The fault as a sentence, for pages in another language than English."""


@dataclass(frozen=True)
class Division:
    """What was put into the draft."""

    generation_id: int
    villages: list[VillageResult]
    """By code; those with a fault were left out."""
    grids_checked: int
    """Small grids of the whole draft, which tile the county."""


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
        If somebody published while it was being worked out, or not one village could be divided.
    CoverageError
        If the small grids of the draft would not tile the county.
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
    prepared: list[tuple[Village, CountyTasks]] = []
    results: list[VillageResult] = []
    for village in villages:
        try:
            prepared.append((village, prepare_village(village.ground, request)))
        except InputError as error:
            results.append(_make_left_out(village, error))
    tasks = [task for _, county in prepared for task in county.tasks]
    plans = _divide(tasks, processes, check_stopped, tell)
    at = 0
    with transaction(database) as connection:
        generations.lock_generations(connection)
        current = generations.find_current_generation(connection)
        if any(village.generation_id != current for village in villages):
            raise ConflictError("A new generation was published meanwhile: start again.")
        draft = open_draft(connection)
        for number, (village, county) in enumerate(prepared):
            own = plans[at : at + len(county.tasks)]
            at += len(county.tasks)
            try:
                plan = finish_village(village.ground, request, county, own)
            except PlanError as error:
                # One village that the engine can't do must not take a county's work with it.
                results.append(_make_left_out(village, error))
            else:
                store_plan_within(connection, draft, village, plan)
                results.append(_make_result(village, plan))
            tell("storing", 0.7 + 0.25 * (number + 1) / len(prepared))
            check_stopped()
        if all(one.fault for one in results):
            raise ConflictError(
                "None of the {n} villages could be divided, so nothing was stored. {first}",
                n=len(results),
                first=results[0].said or results[0].fault,
            )
        tell("checking", 0.95)
        checked = check_coverage_within(connection, draft, current)
        check_stopped()
    tell("stored", 1.0)
    return Division(int(draft), sorted(results, key=lambda one: one.code), checked)


def _make_left_out(village: Village, error: GridMapError) -> VillageResult:
    before = len(village.ground.today_codes)
    return VillageResult(village.code, village.name, before, fault=str(error), said=error.sentence)


def _make_result(village: Village, plan: VillagePlan) -> VillageResult:
    off = abs(plan.households - plan.regions.mean)
    off[plan.regions.of_grid < 0] = 0
    worst = int(off.argmax())
    return VillageResult(
        village.code,
        village.name,
        len(village.ground.today_codes),
        len(plan.codes),
        int(plan.households.min()),
        int(plan.households.max()),
        float(off[worst]),
        float(plan.regions.forced[worst]),
        count_moved(plan, village.today_label),
    )


def _read(database: Database, within: str, check_stopped: Callable[[], None], tell: Progress) -> list[Village]:
    villages: list[Village] = []
    with transaction(database) as connection:
        codes = storage.list_village_codes(connection, within)
        if not codes:
            raise NotFoundError("There is no village in area {area} of the current generation.", area=within)
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
            tell("dividing", 0.3 + 0.4 * len(plans) / len(tasks))
    return plans
