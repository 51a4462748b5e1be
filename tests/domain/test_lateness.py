"""The four states and their edges."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from gridmap.domain.lateness import STATES, Lateness, state_at, states_at

NEAR = datetime(2026, 11, 23, tzinfo=UTC)
DUE, TWICE = NEAR + timedelta(hours=1), NEAR + timedelta(hours=5)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NEAR - INSTANT, Lateness.ON_TIME),
        (NEAR, Lateness.NEAR_DUE),
        (DUE - INSTANT, Lateness.NEAR_DUE),
        (DUE, Lateness.OVERDUE),
        (TWICE - INSTANT, Lateness.OVERDUE),
        (TWICE, Lateness.TWICE_OVERDUE),
    ],
)
def test_a_threshold_belongs_to_the_state_that_it_opens(now: datetime, state: Lateness) -> None:
    assert state_at(NEAR, DUE, TWICE, now) is state
    codes = states_at(*(np.array([int(at.timestamp() * 1e6)]) for at in (NEAR, DUE, TWICE)), int(now.timestamp() * 1e6))
    assert STATES[codes[0]] is state


def test_empty_in_empty_out() -> None:
    none = np.array([], np.int64)
    assert states_at(none, none, none, 0).shape == (0,)
