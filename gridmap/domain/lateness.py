"""How late an incident is: derived from now, never stored.

Each threshold belongs to the state that it opens: an incident is overdue from the very instant at which its limit is
used up (``now >= due``), so that no instant is without a state and none has two.
"""

from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Lateness(StrEnum):
    """The four states, in order of severity; their position is the code used in columns."""

    ON_TIME = "on_time"
    NEAR_DUE = "near_due"
    OVERDUE = "overdue"
    TWICE_OVERDUE = "twice_overdue"


STATES = tuple(Lateness)


def state_at(near: datetime, due: datetime, twice: datetime, now: datetime) -> Lateness:
    """Tell the state at an instant.

    Parameters
    ----------
    near, due, twice
        The instants at which 75 %, 100 % and 200 % of the limit are used (aware).
    now
        The instant asked about; of a resolved incident, the instant of its resolution.
    """
    if now >= twice:
        return Lateness.TWICE_OVERDUE
    if now >= due:
        return Lateness.OVERDUE
    return Lateness.NEAR_DUE if now >= near else Lateness.ON_TIME


def states_at(near: NDArray[np.int64], due: NDArray[np.int64], twice: NDArray[np.int64], now: int) -> NDArray[np.uint8]:
    """Tell the states of many rows as positions in `STATES`; all instants in one unit since one epoch.

    Arrays of shape (n,); the answer has the same shape. Empty in, empty out.
    """
    return ((now >= near).astype(np.uint8) + (now >= due) + (now >= twice)).astype(np.uint8)
