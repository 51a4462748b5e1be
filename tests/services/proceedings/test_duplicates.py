"""Duplicates and merging on a real database; distances against pyproj, an independent oracle."""

from datetime import timedelta

import pytest
from psycopg import errors as pg_errors
from pyproj import Geod

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import Precision
from gridmap.domain.life_cycle import Action
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.services.proceedings.find_duplicates import Duplicate, find_duplicates, find_duplicates_of_report
from gridmap.services.proceedings.merge_incident import list_merged, merge_incident, unmerge_incident
from gridmap.storage.database import Connection, Database
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of, version_of

LON, LAT = 118.805, 36.905
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GEOD = Geod(ellps="GRS80")


def move(metres: float, azimuth: float = 0) -> dict[str, float]:
    lon, lat, _ = GEOD.fwd(LON, LAT, azimuth, metres)
    return {"reported_lon": lon, "reported_lat": lat}


def ids_of(found: list[Duplicate]) -> list[int]:
    return [one.incident.id for one in found]


def test_the_nearest_and_the_most_alike_first(held: Database, report: Report) -> None:
    one = report(title="流浪犬扰民")
    near = report(**move(20), title="路灯不亮")
    same = report(**move(20, 90), title="有流浪犬扰民")
    far = report(**move(150), title="流浪犬扰民")
    found = find_duplicates(held, one)
    assert ids_of(found) == [same, near, far]
    assert [one.incident.distance_m for one in found] == pytest.approx([20, 20, 150], rel=1e-3)
    scores = [one.likeness.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert find_duplicates(held, same)[0].incident.id == one


@pytest.mark.parametrize("azimuth", range(0, 360, 45))
def test_the_distance_is_in_metres_all_round(held: Database, report: Report, azimuth: int) -> None:
    one = report()
    inside = report(**move(199.5, azimuth))
    report(**move(200.5, azimuth))
    assert ids_of(find_duplicates(held, one)) == [inside]


def test_what_is_not_the_same_matter_is_not_offered(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    report(item_code="A01")
    report(reported_at=MONDAY - 7 * DAY - HOUR)
    report(precision="village")
    report(reported_lon=None, reported_lat=None)
    rejected = report()
    do(desk, rejected, Action.REJECT, "op", at=MONDAY + HOUR, reason="r")
    old = report(reported_at=MONDAY - 7 * DAY)
    assert ids_of(find_duplicates(held, one)) == [old]
    # Thousands share a centroid: one without a good point has no neighbours.
    assert find_duplicates(held, report(precision="township")) == []
    assert find_duplicates(held, report(reported_lon=None, reported_lat=None)) == []
    with pytest.raises(NotFoundError):
        find_duplicates(held, 10**12)
    with pytest.raises(NotFoundError):
        find_duplicates(held, 2**70)


def test_distance_and_days_are_settings(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report(**move(300), reported_at=MONDAY - 9 * DAY)
    assert find_duplicates(held, one) == []
    desk.execute("UPDATE setting SET value = '301' WHERE name = 'duplicate_distance_m'")
    assert find_duplicates(held, one) == []
    desk.execute("UPDATE setting SET value = '9' WHERE name = 'duplicate_days'")
    assert ids_of(find_duplicates(held, one)) == [other]


def test_a_report_is_compared_before_it_is_stored(held: Database, desk: Connection, report: Report) -> None:
    one = report(title="犬只扰民")
    before = desk.execute("SELECT count(*) FROM incident").fetchone()

    def find(lon: float, lat: float, datum: Datum, precision: Precision = Precision.EXACT) -> list[Duplicate]:
        return find_duplicates_of_report(
            held, item_code="A02", lon=lon, lat=lat, datum=datum, precision=precision, title="犬", reported_at=MONDAY
        )

    (found,) = find(LON, LAT, Datum.CGCS2000)
    assert (found.incident.id, found.incident.distance_m) == (one, pytest.approx(0, abs=1e-6))
    # The same numbers in GCJ-02 are a place half a kilometre away.
    assert find(LON, LAT, Datum.GCJ02) == []
    assert find(LON, LAT, Datum.CGCS2000, Precision.TOWNSHIP) == []
    assert desk.execute("SELECT count(*) FROM incident").fetchone() == before


def test_merging_keeps_both_and_can_be_undone(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(title="甲"), report(title="乙")
    do(desk, one, Action.ACCEPT, "op", at=MONDAY + HOUR, evidence=("来电录音", "照片"))
    done = merge_incident(
        held, one, other, actor="op", expected_version=version_of(desk, one), reason="同一事件", at=MONDAY + 2 * HOUR
    )
    assert (done.to_status, status_of(desk, other)) == ("merged", "reported")
    (merged,) = list_merged(held, other)
    assert (merged.id, merged.merged_into_id, merged.title) == (one, other, "甲")
    assert merged.evidence == ["来电录音", "照片"]
    assert find_duplicates(held, other) == []
    with pytest.raises(InputError, match="merged into"):
        merge_incident(held, report(), one, actor="op", expected_version=1)
    with pytest.raises(InputError, match="reason"):
        unmerge_incident(held, one, actor="op", expected_version=done.version, reason="")
    with pytest.raises(ConflictError, match="not merged"):
        unmerge_incident(held, other, actor="op", expected_version=1, reason="r")
    undone = unmerge_incident(
        held, one, actor="op", expected_version=done.version, reason="不是同一事件", at=MONDAY + 3 * HOUR
    )
    assert undone.to_status == "reopened"
    assert list_merged(held, other) == []
    # An hour in which it was closed is not counted against anybody.
    moved = desk.execute("SELECT merged_into_id, stopped_s, due_at FROM incident WHERE id = %s", [one]).fetchone()
    assert moved == (None, 3600, MONDAY + 3 * DAY + HOUR)


def test_a_chain_ends_in_one_and_no_circle_is_made(held: Database, desk: Connection, report: Report) -> None:
    first, second, third = report(), report(), report()
    do(desk, first, Action.MERGE, "op", at=MONDAY + HOUR, other_incident_id=second)
    do(desk, second, Action.MERGE, "op", at=MONDAY + 2 * HOUR, other_incident_id=third)
    assert {one.id for one in list_merged(held, third)} == {first, second}
    assert {one.id for one in list_merged(held, second)} == {first}
    # By SQL too: whatever the door.
    with pytest.raises(pg_errors.CheckViolation, match="is itself merged into"), desk.transaction():
        desk.execute("UPDATE incident SET status = 'merged', merged_into_id = %s WHERE id = %s", [first, third])
    with pytest.raises(pg_errors.CheckViolation, match="merged into"), desk.transaction():
        desk.execute("UPDATE incident SET merged_into_id = id WHERE id = %s", [third])
