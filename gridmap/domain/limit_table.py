"""Due times on the wire: few different limits, so an index into a table instead of three columns of seconds.

A limit counts from the report, or, when that came outside working time, from the start of the next working interval.
Counted from there the three instants near due, due and twice due of all incidents are a few hundred different triples;
counted from the report, those of weekends are all different (measured at 50,000 rows: 30 kB instead of 200 kB after
compression).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.board import NO_TIME

Seconds = NDArray[np.int64]
LONGEST_TABLE = 4096
"""A longer table would cost more in the header than it saves."""


@dataclass(frozen=True)
class LimitTable:
    """`triples` of seconds (near, due, twice), `index` of each row, and whether the row counts from the next
    working interval.
    """

    triples: list[list[int]]
    index: NDArray[np.uint16]
    is_shifted: NDArray[np.bool_]


def make_limit_table(
    reported: Seconds, near: Seconds, due: Seconds, twice: Seconds, *, calendar: Sequence[Sequence[int]]
) -> LimitTable | None:
    """Make the table of the rows; None when there are too many different limits for it to pay.

    Parameters
    ----------
    reported
        Epoch seconds.
    near, due, twice
        Seconds after `reported`; NO_TIME for none.
    calendar
        Working intervals, start and end in epoch seconds, sorted.
    """
    plain = np.stack([near, due, twice], axis=1)
    wait = find_wait(reported, calendar)
    shifted = np.where(plain == NO_TIME, plain, plain - wait[:, None])
    known = np.unique(_make_keys(plain[wait == 0]))
    # A limit in calendar days runs on days off as well: its triple is known from the reports of working time.
    is_shifted = (wait > 0) & ~np.isin(_make_keys(plain), known) & (shifted >= 0).all(axis=1)
    triples = np.where(is_shifted[:, None], shifted, plain)
    _, first, index = np.unique(_make_keys(triples), return_index=True, return_inverse=True)
    table = triples[first]
    if len(table) > LONGEST_TABLE or not np.array_equal(table[index], triples):
        return None
    return LimitTable(triples=table.tolist(), index=index.astype(np.uint16), is_shifted=is_shifted)


def find_wait(reported: Seconds, calendar: Sequence[Sequence[int]]) -> Seconds:
    """Find the seconds from each report to the next working time: 0 within it, and where the calendar says nothing."""
    if not calendar:
        return np.zeros(len(reported), dtype=np.int64)
    starts, ends = np.array(calendar, dtype=np.int64).T
    following = np.searchsorted(starts, reported, side="right")
    is_off = (following > 0) & (following < len(starts))
    is_off &= reported >= ends[np.maximum(following - 1, 0)]
    return np.where(is_off, starts[np.minimum(following, len(starts) - 1)] - reported, 0)


def _make_keys(triples: Seconds) -> NDArray[np.uint64]:
    """One number per triple; that different triples have different ones is checked by the caller."""
    near, due, twice = triples.astype(np.uint64).T
    return np.asarray(near * np.uint64(0x9E3779B97F4A7C15) ^ due * np.uint64(0xC2B2AE3D27D4EB4F) ^ twice)
