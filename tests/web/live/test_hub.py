"""The ring against a list that forgets nothing."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.board import BoardRow
from gridmap.web.live.hub import RING_LENGTH, Hub

ROW = BoardRow(1, *[0] * 13)


@given(st.integers(0, 5), st.integers(-2, 8))
def test_a_reader_gets_what_came_after_its_revision(ticks: int, revision: int) -> None:
    hub = Hub()
    for number in range(ticks):
        hub.publish([ROW._replace(id=number + 1)], [], now_ms=number)
    found = hub.list_since(hub.epoch, revision)
    if 0 <= revision <= ticks:
        assert found is not None
        assert [json.loads(message)["r"] for message in found] == list(range(revision + 1, ticks + 1))
    else:
        assert found is None


def test_a_reader_that_is_behind_the_ring_needs_a_snapshot() -> None:
    hub = Hub()
    for _ in range(RING_LENGTH + 5):
        hub.publish([ROW], [2], now_ms=0)
    assert hub.list_since(hub.epoch, 4) is None
    found = hub.list_since(hub.epoch, 5)
    assert found is not None
    assert len(found) == RING_LENGTH
    assert json.loads(found[0])["r"] == 6


def test_a_gap_sends_everybody_to_the_snapshot() -> None:
    hub = Hub()
    hub.publish([ROW], [], now_ms=0)
    hub.publish_gap()
    assert hub.list_since(hub.epoch, 1) is None
    assert hub.list_since(hub.epoch, 2) == []
    hub.publish([ROW], [], now_ms=0)
    assert len(hub.list_since(hub.epoch, 2) or []) == 1


def test_a_new_epoch_makes_what_readers_hold_worthless() -> None:
    hub = Hub()
    hub.publish([ROW], [], now_ms=0)
    former = hub.epoch
    hub.start_epoch()
    assert hub.epoch != former
    assert hub.list_since(former, 1) is None
    assert hub.list_since(hub.epoch, 0) == []


def test_a_message_is_what_the_contract_says() -> None:
    hub = Hub()
    hub.publish([ROW._replace(x=-5)], [7, 8], now_ms=123)
    found = hub.list_since(hub.epoch, 0)
    assert found is not None
    assert json.loads(found[0]) == {
        "k": "d",
        "r": 1,
        "now_ms": 123,
        "rows": [[1, 0, -5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
        "gone": [7, 8],
    }
