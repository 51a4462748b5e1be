"""Calls by townships in the demonstration: judged within minutes, answered by most units in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from gridmap.domain.calls import CallKind, CallStatus
from gridmap.domain.datum import Datum
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage import stories as story_storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import read_proceeding_settings

if TYPE_CHECKING:
    from gridmap.demonstration import County

_CALLS, _RUNNING = 56, 5
_DAYS = 45
_EXPERT_SHARE, _REFUSED_SHARE = 0.2, 0.06
# What is called for, and the types of the units that come for it.
_MATTERS = (
    ("夜间偷倒建筑垃圾，需联合查处", ("enforcement", "sanitation", "transport")),
    ("沟渠污水外溢，需现场认定责任", ("environment", "water", "municipal")),
    ("违建阻工，需现场执法", ("enforcement", "planning", "public_security")),
    ("集市消防通道堵塞", ("fire", "market", "traffic_police")),
    ("工地噪声扰民反复", ("enforcement", "housing", "environment")),
    ("路面塌陷，需临时围挡", ("municipal", "transport", "traffic_police")),
)
_EXPERTS = (
    ("请水利专家现场研判渗漏", ("water",)),
    ("请供电技术人员核查线路", ("electricity",)),
    ("请农技人员认定药害", ("agriculture",)),
)


def load_calls(database: Database, county: "County", *, now: datetime, seed: int = 1) -> int:
    """Store calls of the last weeks; the last ones are of these hours and run. Gives how many."""
    rng = np.random.Generator(np.random.PCG64(seed + 2000))
    towns = county.areas.loc[county.areas["level"] == "township", "code"].to_numpy(dtype=str)
    villages = _list_villages(county)
    with transaction(database) as connection:
        units = story_storage.list_call_units(connection)
        for number in range(_CALLS):
            is_running = number >= _CALLS - _RUNNING
            hours = float(rng.uniform(0.2, 2.5) if is_running else rng.uniform(8.0, 24.0 * _DAYS))
            code = towns[int(rng.integers(len(towns)))]
            village = villages[code][number % len(villages[code])]
            called_at = now - timedelta(hours=hours)
            _tell_call(connection, rng, (code, village.name), village.point, units, called_at=called_at, now=now)
    return _CALLS


@dataclass(frozen=True)
class _Village:
    name: str
    point: storage.CallPoint


def _list_villages(county: "County") -> dict[str, list[_Village]]:
    """List the villages of each township with a point inside."""
    found: dict[str, list[_Village]] = {}
    rows = county.areas.loc[county.areas["level"] == "village"].sort_values("code")
    inside = rows.geometry.representative_point()
    for code, name, lon, lat in zip(rows["code"], rows["name"], inside.x, inside.y, strict=True):
        point = storage.CallPoint(lon=round(float(lon), 6), lat=round(float(lat), 6), datum=Datum.CGCS2000)
        found.setdefault(str(code)[:9], []).append(_Village(str(name), point))
    return found


def _tell_call(
    connection: Connection,
    rng: np.random.Generator,
    town: tuple[str, str],
    point: storage.CallPoint,
    unit_of_type: Mapping[str, int],
    *,
    called_at: datetime,
    now: datetime,
) -> None:
    is_expert = rng.random() < _EXPERT_SHARE
    matters = _EXPERTS if is_expert else _MATTERS
    matter, types = matters[int(rng.integers(len(matters)))]
    units = [unit_of_type[one] for one in types[: int(rng.integers(1, 4))] if one in unit_of_type]
    call_id = storage.insert_call(
        connection,
        kind=CallKind.EXPERT if is_expert else CallKind.WHISTLE,
        township=town[0],
        incident_id=None,
        matter=matter,
        place=town[1],
        point=point,
        wanted=(),
        at=called_at,
        staff_id=None,
    )

    def after(low_min: float, high_min: float) -> datetime:
        return called_at + timedelta(minutes=float(rng.uniform(low_min, high_min)))

    judged_at = after(3, 18)
    if judged_at > now:
        return
    is_refused = rng.random() < _REFUSED_SHARE
    judged = CallStatus.REFUSED if is_refused else CallStatus.JUDGED
    reason = "属镇街自行处置范围" if is_refused else ""
    storage.update_call(connection, call_id, judged, version=1, at=judged_at, staff_id=None, reason=reason)
    if is_refused:
        return
    settings = read_proceeding_settings(connection)
    storage.insert_call_answers(
        connection,
        call_id,
        units,
        start=called_at,
        respond=settings.expert_respond_limit if is_expert else settings.call_respond_limit,
        arrive=settings.expert_arrive_limit if is_expert else settings.call_arrive_limit,
    )
    last_at = judged_at
    for unit_id in units:
        # Limits are 30 minutes and two hours: nine of ten keep them.
        late = 1.6 if rng.random() < 0.1 else 1.0
        for at, is_arrival in ((after(19, 28 * late), False), (after(40, 112 * late), True)):
            if at <= now:
                storage.update_answer(connection, call_id, unit_id, at=at, is_arrival=is_arrival, note="")
            last_at = max(last_at, at)
    closed_at = last_at + timedelta(minutes=90)
    if closed_at > now:
        return
    storage.update_call(
        connection, call_id, CallStatus.CLOSED, version=2, at=closed_at, staff_id=None, result="现场处置完毕"
    )
    for unit_id in units:
        storage.update_rating(connection, call_id, unit_id, rating=int(rng.choice([5, 5, 5, 4, 4, 3, 2])))
