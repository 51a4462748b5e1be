"""Office hours: the part of a working day that is working time."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from gridmap.domain.clock import DAY_S
from gridmap.errors import InputError

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class OfficeHours:
    """Spans of a working day in seconds of the local clock since midnight, half-open, sorted, not touching."""

    spans_s: tuple[tuple[int, int], ...]

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Read hours such as ``08:30-17:00`` or, with a break at noon, ``08:30-12:00,13:30-17:30``.

        ``00:00-24:00`` is the whole day.

        Raises
        ------
        InputError
            If a span is not of that form, ends before it starts (working nights are two spans of two days), or meets
            another.
        """
        spans = [_read_span(part.strip(), text) for part in re.split("[,，]", text)]
        for one, following in pairwise(spans):
            if following[0] <= one[1]:
                raise InputError(f"Office hours {text}: {_write(following)} has to start after {_write(one)} ends.")
        return cls(tuple(spans))

    @property
    def length_s(self) -> int:
        """Working seconds of a day by the clock on the wall: what one working day means in a limit."""
        return sum(end - start for start, end in self.spans_s)

    @property
    def opens_s(self) -> int:
        """Seconds from midnight to the first opening."""
        return self.spans_s[0][0]

    @property
    def closes_s(self) -> int:
        """Seconds from midnight to the last closing; 86,400 is 24:00."""
        return self.spans_s[-1][1]

    def __str__(self) -> str:
        """Write them in the form that is read."""
        return ",".join(_write(span) for span in self.spans_s)


def _read_span(part: str, text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise InputError(f"Office hours {text!r} are not of the form 08:30-17:00 or 08:30-12:00,13:30-17:30.")
    start_hour, start_minute, end_hour, end_minute = (int(group) for group in found.groups())
    start_s, end_s = start_hour * 3600 + start_minute * 60, end_hour * 3600 + end_minute * 60
    if start_minute > 59 or end_minute > 59 or end_s > DAY_S:
        raise InputError(f"Office hours {text}: {part} is no time of a day (00:00 to 24:00).")
    if end_s <= start_s:
        raise InputError(f"Office hours {text}: {part} ends before it starts. Hours over midnight are not supported.")
    return start_s, end_s


def _write(span: tuple[int, int]) -> str:
    return "-".join(f"{at // 3600:02}:{at % 3600 // 60:02}" for at in span)


WHOLE_DAY = OfficeHours(((0, DAY_S),))
"""The default of the incident clocks: every second of a working day counts."""
