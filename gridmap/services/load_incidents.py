"""Load the incidents of the demonstration through the same rules as every other door."""

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd

from gridmap.domain.incidents import CLOSED_STATUSES
from gridmap.domain.report import RecordedReport
from gridmap.errors import InputError
from gridmap.services.intake import MAX_ROWS, take_in_rows
from gridmap.services.transaction import transaction
from gridmap.storage.database import Database
from gridmap.storage.simulation import insert_dispatches

COLUMNS = (
    "source_key",
    "channel",
    "item_code",
    "title",
    "address",
    "lon",
    "lat",
    "datum",
    "precision",
    "reported_at",
    "closed_at",
    "status",
)

SESSIONS = 2

Progress = Callable[[str, float], None]


def load_incidents(database: Database, frame: pd.DataFrame, *, progress: Progress | None = None) -> int:
    """Load incidents with the columns of `COLUMNS`; lon, lat in the datum stated, instants aware.

    A column `dispatched_at`, where there is one, goes into their history. Run again it adds nothing: the source key
    recognises each. Gives how many rows are stored.

    Raises
    ------
    InputError
        If a column is missing, or a row is refused; the message names the first. What came before it is stored.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputError(f"The incidents lack the columns {', '.join(missing)}.")
    with database.pooled(max_size=SESSIONS) as pooled:
        stored = _load(pooled, frame, progress=progress)
    if "dispatched_at" in frame.columns:
        known = frame.loc[frame["dispatched_at"].notna(), ["source_key", "dispatched_at"]]
        with transaction(database) as connection:
            insert_dispatches(
                connection, known["source_key"].tolist(), known["dispatched_at"].dt.to_pydatetime().tolist()
            )
    return stored


def _load(database: Database, frame: pd.DataFrame, *, progress: Progress | None) -> int:
    stored = 0

    def load(start: int) -> int:
        records = frame[list(COLUMNS)].iloc[start : start + MAX_ROWS].to_dict("records")
        rows = [_make_row(record) for record in records]
        done = take_in_rows(database, rows, model=RecordedReport, with_answers=False)
        if done.refused:
            first = done.refused[0]
            faults = "; ".join(f"{fault.field} {fault.reason}" for fault in first.faults)
            raise InputError(f"Incident {records[first.index]['source_key']} was refused: {faults}.")
        return len(done.accepted)

    # The rules are computed by the session that inserts: two sessions use two cores.
    with ThreadPoolExecutor(SESSIONS) as workers:
        for count in workers.map(load, range(0, len(frame), MAX_ROWS)):
            stored += count
            if progress is not None:
                progress("Loading incidents", stored / len(frame))
    return stored


def _make_row(record: dict[Hashable, Any]) -> dict[str, object]:
    row = {str(name): None if pd.isna(value) else value for name, value in record.items()}
    closed_at = row.pop("closed_at")
    for name, value in (("reported_at", row["reported_at"]), ("resolved_at", closed_at)):
        row[name] = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    if row["status"] not in CLOSED_STATUSES:
        row["resolved_at"] = None
    return row
