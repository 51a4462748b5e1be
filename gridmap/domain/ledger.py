"""The ledger of an incident: its time from the report on, in pieces, each booked to who held it.

The triggers of the database keep the same ledger (migrations 0014, 0020); tests hold the two to the same seconds. All
arithmetic is in whole microseconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gridmap.domain.clock import DAY_S, Limit, LimitUnit, WorkingCalendar
from gridmap.domain.incidents import Status, is_open
from gridmap.domain.life_cycle import CENTRE_STATUSES

_US = timedelta(microseconds=1)
_SECOND_US = 1_000_000


class HoldKind(StrEnum):
    """What a piece of the ledger is."""

    HELD = "held"
    PAUSED = "paused"
    CLOSED = "closed"
    """Between a closing and a reopening: nobody's time."""


@dataclass(frozen=True)
class Change:
    """A status and who leads, from an instant on."""

    at: datetime
    status: Status
    lead: str | None


@dataclass(frozen=True)
class Piece:
    """A piece of the ledger; `holder` None is the command centre, or nobody for closed time, `to_at` None goes on."""

    holder: str | None
    kind: HoldKind
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True)
class Booking:
    """A piece with its working time, and the part of it after the due time, in microseconds."""

    piece: Piece
    working_us: int
    overdue_us: int


def find_holder(status: Status, lead: str | None, *, is_with_unit: bool = True) -> str | None:
    """Find who holds an open incident: the command centre (None) or the unit that leads.

    `is_with_unit` counts for what is reopened: see `keeps_unit`.
    """
    if status in CENTRE_STATUSES or (status is Status.REOPENED and not is_with_unit):
        return None
    return lead


def keeps_unit(status: Status, former: Status | None, *, is_with_unit: bool) -> bool:
    """Tell whether a unit has it, or had it last, after a change of status.

    A merging that is taken back gives the incident to who held it before; what else is reopened goes to the unit that
    had closed it. `former` is None for a record that comes in, and `is_with_unit` what was true until now.
    """
    if status in CENTRE_STATUSES:
        return False
    if status is Status.REOPENED:
        return is_with_unit or former not in (Status.MERGED, Status.REOPENED)
    return is_with_unit or is_open(status)


def make_pieces(changes: Iterable[Change]) -> list[Piece]:
    """Make the pieces of what happened, in the order in which it did; the first change is the report.

    A change that is dated before the one before it counts as of that one's instant. Pieces without length are left out.
    """
    pieces: list[Piece] = []
    begun: tuple[str | None, HoldKind, datetime] | None = None
    ended_at: datetime | None = None
    last_at: datetime | None = None
    former: Status | None = None
    is_with_unit = False
    for change in changes:
        at = change.at if last_at is None else max(change.at, last_at)
        last_at = at
        following = None
        is_with_unit = keeps_unit(change.status, former, is_with_unit=is_with_unit)
        former = change.status
        if is_open(change.status):
            kind = HoldKind.PAUSED if change.status is Status.PAUSED else HoldKind.HELD
            following = (find_holder(change.status, change.lead, is_with_unit=is_with_unit), kind)
        if begun is not None and following == begun[:2]:
            continue
        if begun is not None:
            pieces.append(Piece(begun[0], begun[1], begun[2], at))
        elif following is not None and ended_at is not None:
            pieces.append(Piece(None, HoldKind.CLOSED, ended_at, at))
        if following is None and (begun is not None or ended_at is None):
            # A record may come closed.
            ended_at = at
        begun = None if following is None else (*following, at)
    if begun is not None:
        pieces.append(Piece(begun[0], begun[1], begun[2], None))
    return [piece for piece in pieces if piece.to_at != piece.from_at]


def book_pieces(
    pieces: Sequence[Piece], calendar: WorkingCalendar, limit: Limit, *, until: datetime, working_day_s: int = DAY_S
) -> list[Booking]:
    """Count the working time of each piece up to an instant, and how much of it came after the limit was used up.

    Only held time uses the limit: while an incident was paused, or closed until it was reopened, its clock stood.
    """
    unit_s = {LimitUnit.WORKING_DAY: working_day_s, LimitUnit.WORKING_HOUR: 3600, LimitUnit.CALENDAR_DAY: DAY_S}
    left_us = round(limit.value * unit_s[limit.unit] * _SECOND_US)
    bookings = []
    for piece in pieces:
        if piece.from_at > until:
            break
        end = until if piece.to_at is None else min(piece.to_at, until)
        working_us = _count_us(calendar, piece.from_at, end)
        overdue_us = 0
        if piece.kind is HoldKind.HELD:
            if limit.unit is LimitUnit.CALENDAR_DAY:
                passed_us = (end - piece.from_at) // _US
                crossed_at = piece.from_at + min(max(left_us, 0), passed_us) * _US
                overdue_us = _count_us(calendar, crossed_at, end)
                left_us -= passed_us
            else:
                overdue_us = max(0, working_us - max(left_us, 0))
                left_us -= working_us
        bookings.append(Booking(piece, working_us, overdue_us))
    return bookings


def _count_us(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    return round(calendar.working_seconds_between(start, end) * _SECOND_US)
