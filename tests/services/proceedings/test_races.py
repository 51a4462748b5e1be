"""Two at once, each with a connection of its own: one is done, the other is told; nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from gridmap.domain.calls import CallKind
from gridmap.domain.supervision import CardKind
from gridmap.errors import ConflictError
from gridmap.services.proceedings.call_back import call_back
from gridmap.services.proceedings.call_units import NewCall, call_units
from gridmap.services.proceedings.judge_call import accept_call
from gridmap.services.proceedings.list_call_backs import list_call_backs
from gridmap.services.proceedings.list_calls import find_call
from gridmap.services.proceedings.run_supervision import run_supervision
from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, insert_small_county
from tests.staff import insert_staff

SENDERS = 4


@pytest.fixture
def committed(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return fresh_database


def at_once(act: Callable[[int], object]) -> tuple[list[object], list[Exception]]:
    start = Barrier(SENDERS)
    done: list[object] = []
    refused: list[Exception] = []

    def run(number: int) -> None:
        start.wait()
        try:
            done.append(act(number))
        except ConflictError as error:
            refused.append(error)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(run, range(SENDERS)))
    return done, refused


def test_one_wins_and_the_others_are_told(committed: Database) -> None:
    new = NewCall(kind=CallKind.WHISTLE, township=TOWNSHIPS[0], matter="m", place="p")
    call_id = call_units(committed, new, actor="t1").call.id
    units = ["U-ENF", "U-POL", "U-WAT", "U-T02"]
    done, refused = at_once(
        lambda number: accept_call(committed, call_id, actor="di", expected_version=1, units=[units[number]])
    )
    assert (len(done), len(refused)) == (1, SENDERS - 1)
    assert all("Read it again" in str(error) for error in refused)
    assert len(find_call(committed, call_id).answers) == 1

    with committed.connect() as connection:
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_at, status) "
            "VALUES ('A02', now() - interval '1 day', 'verified') RETURNING id, version"
        ).fetchone()
    assert row is not None
    done, refused = at_once(
        lambda _: call_back(
            committed, row[0], actor="op", expected_version=row[1], is_reached=True, is_satisfied=True, note="x"
        )
    )
    assert (len(done), len(refused)) == (1, SENDERS - 1)
    assert len(list_call_backs(committed, row[0])) == 1

    with committed.connect() as connection:
        connection.execute(
            "INSERT INTO incident (item_code, reported_at) "
            "SELECT 'A02', now() - interval '30 days' FROM generate_series(1, 50)"
        )
    runs, refused = at_once(lambda _: run_supervision(committed).given)
    assert refused == []
    given = {kind: sum(run[kind] for run in runs) for kind in CardKind}  # type: ignore[index]
    assert given == dict.fromkeys(CardKind, 50)
