"""Replay recorded incidents live: their own spacing divided by a speed, each reported now."""

import heapq
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gridmap.domain.incidents import IncidentId
from gridmap.domain.report import RecordedReport, Report
from gridmap.errors import InputError
from gridmap.services.import_incidents import count_stacked, make_recorded
from gridmap.services.intake import MAX_ROWS, take_in_reports
from gridmap.services.transaction import transaction
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Database
from gridmap.storage.files.incidents import read_profile, read_records
from gridmap.storage.simulation import resolve_unchanged

logger = logging.getLogger(__name__)


@dataclass
class ReplayTotals:
    """Rows so far. `rejected` could not be read as incidents; `closed` were closed as in the record."""

    read: int = 0
    rejected: int = 0
    reported: int = 0
    closed: int = 0


Progress = Callable[[ReplayTotals], None]


def run_replay(
    database: Database,
    path: Path,
    profile_path: Path,
    *,
    speed: float,
    stop: threading.Event,
    progress: Progress | None = None,
) -> ReplayTotals:
    """Replay a file until its end or until `stop` is set.

    The first report comes at once; one that came an hour after it comes 3,600 / speed seconds later. A recorded closing
    follows its report by the recorded time divided by the speed. Each replay is new: it does not meet the keys of an
    import or of an earlier replay.

    Raises
    ------
    NotFoundError, InputError
        If the file or profile can't be read, no row is an incident, or the speed is not positive.
    """
    if not 0 < speed < float("inf"):
        raise InputError(f"The speed has to be a number above 0, it is {speed}.")
    totals = ReplayTotals()
    reports = _read_reports(path, profile_path, totals)
    if not reports:
        raise InputError(f"{path.name}: none of {totals.read} rows is an incident by this profile.")
    with database.pooled(max_size=1) as pooled:
        _play(pooled, reports, totals, speed=speed, stop=stop, progress=progress)
    logger.info("replay: %d reported, %d closed", totals.reported, totals.closed)
    return totals


def _read_reports(path: Path, profile_path: Path, totals: ReplayTotals) -> list[RecordedReport]:
    profile = read_profile(profile_path)
    stacked = count_stacked(path, profile)
    now = datetime.now(UTC)
    reports = []
    for _, record in read_records(path, profile):
        totals.read += 1
        made = make_recorded(record, profile, stacked=stacked, now=now)
        if isinstance(made, list):
            totals.rejected += 1
        else:
            reports.append(made)
    return sorted(reports, key=lambda one: one.reported_at)


def _play(
    database: Database,
    reports: list[RecordedReport],
    totals: ReplayTotals,
    *,
    speed: float,
    stop: threading.Event,
    progress: Progress | None,
) -> None:
    first = reports[0].reported_at
    run = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    offsets_s = [(one.reported_at - first).total_seconds() / speed for one in reports]
    closings: list[tuple[float, IncidentId]] = []
    started_s = time.monotonic()
    position = 0
    while position < len(reports) or closings:
        next_s = min(
            offsets_s[position] if position < len(reports) else float("inf"),
            closings[0][0] if closings else float("inf"),
        )
        if stop.wait(max(0.0, started_s + next_s - time.monotonic())):
            return
        passed_s = time.monotonic() - started_s
        batch: list[tuple[int, Report]] = []
        while position < len(reports) and offsets_s[position] <= passed_s and len(batch) < MAX_ROWS:
            batch.append((position, _make_live(reports[position], key=f"replay:{run}:{position}")))
            position += 1
        for taken in take_in_reports(database, batch).accepted:
            totals.reported += 1
            recorded = reports[taken.index]
            if recorded.resolved_at is not None:
                heapq.heappush(closings, ((recorded.resolved_at - first).total_seconds() / speed, taken.incident_id))
        ended: list[IncidentId] = []
        while closings and closings[0][0] <= passed_s:
            ended.append(heapq.heappop(closings)[1])
        totals.closed += _close(database, ended)
        if progress is not None:
            progress(totals)


def _make_live(recorded: RecordedReport, *, key: str) -> Report:
    said = recorded.model_dump(exclude={"status", "resolved_at", "source_key", "reported_at", "target_at"})
    now = datetime.now(UTC)
    target_at = None if recorded.target_at is None else now + (recorded.target_at - recorded.reported_at)
    return Report(source_key=key, reported_at=now, target_at=target_at, **said)


def _close(database: Database, ended: list[IncidentId]) -> int:
    """Close those that are still as they were reported; what somebody has taken in hand since stays theirs."""
    if not ended:
        return 0
    with transaction(database) as connection:
        set_acting(connection, actor="replay", role="", action="")
        return resolve_unchanged(connection, ended, at=datetime.now(UTC))
