"""Who asked for a pause or an extension in the demonstration: what was granted, what was not, and what waits now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from gridmap.demonstration.county import County
from gridmap.demonstration.incident_times import HOUR_US
from gridmap.demonstration.stories import STEP_COLUMNS, Stories, find_facts

OPEN = 9
"""So many wait for an answer, a few of them for longer than an hour."""
# Of all incidents, so many of a thousand.
_REFUSED, _WITHDRAWN = 4, 2
_WAIT_HOURS: Final = (0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.4, 2.2, 4.5)
_REASONS: Final = {
    "pause": ("等待当事人提供材料", "需第三方检测结论", "待天气好转后施工"),
    "extend": ("涉及管线改迁，工期较长", "需多部门联合处置", "当事人外出，约定后日到场"),
}
_REFUSALS: Final = ("现有条件可先行处置，不予延期", "理由不充分，请补充佐证材料", "应在原时限内办结")


def make_request_steps(county: County, incidents: pd.DataFrame, stories: Stories, *, now: datetime) -> pd.DataFrame:
    """Tell how each pause and each extension of the stories was asked for, and of requests that came to nothing.

    Gives steps with `STEP_COLUMNS`: ``action`` is request, refuse or withdraw, ``unit`` pause or extend.
    """
    rng = np.random.Generator(np.random.PCG64(4))
    steps = [
        (
            str(step["source_key"]),
            step["at"].timestamp() * 1e6,
            str(step["action"]),
            str(step["note"]),
            step["extension"],
        )
        for step in stories.steps.to_dict("records")
    ]
    rows: list[tuple[str, int, str, str, float, str, str]] = []

    def add(key: str, at: float, action: str, kind: str) -> None:
        words = _REFUSALS if action == "refuse" else _REASONS[kind] if action == "request" else ("",)
        extension = 1.0 if kind == "extend" and action == "request" else 0.0
        rows.append((key, int(at), action, words[int(rng.integers(len(words)))], extension, "", kind))

    started = {key: at for key, at, action, *_ in steps if action == "start"}
    resolved = {key: at for key, at, action, *_ in reversed(steps) if action == "resolve"}
    granted = [step for step in steps if step[2] in ("pause", "extend")]
    for key, at, kind, note, extension in granted:
        # Asked within the hours before, in the hands of the unit; of the longer extensions each third is cut down.
        asked_at = at - min(0.5 * (at - started[key]), (0.2 + 3 * rng.random()) * HOUR_US)
        extra = 1.0 if extension > 1 and rng.random() < 0.33 else 0.0
        rows.append((key, int(asked_at), "request", note, extension + extra, "", kind))
    # In one stretch from the start to the resolution, in which nothing was granted.
    others = {key: at for key, at in started.items() if resolved.get(key, 0) > at + HOUR_US}
    for key, *_ in granted:
        others.pop(key, None)
    chosen = _choose(rng, sorted(others), (_REFUSED + _WITHDRAWN) * len(incidents) // 1000)
    for number, key in enumerate(map(str, chosen)):
        kind = "extend" if number % 3 else "pause"
        span = resolved[key] - others[key]
        add(key, others[key] + 0.2 * span, "request", kind)
        is_refused = number % (_REFUSED + _WITHDRAWN) < _REFUSED
        add(key, others[key] + (0.2 + 0.3 * rng.random()) * span, "refuse" if is_refused else "withdraw", kind)
    facts = find_facts(county, incidents, now)
    told = np.isin(facts.key.astype(str), list(stories.told))
    waiting = facts.is_open & (facts.status == "handling") & ~told & (facts.used > 0.3) & (facts.used < 0.97)
    now_us = round(now.timestamp() * 1e6)
    waiting &= facts.reported < now_us - 6 * HOUR_US
    for number, row in enumerate(_choose(rng, np.flatnonzero(waiting), OPEN)):
        at = now_us - _WAIT_HOURS[number] * HOUR_US
        add(str(facts.key[row]), at, "request", "extend" if number % 2 else "pause")
    made = pd.DataFrame(rows, columns=list(STEP_COLUMNS))
    made["at"] = pd.to_datetime(made["at"].astype("int64"), unit="us", utc=True)
    return made.sort_values(["at", "source_key"], kind="stable", ignore_index=True)


def _choose(rng: np.random.Generator, rows: Sequence[object] | np.ndarray, count: int) -> np.ndarray:
    return rng.choice(np.asarray(rows), min(len(rows), count), replace=False)
