"""The words of the files, English and Chinese, and the text of limits and stages."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.item import Level, PartyRole, Stage
from gridmap.errors import InputError

ROLE_WORDS: Final[Mapping[str, PartyRole]] = {
    **{role.value: role for role in PartyRole},
    "牵头": PartyRole.LEAD,
    "主责": PartyRole.LEAD,
    "配合": PartyRole.ASSIST,
}
LEVEL_WORDS: Final[Mapping[str, Level]] = {
    **{level.value: level for level in Level},
    "县级": Level.COUNTY,
    "县": Level.COUNTY,
    "镇街": Level.TOWNSHIP,
    "乡镇": Level.TOWNSHIP,
}
UNIT_WORDS: Final[Mapping[str, LimitUnit]] = {
    **{unit.value: unit for unit in LimitUnit},
    "工作日": LimitUnit.WORKING_DAY,
    "工作时": LimitUnit.WORKING_HOUR,
    "工作小时": LimitUnit.WORKING_HOUR,
    "自然日": LimitUnit.CALENDAR_DAY,
    "日历日": LimitUnit.CALENDAR_DAY,
}
LONGEST_LIMIT: Final = 9999
"""Of any unit: more is a slip, and would be due where no calendar reaches."""

_UNIT = "|".join(sorted(UNIT_WORDS, key=len, reverse=True))
_STAGE = re.compile(rf"(?P<name>.+?)\s*[:：]?\s*(?P<value>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>{_UNIT})")
_VALUE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def make_value(text: str) -> float:
    """Make the number of a limit.

    Raises
    ------
    InputError
        If it is no decimal number above 0 and up to `LONGEST_LIMIT`.
    """
    if not _VALUE.fullmatch(text) or not 0 < float(text) <= LONGEST_LIMIT:
        raise InputError(f"{text[:40]!r} is no number above 0 and up to {LONGEST_LIMIT}")
    return float(text)


def make_value_text(value: float) -> str:
    """Make the shortest text of the number of a limit: 3, 0.5."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def make_limit_text(limit: Limit) -> str:
    """Make the text of a limit, such as `3 working_day`."""
    return f"{make_value_text(limit.value)} {limit.unit}"


def make_stages(text: str) -> tuple[Stage, ...]:
    """Make stages of a cell such as `停工: 4 working_hour; 罚款: 7 工作日`.

    Raises
    ------
    InputError
        Naming the entry that has not this form, or a name that comes twice.
    """
    stages = []
    for entry in filter(None, (part.strip() for part in re.split("[;；]", text))):
        match = _STAGE.fullmatch(entry)
        if match is None:
            raise InputError(f"{entry[:60]!r} is no stage: name, colon, number, unit, such as 停工: 4 working_hour")
        stages.append(Stage(match["name"], Limit(make_value(match["value"]), UNIT_WORDS[match["unit"]])))
    names = [stage.name for stage in stages]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"stage {', '.join(twice)} comes twice")
    return tuple(stages)


def make_stages_text(stages: Iterable[Stage]) -> str:
    """Make the cell of stages, as `make_stages` reads it."""
    return "; ".join(f"{stage.name}: {make_limit_text(stage.limit)}" for stage in stages)


def is_shorter(one: Limit, other: Limit) -> bool:
    """Tell whether a limit is over before another, whatever the calendar.

    A working day is counted as 24 working hours, its most. Calendar days and working time are compared only where the
    answer is sure: working days never take less time than as many calendar days.
    """
    if one.unit is LimitUnit.CALENDAR_DAY or other.unit is LimitUnit.CALENDAR_DAY:
        if one.unit is other.unit:
            return one.value < other.value
        return one.unit is LimitUnit.CALENDAR_DAY and one.value < _count_hours(other) / 24
    return _count_hours(one) < _count_hours(other)


def _count_hours(limit: Limit) -> float:
    return limit.value * (1 if limit.unit is LimitUnit.WORKING_HOUR else 24)
