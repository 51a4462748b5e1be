"""The clock on the wall of a time zone, for millions of instants at once.

A limit in days means the same time on the wall so many days later, also over the night on which clocks are changed;
so days are counted on the wall clock, and only the answer is turned into an instant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ZoneTable:
    """The offsets of a zone: from `changes_us[i]` (UTC) on it is `offsets_us[i + 1]`, before the first `offsets_us[0]`.

    Times on the wall are microseconds since 1970-01-01 00:00 on the wall.
    """

    zone: ZoneInfo
    changes_us: NDArray[np.int64]
    offsets_us: NDArray[np.int64]

    @classmethod
    def of_name(cls, name: str, *, first_year: int, end_year: int) -> Self:
        """Make the table of an IANA zone for the years from `first_year` to before `end_year`.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InputError(f"There is no time zone {name}. Names are such as Asia/Shanghai.") from None
        changes: list[int] = []
        at = datetime(first_year, 1, 1, tzinfo=UTC)
        offsets = [_offset_us(zone, at)]
        end = datetime(end_year, 1, 1, tzinfo=UTC)
        # A zone changes at most once in a day, so that asking each day finds all changes and halving the second.
        while at < end:
            if _offset_us(zone, at + _DAY) != offsets[-1]:
                changes.append(_find_change(zone, at, offsets[-1]))
                offsets.append(_offset_us(zone, at + _DAY))
            at += _DAY
        return cls(zone, np.array(changes, np.int64), np.array(offsets, np.int64))

    def to_wall(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Turn instants (microseconds since 1970 UTC) into times on the wall."""
        return instants_us + self.offsets_us[np.searchsorted(self.changes_us, instants_us, side="right")]

    def to_instant(self, wall_us: NDArray[np.int64], *, is_start: bool) -> NDArray[np.int64]:
        """Turn times on the wall into instants.

        An hour that comes twice: the first one for the start of a limit, the second for its end, so that no limit is
        cut short. A time that is skipped is taken as late after the change as it would have been.
        """
        before, after = self.offsets_us[:-1], self.offsets_us[1:]
        early_index = np.searchsorted(self.changes_us + np.maximum(before, after), wall_us, side="right")
        early = wall_us - self.offsets_us[early_index]
        if is_start:
            return np.asarray(early, np.int64)
        late_index = np.searchsorted(self.changes_us + np.minimum(before, after), wall_us, side="right")
        return np.asarray(np.maximum(early, wall_us - self.offsets_us[late_index]), np.int64)

    def is_skipped(self, wall_us: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which times were never on the wall, because the clocks were put forward over them."""
        return np.asarray(self.to_wall(self.to_instant(wall_us, is_start=True)) != wall_us)


def _offset_us(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def _find_change(zone: ZoneInfo, at: datetime, offset_us: int) -> int:
    """Find the second within the day after `at` from which the offset is another one."""
    low, high = 0, int(_DAY.total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_us(zone, at + timedelta(seconds=middle)) == offset_us:
            low = middle
        else:
            high = middle
    return (at - _EPOCH) // timedelta(microseconds=1) + high * 1_000_000
