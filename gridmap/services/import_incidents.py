"""Import recorded incidents from a file: in batches, resumable, each refused row kept with its reason."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gridmap.domain.incident_profile import IncidentProfile
from gridmap.domain.lateness import Lateness
from gridmap.domain.report import RecordedReport, Report, RowFault, make_report
from gridmap.services.intake import MAX_ROWS, Intake, take_in_reports
from gridmap.storage.database import Database
from gridmap.storage.files.atomic import check_writable
from gridmap.storage.files.incidents import RejectsFile, read_profile, read_records

logger = logging.getLogger(__name__)

MOST_DIFFERING = 20

Progress = Callable[["ImportTotals"], None]


@dataclass
class ImportTotals:
    """Rows so far: read = inserted + repeated + rejected, at the end of each batch."""

    read: int = 0
    inserted: int = 0
    repeated: int = 0
    rejected: int = 0
    judged: int = 0
    """Closed rows with a target of their own and a verdict of the source."""
    agreed: int = 0
    """Of those, how many are in time or overdue here as the source says."""
    differing: list[int] = field(default_factory=list)
    """Numbers of the first rows that are not."""


def import_incidents(
    database: Database, path: Path, profile_path: Path, *, rejects_path: Path, progress: Progress | None = None
) -> ImportTotals:
    """Import a file by a profile. An import that was interrupted is run again: what is stored is recognised.

    Parameters
    ----------
    rejects_path
        Where refused rows go, with their reasons.
    progress
        Called with the totals after each batch.

    Raises
    ------
    NotFoundError, InputError
        If the file or the profile can't be read; nothing is stored then.
    """
    profile = read_profile(profile_path)
    # Known before the first row is stored: the refused rows have a place, and the file can be read to its end.
    check_writable(rejects_path, sources=(path, profile_path))
    for _ in read_records(path, profile):
        pass
    rejects = RejectsFile(rejects_path)
    try:
        with database.pooled(max_size=1) as pooled:
            return _import(pooled, path, profile, rejects=rejects, progress=progress)
    finally:
        rejects.close()


def count_stacked(path: Path, profile: IncidentProfile) -> Counter[tuple[str, str]]:
    """Count the rows on each point of a file, when a rule of the profile asks for it."""
    if not profile.counts_points:
        return Counter()
    return profile.count_points(record for _, record in read_records(path, profile))


def make_recorded(
    record: dict[str, object], profile: IncidentProfile, *, stacked: Counter[tuple[str, str]], now: datetime
) -> RecordedReport | list[RowFault]:
    """Make the report of one row of a file, or tell its faults."""
    if "" in record and isinstance(record[""], str) and record[""].startswith("has "):
        return [RowFault("", record[""])]
    row = profile.make_row(record, stacked=stacked)
    return row if isinstance(row, list) else make_report(row, model=RecordedReport, now=now)


def _import(
    database: Database, path: Path, profile: IncidentProfile, *, rejects: RejectsFile, progress: Progress | None
) -> ImportTotals:
    totals = ImportTotals()
    stacked = count_stacked(path, profile)
    now = datetime.now(UTC)
    occurrences: Counter[str] = Counter()
    batch: list[tuple[int, Report]] = []
    records: dict[int, dict[str, object]] = {}
    verdicts: dict[int, bool] = {}

    def store() -> None:
        done = take_in_reports(database, batch, with_answers=bool(verdicts))
        _compare(done, verdicts, totals)
        totals.inserted += sum(not one.is_repeated for one in done.accepted)
        totals.repeated += sum(one.is_repeated for one in done.accepted)
        for refused in done.refused:
            _reject(rejects, refused.index, refused.faults, records[refused.index])
        totals.rejected = rejects.count
        batch.clear()
        records.clear()
        verdicts.clear()
        if progress is not None:
            progress(totals)

    for number, record in read_records(path, profile):
        totals.read += 1
        made = make_recorded(record, profile, stacked=stacked, now=now)
        if isinstance(made, list):
            _reject(rejects, number, made, record)
        else:
            batch.append((number, made if made.source_key is not None else _give_key(made, occurrences)))
            records[number] = record
            if (is_overdue := _find_verdict(made, record, profile)) is not None:
                verdicts[number] = is_overdue
        if len(batch) == MAX_ROWS:
            store()
    store()
    logger.info(
        "import: %d read, %d inserted, %d repeated, %d rejected",
        totals.read,
        totals.inserted,
        totals.repeated,
        totals.rejected,
    )
    return totals


def _find_verdict(report: RecordedReport, record: dict[str, object], profile: IncidentProfile) -> bool | None:
    """Find what the source says of a row that it gave a target and has closed."""
    if profile.verdict is None or report.target_at is None or report.resolved_at is None:
        return None
    return profile.verdict.read(record)


def _compare(done: Intake, verdicts: dict[int, bool], totals: ImportTotals) -> None:
    """Compare what the rules made of the rows with the verdicts of the source."""
    for one in done.accepted:
        if one.index in verdicts:
            is_overdue = done.incidents[one.incident_id].lateness in (Lateness.OVERDUE, Lateness.TWICE_OVERDUE)
            totals.judged += 1
            totals.agreed += is_overdue == verdicts[one.index]
            if is_overdue != verdicts[one.index] and len(totals.differing) < MOST_DIFFERING:
                totals.differing.append(one.index)


def _give_key(report: RecordedReport, occurrences: Counter[str]) -> RecordedReport:
    """Give a row without a key one of its content, so that an import can be resumed; equal rows are told apart."""
    digest = report.digest().hex()[:32]
    occurrences[digest] += 1
    return report.model_copy(update={"source_key": f"import:{digest}:{occurrences[digest]}"})


def _reject(
    rejects: RejectsFile, number: int, faults: list[RowFault] | tuple[RowFault, ...], record: dict[str, object]
) -> None:
    reasons = "; ".join(f"{fault.field}: {fault.reason}" if fault.field else fault.reason for fault in faults)
    rejects.add(number, faults[0].field, reasons, record)
