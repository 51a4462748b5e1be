"""The rules at the table: the same state by every door, and change, number and notification in one transaction."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors as pg_errors

from gridmap.domain.report import RecordedReport
from gridmap.services.intake import take_in_rows
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import COLUMNS, TOWNSHIPS, VILLAGES, insert_small_county

RULED = """generation_id, area_id, small_grid, large_grid, village, township, special_grid, placement,
    round(margin_m::numeric, 6), item_id, lead_unit_id, lead_rule, jurisdiction_id, near_due_at, due_at, twice_due_at,
    is_provisional, status, resolved_at, version, public.ST_AsText(geom)"""
REPORTED_AT = datetime(2026, 9, 30, 7, 0, tzinfo=UTC)  # Wednesday 15:00 before National Day


@pytest.fixture
def county(connection: Connection) -> Connection:
    insert_small_county(connection)
    return connection


@pytest.fixture
def committed_county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def insert(connection: Connection, **values: object) -> int:
    """Insert as psql would: the columns that somebody names, nothing else."""
    row = {
        "item_code": "A02",
        "reported_lon": 118.805,
        "reported_lat": 36.915,
        "reported_at": REPORTED_AT,
        **values,
    }
    columns, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    found = connection.execute(
        f"INSERT INTO gridmap.incident ({columns}) VALUES ({marks}) RETURNING id", row
    ).fetchone()
    assert found is not None
    return int(found[0])


def read(connection: Connection, incident_id: int, columns: str) -> tuple[object, ...]:
    row = connection.execute(f"SELECT {columns} FROM gridmap.incident WHERE id = %s", [incident_id]).fetchone()
    assert row is not None
    return row


def test_an_insert_is_placed_routed_and_timed(county: Connection) -> None:
    row = read(county, insert(county), "small_grid, large_grid, village, township, placement, lead_rule, due_at")
    village = VILLAGES[0]
    # Three working days from 30 September 15:00 are over on Saturday 10 October, a make-up day.
    due = datetime(2026, 10, 10, 7, 0, tzinfo=UTC)
    assert row == (f"{village}001", f"{village}D01", village, TOWNSHIPS[0], "inside", "county", due)


@pytest.mark.parametrize(
    ("lon", "lat", "item", "unit", "rule"),
    [
        (118.805, 36.915, "A01", "U-PS1", "jurisdiction"),
        (118.835, 36.915, "A01", "U-POL", "county"),  # the station's gap: the bureau
        (118.805, 36.915, "A02", "U-ENF", "county"),
        (118.825, 36.915, "A02", "U-ENF", "jurisdiction"),
        (118.805, 36.915, "A04", "U-WAT", "county"),
        (118.805, 36.915, "A05", "U-T01", "township"),
        (118.835, 36.905, "A05", "U-T02", "township"),
        (118.805, 36.915, "Z99", None, "item_not_in_list"),
        (118.805, 36.915, None, None, "item_not_in_list"),
        (118.900, 36.915, "A05", None, "no_unit"),  # off the county no township leads
    ],
)
def test_the_lead_follows_item_and_place(
    county: Connection, lon: float, lat: float, item: str | None, unit: str | None, rule: str
) -> None:
    incident_id = insert(county, reported_lon=lon, reported_lat=lat, item_code=item)
    columns = "(SELECT code FROM gridmap.unit WHERE id = lead_unit_id), lead_rule"
    assert read(county, incident_id, columns) == (unit, rule)


def test_an_imprecise_point_says_nothing_about_a_jurisdiction(county: Connection) -> None:
    row = read(
        county, insert(county, item_code="A01", precision="village"), "lead_rule, small_grid, village, placement"
    )
    assert row == ("county", None, VILLAGES[0], "imprecise")


def test_a_matter_on_no_list_has_the_ordinary_limit(county: Connection) -> None:
    one, other = insert(county, item_code="Z99"), insert(county, item_code="A02")
    assert read(county, one, "near_due_at, due_at, twice_due_at") == read(
        county, other, "near_due_at, due_at, twice_due_at"
    )


def test_a_shared_border_counts_for_the_lower_code(county: Connection) -> None:
    row = read(county, insert(county, reported_lon=COLUMNS[1]), "small_grid, placement, margin_m")
    assert row == (f"{VILLAGES[0]}001", "border", 0.0)


def test_what_lies_in_no_grid_is_kept(county: Connection) -> None:
    row = read(county, insert(county, reported_lon=119.5), "placement, area_id, village, due_at IS NOT NULL")
    assert row == ("outside", None, None, True)
    row = read(county, insert(county, reported_lon=None, reported_lat=None), "placement, geom, lead_rule")
    assert row == ("outside", None, "county")


def test_a_due_time_in_an_unpublished_year_is_provisional(county: Connection) -> None:
    late = datetime(2026, 12, 30, 7, tzinfo=UTC)
    assert read(county, insert(county, reported_at=late), "is_provisional") == (True,)
    # Its last working second is the last of the published year: the calendar reaches exactly to it.
    last = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert read(county, insert(county, item_code="A04", reported_at=last), "is_provisional") == (False,)
    later = last + timedelta(seconds=1)
    assert read(county, insert(county, item_code="A04", reported_at=later), "is_provisional") == (True,)


@pytest.mark.parametrize("path", ["", "public", "pg_catalog, gridmap", "gridmap, public"])
def test_any_search_path_ends_in_the_same_state(committed_county: Database, path: str) -> None:
    with committed_county.connect() as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", [path])
        incident_id = insert(connection)
        read_back = read(connection, incident_id, "small_grid, lead_rule, placement, due_at IS NOT NULL")
        assert read_back == (f"{VILLAGES[0]}001", "county", "inside", True)
        connection.execute("UPDATE gridmap.incident SET status = 'rejected' WHERE id = %s", [incident_id])
        with maintenance(connection):
            connection.execute("DELETE FROM gridmap.incident WHERE id = %s", [incident_id])


def test_api_import_and_sql_end_in_the_same_state(committed_county: Database) -> None:
    points = [(118.805, 36.915, "cgcs2000"), (118.81, 36.91, "wgs84"), (118.82, 36.905, "gcj02"), (118.9, 36.9, "bd09")]
    for index, (lon, lat, datum) in enumerate(points):
        row = {
            "channel": "hotline",
            "item_code": "A01",
            "title": "噪声",
            "lon": lon,
            "lat": lat,
            "datum": datum,
            "precision": "building",
            "reported_at": REPORTED_AT.isoformat(),
        }
        closed = {"status": "resolved", "resolved_at": "2026-10-08T08:00:00Z"}
        live = take_in_rows(committed_county, [row]).accepted[0].incident_id
        record = take_in_rows(committed_county, [{**row, **closed}], model=RecordedReport).accepted[0].incident_id
        with committed_county.connect() as connection:
            by_hand = {
                "item_code": "A01",
                "reported_lon": lon,
                "reported_lat": lat,
                "datum": datum,
                "precision": "building",
            }
            by_sql = insert(connection, **by_hand)
            closed_by_sql = insert(connection, **by_hand, **closed)
            assert read(connection, live, RULED) == read(connection, by_sql, RULED), index
            assert read(connection, record, RULED) == read(connection, closed_by_sql, RULED), index


def test_a_point_given_as_geometry_is_enough(county: Connection) -> None:
    row = county.execute(
        """
        INSERT INTO gridmap.incident (item_code, geom)
        VALUES ('A01', public.ST_SetSRID(public.ST_MakePoint(118.805, 36.915), 4490))
        RETURNING reported_lon, reported_lat, datum, small_grid
        """
    ).fetchone()
    assert row == (118.805, 36.915, "cgcs2000", f"{VILLAGES[0]}001")


def test_a_moved_incident_is_placed_and_routed_anew(county: Connection) -> None:
    incident_id = insert(county, item_code="A05")
    county.execute("UPDATE gridmap.incident SET reported_lon = 118.835 WHERE id = %s", [incident_id])
    row = read(county, incident_id, "village, (SELECT code FROM gridmap.unit WHERE id = lead_unit_id), version")
    assert row == (VILLAGES[3], "U-T02", 2)
    point = "public.ST_SetSRID(public.ST_MakePoint(118.815, 36.905), 4490)"
    county.execute(f"UPDATE gridmap.incident SET geom = {point} WHERE id = %s", [incident_id])
    row = read(county, incident_id, "small_grid, reported_lon, version")
    assert row == (f"{VILLAGES[1]}002", 118.815, 3)
    # Beside each move the history keeps the former point, as a correction.
    kinds = county.execute("SELECT kind FROM gridmap.incident_event WHERE incident_id = %s ORDER BY id", [incident_id])
    assert sorted(row[0] for row in kinds) == ["clock", "clock", "moved", "moved", "reported"]


def test_status_closes_and_opens_the_clock(county: Connection) -> None:
    incident_id = insert(county, status="handling")
    before = read(county, incident_id, "due_at, small_grid, lead_unit_id")
    county.execute("UPDATE gridmap.incident SET status = 'resolved' WHERE id = %s", [incident_id])
    assert read(county, incident_id, "resolved_at IS NOT NULL, version") == (True, 2)
    county.execute("UPDATE gridmap.incident SET status = 'reopened' WHERE id = %s", [incident_id])
    assert read(county, incident_id, "resolved_at IS NULL, version") == (True, 3)
    assert read(county, incident_id, "due_at, small_grid, lead_unit_id") == before
    rows = county.execute(
        "SELECT from_status, to_status FROM gridmap.incident_event "
        "WHERE incident_id = %s AND kind <> 'clock' ORDER BY id",
        [incident_id],
    ).fetchall()
    assert rows == [(None, "handling"), ("handling", "resolved"), ("resolved", "reopened")]


def test_the_history_of_a_record_claims_only_what_is_known(county: Connection) -> None:
    closed_at = datetime(2026, 10, 9, 1, tzinfo=UTC)
    read_events = (
        "SELECT at, kind, from_status, to_status FROM gridmap.incident_event WHERE incident_id = %s ORDER BY id"
    )
    on_its_way, closed = insert(county, status="dispatched"), insert(county, status="verified", resolved_at=closed_at)
    assert county.execute(read_events, [on_its_way]).fetchall() == [(REPORTED_AT, "reported", None, "dispatched")]
    assert county.execute(read_events, [closed]).fetchall() == [
        (REPORTED_AT, "reported", None, "reported"),
        (closed_at, "status", "reported", "verified"),
    ]


def test_an_update_that_changes_nothing_is_no_change(county: Connection) -> None:
    incident_id = insert(county)
    before = county.execute("SELECT count(*) FROM gridmap.outbox").fetchone()
    county.execute("UPDATE gridmap.incident SET status = status WHERE id = %s", [incident_id])
    assert county.execute("SELECT count(*) FROM gridmap.outbox").fetchone() == before
    assert read(county, incident_id, "version") == (1,)


def test_history_outbox_and_rows_are_written_together(committed_county: Database) -> None:
    with committed_county.connect() as writer, committed_county.connect(autocommit=True) as reader:
        reader.execute("LISTEN gridmap")
        seen = "SELECT count(*), count(*) FILTER (WHERE subject = 'incident') FROM gridmap.outbox"
        before = reader.execute(seen).fetchone()
        incident_id = insert(writer)
        assert reader.execute(seen).fetchone() == before
        assert list(reader.notifies(timeout=0.2)) == [], "told before the commit"
        writer.commit()
        assert len(list(reader.notifies(timeout=5, stop_after=1))) == 1
        row = reader.execute("SELECT xid IS NOT NULL, subject_id FROM gridmap.outbox ORDER BY revision DESC LIMIT 1")
        assert row.fetchone() == (True, incident_id)


def test_a_rollback_leaves_nothing(committed_county: Database) -> None:
    with committed_county.connect() as writer, committed_county.connect(autocommit=True) as reader:
        reader.execute("LISTEN gridmap")
        counts = """SELECT (SELECT count(*) FROM gridmap.incident), (SELECT count(*) FROM gridmap.incident_event),
            (SELECT count(*) FROM gridmap.outbox)"""
        before = reader.execute(counts).fetchone()
        insert(writer)
        writer.rollback()
        assert reader.execute(counts).fetchone() == before
        assert list(reader.notifies(timeout=0.2)) == []


def test_a_batch_is_announced_once_and_each_row_numbered(committed_county: Database) -> None:
    with committed_county.connect(autocommit=True) as reader:
        reader.execute("LISTEN gridmap")
        with committed_county.connect() as writer:
            writer.execute(
                """
                INSERT INTO gridmap.incident (item_code, reported_lon, reported_lat)
                SELECT 'A01', 118.80 + 0.0004 * n, 36.915 FROM generate_series(1, 90) n
                """
            )
        assert len(list(reader.notifies(timeout=1))) == 1
        row = reader.execute(
            "SELECT count(DISTINCT subject_id) FROM gridmap.outbox WHERE subject = 'incident'"
        ).fetchone()
        assert row == (90,)


def test_a_deleted_incident_is_told_too(county: Connection) -> None:
    incident_id = insert(county)
    with maintenance(county):
        county.execute("DELETE FROM gridmap.incident WHERE id = %s", [incident_id])
    row = county.execute("SELECT subject_id FROM gridmap.outbox ORDER BY revision DESC LIMIT 1").fetchone()
    assert row == (incident_id,)


@pytest.mark.parametrize(
    "values",
    [
        {"reported_lat": None},
        {"reported_lon": 181.0},
        {"reported_lat": float("nan")},
        {"datum": "wgs72"},
        {"precision": "roughly"},
        {"reported_at": "infinity"},
        {"reported_at": "-infinity"},
        {"status": "lost"},
        {"channel": "pigeon"},
    ],
)
def test_the_table_refuses_what_makes_no_sense(county: Connection, values: dict[str, object]) -> None:
    with pytest.raises((pg_errors.IntegrityError, psycopg.DataError)):
        insert(county, **values)


def test_coordinates_that_are_taken_back_leave_no_point(county: Connection) -> None:
    incident_id = insert(county)
    county.execute("UPDATE gridmap.incident SET reported_lon = NULL, reported_lat = NULL WHERE id = %s", [incident_id])
    row = county.execute(
        "SELECT geom, small_grid, placement FROM gridmap.incident WHERE id = %s", [incident_id]
    ).fetchone()
    assert row == (None, None, "outside")


@pytest.mark.parametrize("instant", ["1900-01-01Z", "2003-12-31Z", "2300-01-01Z", "infinity"])
def test_an_instant_outside_every_calendar_is_refused(county: Connection, instant: str) -> None:
    with pytest.raises(pg_errors.CheckViolation, match="reported_at"):
        county.execute("INSERT INTO gridmap.incident (reported_at) VALUES (%s)", [instant])
