"""How a limit is counted: the conventions that cities differ in, each a setting with its choices.

Reasons and examples: docs/clocks.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from gridmap.errors import InputError


class EndsAt(StrEnum):
    """When a limit in days ends."""

    SAME_TIME = "same-time"
    """At the clock time of its start: the clock runs from the report on."""
    CLOSE = "close"
    """With its last day: at the close of office hours, or at 24:00. Whole days only."""


class UsedUpAt(StrEnum):
    """What is said of a running limit whose last second is the last one before a break, a night or a weekend."""

    CLOSE = "close"
    """Due at that close."""
    NEXT_OPENING = "next-opening"
    """Due when working time begins again; so a report at the opening is due at an opening."""


class ReportDay(StrEnum):
    """Whether the day of the report is the first day of a limit that ends at close."""

    NOT_COUNTED = "not-counted"
    COUNTED = "counted"


class CountsAs(StrEnum):
    """Which day a report out of working time is of, for a limit in working days that ends at close."""

    NEXT_WORKING_DAY = "next-working-day"
    """It counts as reported at the next opening: that working day is the day of the report."""
    OWN_DAY = "own-day"
    """Its own day is the day of the report, so that the next working day is the first of the limit."""


class LastDayOff(StrEnum):
    """What becomes of a limit in calendar days whose last day is a day off."""

    STAYS = "stays"
    NEXT_WORKING_DAY = "next-working-day"


@dataclass(frozen=True)
class DueConvention:
    """One choice of each; the defaults are those of the incident clocks."""

    ends_at: EndsAt = EndsAt.SAME_TIME
    used_up_at: UsedUpAt = UsedUpAt.CLOSE
    report_day: ReportDay = ReportDay.NOT_COUNTED
    day_off_report: CountsAs = CountsAs.NEXT_WORKING_DAY
    after_hours_report: CountsAs = CountsAs.NEXT_WORKING_DAY
    last_day_off: LastDayOff = LastDayOff.STAYS

    def __str__(self) -> str:
        """Write every rule with its choice, as the setting `due_rules` of the database holds them."""
        return " ".join(f"{key}={getattr(self, key.replace('-', '_'))}" for key in _RULES)


RUNNING_CLOCK = DueConvention()
"""The default: what the incident triggers do."""
CONVENTIONS = {
    "running-clock": RUNNING_CLOCK,
    "same-clock-time": DueConvention(used_up_at=UsedUpAt.NEXT_OPENING),
    "civil-code": DueConvention(
        ends_at=EndsAt.CLOSE,
        day_off_report=CountsAs.OWN_DAY,
        after_hours_report=CountsAs.OWN_DAY,
        last_day_off=LastDayOff.NEXT_WORKING_DAY,
    ),
}
"""Conventions by name."""
_RULES: dict[str, type[StrEnum]] = {
    "ends-at": EndsAt,
    "used-up-at": UsedUpAt,
    "report-day": ReportDay,
    "day-off-report": CountsAs,
    "after-hours-report": CountsAs,
    "last-day-off": LastDayOff,
}


def list_rules() -> dict[str, tuple[str, ...]]:
    """List the rules, each with its choices."""
    return {key: tuple(choices) for key, choices in _RULES.items()}


def make_convention_of_text(text: str) -> DueConvention:
    """Make a convention of the rules that ``str`` writes of one.

    Raises
    ------
    InputError
        As `make_convention`.
    """
    return make_convention("running-clock", text.split())


def list_differences(name: str, convention: DueConvention) -> list[str]:
    """List the rules, as RULE=CHOICE, in which a convention differs from the one of a name."""
    named = str(CONVENTIONS[name]).split()
    return [rule for rule in str(convention).split() if rule not in named]


def make_convention(name: str, rules: Iterable[str] = ()) -> DueConvention:
    """Make a convention of a named one and single rules such as ``report-day=counted`` that differ from it.

    Raises
    ------
    InputError
        If the name, a rule or a choice is not known, or the rules contradict each other.
    """
    found = CONVENTIONS.get(name)
    if found is None:
        raise InputError(f"There is no convention {name}; there are {', '.join(CONVENTIONS)}.")
    for rule in rules:
        key, _, choice = (part.strip() for part in rule.partition("="))
        choices = _RULES.get(key)
        if choices is None:
            raise InputError(f"There is no rule {key}; rules are {', '.join(_RULES)}, each as RULE=CHOICE.")
        if choice not in set(choices):
            raise InputError(f"The rule {key} is one of {', '.join(choices)}, not {choice!r}.")
        changes: dict[str, Any] = {key.replace("-", "_"): choices(choice)}
        found = replace(found, **changes)
    if found.ends_at is EndsAt.SAME_TIME and found.report_day is ReportDay.COUNTED:
        raise InputError(
            "report-day=counted needs ends-at=close: with the same clock time a limit of one day would be over at once."
        )
    return found
