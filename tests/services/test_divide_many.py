"""Many villages at once: into the draft, with progress, all or nothing, and only if the grids tile the county."""

import numpy as np
import pytest

from gridmap.domain.divide.check import PlanError
from gridmap.domain.divide.village import PlanRequest, Start
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.services import divide_many
from gridmap.services.divide_many import Division, StoppedError, divide_villages
from gridmap.services.publish import publish_draft
from gridmap.storage.database import Database
from tests.county import COUNTY, TOWNSHIPS, VILLAGES
from tests.divided_county import insert_divided_county, is_valid_coverage, read_small


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_divided_county(connection)
    return fresh_database


def divide(county: Database, within: str, request: PlanRequest | None = None) -> Division:
    return divide_villages(county, within=within, request=request or PlanRequest(), processes=1)


def count_generations(county: Database) -> int:
    with county.connect() as connection:
        row = connection.execute("SELECT count(*) FROM generation").fetchone()
    assert row is not None
    return int(row[0])


def test_many_villages_go_into_the_draft_with_progress(county: Database) -> None:
    told: list[tuple[str, float]] = []
    done = divide_villages(
        county, within=TOWNSHIPS[0], request=PlanRequest(), processes=1, progress=lambda *step: told.append(step)
    )
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert list(dict(told)) == ["reading", "dividing", "storing", "checking", "stored"]
    assert told[-1] == ("stored", 1.0)
    # 260 and 300 households; the other township keeps its four grids.
    assert [(one.code, one.grids_before, one.grids, one.fault) for one in done.villages] == [
        (VILLAGES[0], 2, 3, ""),
        (VILLAGES[1], 2, 3, ""),
    ]
    assert done.grids_checked == 10
    assert [(one.households_min, one.households_max) for one in done.villages] == [(86, 87), (100, 100)]
    # 260 in three: 86.67 on average, so at least one is two thirds of a household off.
    assert [one.deviation for one in done.villages] == pytest.approx([2 / 3, 0])
    assert [one.forced for one in done.villages] == pytest.approx([2 / 3, 0])
    publish_draft(county)
    after = read_small(county)
    assert is_valid_coverage(list(after.values()))
    assert len([code for code in after if code.startswith(TOWNSHIPS[0])]) == 6


def test_from_todays_grids_the_codes_stay(county: Database) -> None:
    before = read_small(county)
    done = divide(county, COUNTY, PlanRequest(start=Start.TODAY))
    publish_draft(county)
    after = read_small(county)
    assert set(before) <= set(after)
    assert sum(one.grids for one in done.villages) == len(after) == done.grids_checked
    assert is_valid_coverage(list(after.values()))


def test_stopping_stores_nothing(county: Database) -> None:
    steps: list[str] = []
    with pytest.raises(StoppedError):
        divide_villages(
            county,
            within=TOWNSHIPS[0],
            request=PlanRequest(),
            processes=1,
            progress=lambda step, _share: steps.append(step),
            is_stopped=lambda: "storing" in steps,
        )
    assert "storing" in steps
    assert count_generations(county) == 1


def test_a_village_that_can_not_be_divided_keeps_its_grids_and_says_why(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county.connect() as connection:
        connection.execute("DELETE FROM address WHERE public.ST_X(geom) < 118.81")
    done = divide(county, TOWNSHIPS[0])
    assert [one.grids for one in done.villages] == [0, 3]
    assert "import the addresses" in done.villages[0].fault
    # A fault of the engine in one village is told in the same way.
    finish = divide_many.finish_village

    def fail_for_one(ground, *rest):  # type: ignore[no-untyped-def]
        if ground.code == VILLAGES[2]:
            raise PlanError("not exact")
        return finish(ground, *rest)

    monkeypatch.setattr(divide_many, "finish_village", fail_for_one)
    again = divide(county, TOWNSHIPS[1])
    assert [(one.grids > 0, one.fault) for one in again.villages] == [(False, "not exact"), (True, "")]
    with pytest.raises(
        ConflictError, match=r"None of the 1 villages could be divided, so nothing was stored\. not exact"
    ):
        divide(county, VILLAGES[2])


def test_what_can_not_be_asked_for(county: Database) -> None:
    with pytest.raises(NotFoundError, match="no village in area 110000"):
        divide(county, "110000")
    with pytest.raises(InputError, match="as_is changes nothing"):
        divide(county, COUNTY, PlanRequest(start=Start.AS_IS))
    assert count_generations(county) == 1


def test_a_division_that_would_not_tile_is_refused_with_the_place(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = divide_many.store_plan_within

    def store_and_spoil(connection, draft, village, plan):  # type: ignore[no-untyped-def]
        store(connection, draft, village, plan)
        if village.code == VILLAGES[1]:
            # Eleven metres over the border to the village in the west.
            connection.execute(
                "UPDATE area SET geom = public.ST_Multi(public.ST_Union(geom, public.ST_MakeEnvelope(118.8099, 36.912,"
                " 118.811, 36.9125, 4490))) WHERE generation_id = %s AND level = 'small_grid' AND left(code, 12) = %s"
                " AND public.ST_Covers(geom, public.ST_SetSRID(public.ST_MakePoint(118.8101, 36.9122), 4490))",
                [draft, village.code],
            )

    monkeypatch.setattr(divide_many, "store_plan_within", store_and_spoil)
    with pytest.raises(ConflictError, match="would not tile the county") as refused:
        divide(county, TOWNSHIPS[0])
    fault = refused.value.faults[0]  # type: ignore[attr-defined]
    assert fault.kind == "overlap"
    assert {code[:12] for code in fault.codes} == {VILLAGES[0], VILLAGES[1]}
    assert np.hypot(fault.lon - 118.80995, fault.lat - 36.91225) < 0.0003
    # 0.0001 by 0.0005 degrees at 36.9 N: 8.9 m by 55.5 m.
    assert fault.area_m2 == pytest.approx(8.9 * 55.5, rel=0.02)
    assert count_generations(county) == 1
