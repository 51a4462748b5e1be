"""Load the demonstration's history: most of it by its beginning and its end, some of it told step by step."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import pandas as pd

from gridmap.demonstration.stories import Stories, make_assigned_steps, make_stories
from gridmap.demonstration.story_requests import make_request_steps
from gridmap.domain.disputes import PANEL
from gridmap.domain.staff import Role
from gridmap.services.load_incidents import load_incidents
from gridmap.services.proceedings.run_supervision import run_supervision
from gridmap.services.transaction import transaction
from gridmap.storage import stories as storage
from gridmap.storage.database import Connection, Database

if TYPE_CHECKING:
    from gridmap.demonstration import County

SESSIONS = 2
_PART = 500
_ASKED_CHANNELS = ("hotline", "mailbox", "superior")
_OFF_LIST = (("0706", "旱厕粪污代运清淘", 9), ("1404", "小锅炉土暖气安全核查", 7), ("9901", "清单外其他事项", 9))
_CENTRE_ROLES = {
    "accept": Role.OPERATOR,
    "dispatch": Role.DISPATCHER,
    "decide": Role.SUPERVISOR,
    "pause": Role.SUPERVISOR,
    "extend": Role.SUPERVISOR,
    "verify": Role.VERIFIER,
    "call_back": Role.OPERATOR,
    "reopen": Role.OPERATOR,
    "merge": Role.DISPATCHER,
}
_UNIT_ROLES = {"dispute": Role.UNIT_LEAD}

Record = Mapping[str, Any]
_BESIDE: dict[str, Callable[[Connection, Record, datetime], object]] = {
    "order": lambda connection, record, at: storage.make_orders(connection, record["source_key"], at=at),
    "order_done": lambda connection, record, at: storage.finish_orders(connection, record["source_key"], at=at),
    "request": lambda connection, record, at: storage.insert_request(connection, record, at=at),
    "refuse": lambda connection, record, at: storage.end_request(
        connection, record, status="refused", kind=record["unit"], at=at
    ),
    "withdraw": lambda connection, record, at: storage.end_request(
        connection, record, status="withdrawn", kind=record["unit"], at=at
    ),
}
"""What goes on beside the life cycle; of a request `unit` is its kind."""

Progress = Callable[[str, float], None]


def load_history(
    database: Database, county: "County", incidents: pd.DataFrame, *, now: datetime, progress: Progress | None = None
) -> int:
    """Load what `make_incidents` made for the instant `now`, with its stories; gives how many incidents are stored."""
    stories = make_stories(county, incidents, now=now)
    frame = _put_off_list(incidents, stories)
    is_told = frame["source_key"].isin(stories.told).to_numpy()
    is_recalled = frame["source_key"].isin(stories.recalled).to_numpy()
    begun = _begin(frame, is_told)
    begun.loc[is_recalled, "status"] = "verified"
    stored = load_incidents(database, begun, progress=progress)
    with transaction(database) as connection:
        unled = storage.delete_unled(connection, told=stories.told)
    anew = frame[frame["source_key"].isin(unled)].reset_index(drop=True)
    load_incidents(database, _begin(anew, np.ones(len(anew), dtype=bool)))
    known = anew.assign(item_code=anew["item_code"].where(anew["item_code"].isin(county.items["code"]), "0101"))
    steps = pd.concat(
        [
            stories.steps[~stories.steps["source_key"].isin(unled)],
            make_request_steps(county, incidents, stories, now=now),
            make_assigned_steps(county, known, now=now),
        ]
    ).sort_values(["at", "source_key"], kind="stable")
    play(database, steps, progress=progress)
    with transaction(database) as connection:
        storage.insert_call_backs(connection, channels=_ASKED_CHANNELS, at=now)
        storage.mark_precedents(connection, panel=PANEL)
    run_supervision(database, at=now)
    with transaction(database) as connection:
        storage.answer_cards(connection, at=now)
    return stored


def play(database: Database, steps: pd.DataFrame, *, progress: Progress | None = None) -> None:
    """Carry out steps (`stories.STEP_COLUMNS`) in their order, those of one incident by one session."""
    records: list[list[dict[str, Any]]] = [[] for _ in range(SESSIONS)]
    for record in steps.to_dict("records"):
        records[crc32(str(record["source_key"]).encode()) % SESSIONS].append({str(k): v for k, v in record.items()})
    done = [0] * SESSIONS

    def work(number: int) -> None:
        with transaction(database) as connection:
            for start in range(0, len(records[number]), _PART):
                part = records[number][start : start + _PART]
                _play_part(connection, part)
                done[number] += len(part)
                if progress is not None:
                    progress("Telling what happened", sum(done) / max(1, len(steps)))

    with ThreadPoolExecutor(SESSIONS) as workers:
        list(workers.map(work, range(SESSIONS)))


def _play_part(connection: Connection, part: Sequence[dict[str, Any]]) -> None:
    waiting: list[dict[str, object]] = []
    for record in part:
        at = record["at"].to_pydatetime()
        action = record["action"]
        detail = '{"evidence": ["现场照片"]}' if action == "resolve" else ""
        if action in _BESIDE or action in ("pause", "extend"):
            storage.play_steps(connection, waiting)
            waiting = []
            if action in _BESIDE:
                _BESIDE[action](connection, record, at)
                continue
            # Who holds it asked before: the pause follows from the approval, and without one there is none.
            approved = storage.end_request(connection, record, status="approved", kind=action, at=at)
            if approved is None:
                continue
            detail = json.dumps(approved)
        is_centre = action in _CENTRE_ROLES
        role = _CENTRE_ROLES.get(action) or _UNIT_ROLES.get(action, Role.HANDLER)
        waiting.append(
            {
                **{name: record[name] for name in ("source_key", "action", "note", "extension", "other_key", "unit")},
                "at": at,
                "role": role.value,
                "is_centre": is_centre,
                "detail": detail,
            }
        )
    storage.play_steps(connection, waiting)


def _begin(frame: pd.DataFrame, is_told: "np.ndarray[Any, np.dtype[np.bool_]]") -> pd.DataFrame:
    """Let those that are told begin with their report."""
    begun = frame.copy()
    begun.loc[is_told, "status"] = "reported"
    begun.loc[is_told, "closed_at"] = pd.NaT
    begun.loc[is_told, "dispatched_at"] = pd.NaT
    return begun


def _put_off_list(incidents: pd.DataFrame, stories: Stories) -> pd.DataFrame:
    """Let some of the newest that are not told be matters that are not on the list: taken off it, or never on it."""
    frame = incidents.copy()
    is_free = frame["status"].isin(["reported", "accepted", "dispatched"]) & ~frame["source_key"].isin(stories.told)
    rows = np.flatnonzero(is_free.to_numpy())[::3]
    for code, title, count in _OFF_LIST:
        chosen, rows = rows[:count], rows[count:]
        frame.loc[frame.index[chosen], "item_code"] = code
        frame.loc[frame.index[chosen], "title"] = title
        frame.loc[frame.index[chosen], "status"] = "accepted"
        frame.loc[frame.index[chosen], "dispatched_at"] = pd.NaT
    return frame
