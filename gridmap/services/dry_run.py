"""What a draft of the responsibility list would change for recent incidents; nothing is stored."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from gridmap.domain.responsibility.columns import TITLES
from gridmap.domain.responsibility.dry_run import ChangedIncident, DryRun
from gridmap.errors import InputError
from gridmap.services.responsibility import check_list, store_items
from gridmap.storage import responsibility as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.files.sheets import read_sheet, write_sheet

CHANGED_COLUMNS: Final = (
    "incident_id",
    "reported_at",
    "item_code",
    "status",
    "old_unit",
    "new_unit",
    "old_queue",
    "new_queue",
    "old_due_at",
    "new_due_at",
)
_AT_ONCE = 2_000

Progress = Callable[[int, int], None]


def dry_run_items(
    database: Database,
    path: Path,
    *,
    days: int = 90,
    until: datetime | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> DryRun:
    """Tell what a draft would change for the incidents of the last days: lead unit, queue, due time.

    The draft is stored, the rules of the database are asked about each incident, and the transaction is rolled back.
    Compared is with what is stored. Where the rules under the present lists say the same as under the draft, it is not
    the draft that moves the incident (it was given to its unit by hand, or units changed since): counted apart.

    Parameters
    ----------
    until
        End of the period, aware; now without it.
    progress
        Called with the incidents done and all of them.

    Raises
    ------
    InputError
        If the draft is faulty, as at its import, or `days` is not positive.
    """
    if not 0 < days <= 36_500:
        raise InputError(f"--days {days} is no number of days from 1 to 36500.")
    end = until or datetime.now(UTC)
    since = end - timedelta(days=days)
    sheet = read_sheet(path, titles=TITLES)
    changed: list[ChangedIncident] = []
    done = 0
    with database.connect() as connection:
        try:
            items = check_list(connection, sheet, path, rejects=rejects).items
            name = f"dry run {uuid.uuid4()}"
            draft = store_items(connection, items, name=name, effective_from=date(1, 1, 1), source="")
            storage.put_other_lists_off(connection, draft)
            total = storage.count_incidents(connection, since=since, until=end)
            after_id = 0
            while rows := storage.compare_incidents(
                connection, since=since, until=end, after_id=after_id, most=_AT_ONCE
            ):
                changed += [row for row in rows if row.is_moved or row.due_change]
                done += len(rows)
                after_id = rows[-1].id
                if progress is not None:
                    progress(done, max(total, done))
        finally:
            connection.rollback()
        not_by_draft = _find_moved_by_others(connection, changed)
    kept = [_stay(one) if one.id in not_by_draft else one for one in changed]
    return DryRun(since, end, done, len(not_by_draft), [one for one in kept if one.is_moved or one.due_change])


def write_changed(path: Path, answer: DryRun) -> None:
    """Write the incidents that would change as CSV or XLSX; times in UTC."""
    rows = [
        [
            str(one.id),
            _make_time(one.reported_at),
            one.item_code,
            one.status,
            one.old.unit_code,
            one.new.unit_code,
            one.old.queue,
            one.new.queue,
            _make_time(one.old.due_at),
            _make_time(one.new.due_at),
        ]
        for one in answer.changed
    ]
    write_sheet(path, CHANGED_COLUMNS, rows, title="changed")


def _find_moved_by_others(connection: Connection, changed: Sequence[ChangedIncident]) -> set[int]:
    """Find the moves that the present lists would make as well; outside the transaction with the draft."""
    moved = {one.id: (one.new.unit_code, one.new.queue) for one in changed if one.is_moved}
    found: set[int] = set()
    ids = sorted(moved)
    for start in range(0, len(ids), _AT_ONCE):
        now = storage.route_incidents(connection, ids[start : start + _AT_ONCE])
        found.update(key for key, place in now.items() if place == moved[key])
    return found


def _stay(one: ChangedIncident) -> ChangedIncident:
    return replace(one, new=replace(one.new, unit_code=one.old.unit_code, queue=one.old.queue))


def _make_time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
