"""What happened to some incidents of the demonstration on their way: returned, disputed, paused, reopened, merged …

Most of a history is told by its beginning and its end. Those that are told step by step are chosen here, with every
step: each is one of the life cycle's, and lies between the report and the closing that `make_incidents` drew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from gridmap.demonstration.county import County
from gridmap.demonstration.incident_times import HOUR_US, make_clock
from gridmap.demonstration.plane import Flags, Floats, Ints

STEP_COLUMNS: Final = ("source_key", "at", "action", "note", "extension", "other_key", "unit")
"""``action`` is one of the life cycle's, or ``order`` and ``order_done`` of orders; ``extension`` is in the unit of
the limit, ``other_key`` the incident that it is merged into. ``unit`` is "" for who leads, "assist" for an assistant,
"claimant" for one of those whose jurisdictions overlap, else an assistant.
"""
# Of all incidents, so many of a thousand; what can't have the story is passed over.
_RETURNED, _DISPUTED, _PAUSED, _EXTENDED, _ORDERED = 30, 9, 14, 14, 22
_OPEN_RETURNED, _OPEN_DISPUTED = 7, 10
_MERGED_SHARE = 0.2
_UNSATISFIED = 0.08
_ASKED_CHANNELS = ("hotline", "mailbox", "superior")
_REASONS: Final = {
    "return": ("不属于本单位职责范围", "位置信息不清，请核实后再派", "权属在其他单位，附权属说明"),
    "dispute": ("职责边界不清，申请联合认定", "与相关单位意见不一致"),
    "decide": ("按属地与行业职责认定", "按清单主责条款认定", "参照先例认定"),
    "pause": ("等待当事人提供材料", "需第三方检测结论", "待天气好转后施工"),
    "extend": ("涉及管线改迁，工期较长", "需多部门联合处置"),
    "resolve": ("现场已处置并拍照留存", "已整改到位，现场复核通过", "已与当事人沟通解决"),
    "reopen": ("反映人不满意：问题反复", "反映人不满意：只处理了一部分", "反映人不满意：未见到处理人员"),
    "merge": ("同一地点同一事项",),
}


@dataclass(frozen=True)
class Stories:
    """`steps` in their order in time, with `STEP_COLUMNS`; `told` are the keys of those that are told from their report
    on, `recalled` of those whose reporter was not satisfied.
    """

    steps: pd.DataFrame
    told: frozenset[str]
    recalled: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """Instants in microseconds; `end` is the closing or now."""

    key: np.ndarray
    is_open: Flags
    status: np.ndarray
    reported: Ints
    dispatched: Ints
    end: Ints
    limit: Ints
    is_late: Flags
    used: Floats


def make_stories(county: County, incidents: pd.DataFrame, *, now: datetime, seed: int = 1) -> Stories:
    """Choose what is told of the incidents of `make_incidents`; `now` is the instant that they were made for."""
    rng = np.random.Generator(np.random.PCG64(seed + 1000))
    facts = find_facts(county, incidents, now)
    teller = _Teller(rng, facts, round(now.timestamp() * 1e6))
    count = len(incidents)
    free = facts.dispatched >= 0
    has_assistants = (
        incidents["item_code"].map(county.items.set_index("code")["assisting_unit_types"]).fillna("") != ""
    ).to_numpy()
    roomy = (facts.end - facts.dispatched > 8 * HOUR_US) & ~(facts.is_open & (facts.status != "handling"))
    steady = ~facts.is_open | (facts.used < 0.6)
    in_time = ~facts.is_late & (facts.limit >= 72 * HOUR_US)
    kinds: list[tuple[Callable[[int], None], int, Flags]] = [
        (teller.tell_returned, _RETURNED, free & roomy),
        (teller.tell_disputed, _DISPUTED, free & roomy & steady),
        (teller.tell_paused, _PAUSED, free & roomy & in_time & steady),
        (teller.tell_extended, _EXTENDED, free & roomy & in_time & steady),
        (teller.tell_ordered, _ORDERED, free & roomy & has_assistants),
    ]
    told = np.zeros(count, dtype=bool)
    for tell, thousandth, possible in kinds:
        rows = np.flatnonzero(possible & ~told)
        chosen = rng.choice(rows, min(len(rows), count * thousandth // 1000), replace=False)
        told[chosen] = True
        for row in chosen:
            tell(int(row))
    told[_tell_merged(teller, incidents, told)] = True
    recalled = _tell_reopened(teller, incidents, told)
    return Stories(_make_frame(teller), frozenset(facts.key[told]), frozenset(facts.key[recalled]))


def find_facts(county: County, incidents: pd.DataFrame, now: datetime) -> Facts:
    clock = make_clock(now, 60)
    items = county.items.set_index("code").loc[incidents["item_code"]]
    limit = (items["working_days"] * 24 + items["working_hours"]).to_numpy(np.int64) * HOUR_US
    closed = _to_us(incidents["closed_at"])
    reported = _to_us(incidents["reported_at"])
    end = np.where(closed < 0, clock.now_us, closed)
    used = (clock.count_working_us(end) - clock.count_working_us(reported)) / limit
    status = incidents["status"].to_numpy(dtype=object)
    dispatched = _to_us(incidents["dispatched_at"])
    return Facts(
        incidents["source_key"].to_numpy(dtype=object),
        closed < 0,
        status,
        reported,
        dispatched,
        end,
        limit,
        used >= 1,
        used,
    )


def _to_us(instants: pd.Series) -> Ints:
    known = instants.notna().to_numpy()
    us = instants.fillna(pd.Timestamp(0, tz="UTC")).dt.as_unit("us").astype(np.int64).to_numpy()
    return np.where(known, us, -1).astype(np.int64)


class _Teller:
    """Collects steps. Shares are of the time between the dispatch and the end."""

    def __init__(self, rng: np.random.Generator, facts: Facts, now_us: int) -> None:
        self.rows: list[tuple[str, int, str, str, float, str, str]] = []
        self.facts = facts
        self.now_us = now_us
        self.rng = rng
        self._open_returned = 0
        self._open_disputed = 0

    def add(self, row: int, at: float, action: str, *, extension: float = 0, other: str = "", unit: str = "") -> None:
        reasons = _REASONS.get(action, ("",))
        note = reasons[int(self.rng.integers(len(reasons)))]
        self.rows.append((str(self.facts.key[row]), int(at), action, note, extension, other, unit))

    def begin(self, row: int) -> None:
        facts = self.facts
        self.add(row, facts.reported[row] + (facts.dispatched[row] - facts.reported[row]) * 0.3, "accept")
        self.add(row, facts.dispatched[row], "dispatch")

    def at(self, row: int, share: float) -> float:
        start = self.facts.dispatched[row]
        return float(start + (self.facts.end[row] - start) * share)

    def finish(self, row: int) -> None:
        """Resolve what is closed; verify and call back when there was time for it."""
        if self.facts.is_open[row]:
            return
        end = float(self.facts.end[row])
        self.add(row, end, "resolve")
        self.settle(row, end)

    def settle(self, row: int, resolved: float) -> float:
        for action, hours in (("verify", 16.0), ("call_back", 30.0)):
            resolved += (0.4 + self.rng.random()) * hours * HOUR_US
            if resolved < self.now_us:
                self.add(row, resolved, action)
        return resolved

    def tell_returned(self, row: int) -> None:
        self.begin(row)
        self.add(row, self.at(row, 0.1), "acknowledge")
        waits = self.facts.is_open[row] and self.facts.used[row] < 0.9 and self._open_returned < _OPEN_RETURNED
        self.add(row, self.at(row, 0.8 if waits else 0.2), "return")
        if waits:
            self._open_returned += 1
            return
        again = not self.facts.is_open[row] and self.rng.random() < 0.12
        other = "assist" if not self.facts.is_open[row] and self.rng.random() < 0.4 else ""
        self.add(row, self.at(row, 0.27), "dispatch", unit="" if again else other)
        self.add(row, self.at(row, 0.33), "acknowledge")
        if again:
            self.add(row, self.at(row, 0.38), "return")
            self.add(row, self.at(row, 0.44), "dispatch", unit=other)
            self.add(row, self.at(row, 0.48), "acknowledge")
        self.add(row, self.at(row, 0.55), "start")
        self.finish(row)

    def tell_disputed(self, row: int) -> None:
        self.begin(row)
        self.add(row, self.at(row, 0.08), "acknowledge")
        waits = self.facts.is_open[row] and self._open_disputed < _OPEN_DISPUTED
        self.add(row, self.at(row, 0.6 if waits else 0.15), "dispute")
        if waits:
            self._open_disputed += 1
            return
        other = "assist" if not self.facts.is_open[row] and self.rng.random() < 0.5 else ""
        self.add(row, self.at(row, 0.4), "decide", unit=other)
        self.add(row, self.at(row, 0.45), "acknowledge")
        self.add(row, self.at(row, 0.5), "start")
        self.finish(row)

    def tell_paused(self, row: int) -> None:
        self._take_in_hand(row)
        self.add(row, self.at(row, 0.35), "pause")
        if not self.facts.is_open[row]:
            self.add(row, self.at(row, 0.6), "resume")
        self.finish(row)

    def tell_extended(self, row: int) -> None:
        self._take_in_hand(row)
        days = int(self.facts.limit[row] // (24 * HOUR_US))
        self.add(row, self.at(row, 0.5), "extend", extension=max(1, days // 2))
        self.finish(row)

    def tell_ordered(self, row: int) -> None:
        self.begin(row)
        self.add(row, self.at(row, 0.0), "order")
        self.add(row, self.at(row, 0.1), "acknowledge")
        self.add(row, self.at(row, 0.2), "start")
        if not self.facts.is_open[row] or self.rng.random() < 0.3:
            self.add(row, self.at(row, 0.7), "order_done")
        self.finish(row)

    def _take_in_hand(self, row: int) -> None:
        self.begin(row)
        self.add(row, self.at(row, 0.1), "acknowledge")
        self.add(row, self.at(row, 0.2), "start")


def _tell_merged(teller: _Teller, incidents: pd.DataFrame, told: Flags) -> Ints:
    """Merge some of those that were reported at the same place while the same matter was open there."""
    facts = teller.facts
    taken: set[int] = set()
    for rows in incidents.groupby(["item_code", "true_small_grid"], sort=True).indices.values():
        if len(rows) < 2 or incidents["true_small_grid"].iat[rows[0]] == "":
            continue
        for first, second in pairwise(rows):
            at = facts.reported[second] + int((0.3 + teller.rng.random()) * HOUR_US)
            is_running = facts.end[first] > at and first not in taken and not told[first]
            is_fresh = facts.dispatched[second] < 0 or facts.used[second] < 0.9
            if not (is_running and is_fresh and at < teller.now_us) or told[second]:
                continue
            if teller.rng.random() < _MERGED_SHARE:
                taken.add(int(second))
                teller.add(int(second), facts.reported[second] + 6e8, "accept")
                teller.add(int(second), at, "merge", other=str(facts.key[first]))
    return np.asarray(sorted(taken), dtype=np.int64)


def _tell_reopened(teller: _Teller, incidents: pd.DataFrame, told: Flags) -> Ints:
    """Reopen what the reporter was not satisfied with; it is resolved again within days, the last ones are not yet."""
    facts = teller.facts
    asked = incidents["channel"].isin(_ASKED_CHANNELS).to_numpy() & (facts.status == "called_back") & ~told
    # Not those of minutes, which nobody complains about twice.
    rows = np.flatnonzero(asked & (teller.rng.random(len(asked)) < _UNSATISFIED))
    for row in rows:
        at = float(facts.end[row]) + (24 + 20 * teller.rng.random()) * HOUR_US
        teller.add(int(row), at, "reopen")
        at += (2 + 6 * teller.rng.random()) * HOUR_US
        end = at + (8 + 50 * teller.rng.random()) * HOUR_US
        if at < teller.now_us:
            teller.add(int(row), at, "start")
        if end < teller.now_us:
            teller.add(int(row), end, "resolve")
            teller.settle(int(row), end)
    return rows


def make_assigned_steps(
    county: County, incidents: pd.DataFrame, *, now: datetime, wait_days: float = 1.5
) -> pd.DataFrame:
    """Tell of incidents that no unit may lead by the rules how somebody of the command centre gave them to one.

    Open ones that were reported in the last days are only accepted, and wait.
    """
    facts = find_facts(county, incidents, now)
    now_us = round(now.timestamp() * 1e6)
    teller = _Teller(np.random.Generator(np.random.PCG64(3)), facts, now_us)
    for row in range(len(incidents)):
        given = teller.at(row, 0.2) if facts.dispatched[row] >= 0 else now_us
        accepted = min(0.3 * HOUR_US, (given - facts.reported[row]) / 2)
        teller.add(row, facts.reported[row] + accepted, "accept")
        is_fresh = facts.reported[row] > now_us - wait_days * 24 * HOUR_US
        if facts.dispatched[row] < 0 or (facts.is_open[row] and is_fresh):
            continue
        teller.add(row, given, "dispatch", unit="claimant")
        teller.add(row, teller.at(row, 0.3), "acknowledge")
        teller.add(row, teller.at(row, 0.4), "start")
        teller.finish(row)
    return _make_frame(teller)


def _make_frame(teller: _Teller) -> pd.DataFrame:
    steps = pd.DataFrame(teller.rows, columns=list(STEP_COLUMNS))
    steps["at"] = pd.to_datetime(steps["at"].astype("int64"), unit="us", utc=True)
    return steps.sort_values(["at", "source_key"], kind="stable", ignore_index=True)
