"""What a draft of the list would change: counted right, and nothing stored."""

import csv
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS, make_list_rows
from gridmap.domain.responsibility.item import Duty, Item, Party, PartyRole
from gridmap.errors import InputError
from gridmap.services.dry_run import dry_run_items, write_changed
from gridmap.services.responsibility import import_items, list_versions, read_version
from gridmap.storage.database import Database
from gridmap.storage.files.sheets import write_sheet
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
INSERT = """
INSERT INTO incident (channel, item_code, title, reported_lon, reported_lat, datum, precision, reported_at)
SELECT 'hotline', code, 'x', 118.801 + 0.0379 * ((n * 37) %% 100) / 100, 36.901 + 0.018 * ((n * 53) %% 100) / 100,
       'cgcs2000', 'exact', %(until)s::timestamptz - n * interval '1 hour'
FROM generate_series(1, %(count)s) n
CROSS JOIN LATERAL (SELECT (ARRAY['A01', 'A02', 'A04', 'A05', 'B01'])[1 + n %% 5] AS code) AS c
"""


def list_state(database: Database) -> list[object]:
    with database.connect() as connection:
        found = []
        for table in ("incident", "incident_event", "outbox", "responsibility_list", "responsibility_item"):
            found += connection.execute(
                f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t".encode()
            ).fetchall()
    return found


@pytest.fixture(scope="module")
def county(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """1,000 incidents of 1,000 hours; a list that came in the middle of them, the same as the one before."""
    with module_database.connect() as connection:
        insert_small_county(connection)
    folder = tmp_path_factory.mktemp("lists")
    items = tuple(give_duties(item) for item in read_version(module_database)[1])
    write_sheet(folder / "middle.csv", LIST_COLUMNS, make_list_rows(items))
    import_items(module_database, folder / "middle.csv", effective_from=(UNTIL - timedelta(hours=500)).date())
    with module_database.connect() as connection:
        connection.execute(INSERT, {"until": UNTIL, "count": 1000})
        connection.execute("UPDATE incident SET extension = 1 WHERE id % 10 = 0")
    return module_database


def give_duties(item: Item) -> Item:
    return replace(item, parties=tuple(replace(party, duties=(Duty(1, "处置"),)) for party in item.parties))


def write(path: Path, items: tuple[Item, ...]) -> Path:
    write_sheet(path, LIST_COLUMNS, make_list_rows(items))
    return path


def make_draft(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Change the lead of A02, the limits of A01 (longer) and A04 (shorter); take A05 out, put B01 in."""
    by_code = {item.code: item for item in items}
    police = (Party(PartyRole.LEAD, "police", 1, (Duty(1, "捕捉"),)),)
    return (
        replace(by_code["A01"], limit=Limit(5, LimitUnit.WORKING_DAY)),
        replace(by_code["A02"], parties=police),
        by_code["A03"],
        replace(by_code["A04"], limit=Limit(2, LimitUnit.WORKING_HOUR)),
        replace(by_code["A01"], code="B01", limit=Limit(3, LimitUnit.WORKING_DAY)),
    )


def test_the_same_list_changes_nothing(county: Database, tmp_path: Path) -> None:
    before = list_state(county)
    answer = dry_run_items(county, write(tmp_path / "same.csv", read_version(county)[1]), days=90, until=UNTIL)
    assert (answer.incidents, len(answer.changed)) == (1000, 0)
    assert list_state(county) == before


def test_what_the_draft_does_not_move_is_counted_apart(county: Database, tmp_path: Path) -> None:
    items = read_version(county)[1]
    with county.connect() as connection:
        by_rule = dict(
            connection.execute(
                """
                SELECT id, lead_unit_id FROM incident
                WHERE id IN (SELECT min(id) FROM incident WHERE item_code IN ('A01', 'A02') GROUP BY item_code)
                """
            ).fetchall()
        )
        connection.execute(
            "UPDATE incident SET lead_unit_id = (SELECT id FROM unit WHERE code = 'U-WAT') WHERE id = ANY(%s)",
            [list(by_rule)],
        )
    same = dry_run_items(county, write(tmp_path / "same.csv", items), days=90, until=UNTIL)
    assert (same.differing_already, len(same.changed)) == (2, 0)
    police = tuple(
        replace(item, parties=(Party(PartyRole.LEAD, "police", 1, (Duty(1, "捕捉"),)),)) if item.code == "A02" else item
        for item in items
    )
    answer = dry_run_items(county, write(tmp_path / "police.csv", police), days=90, until=UNTIL)
    # The one of A01 stays where it was put; A02 has another lead now, also for the one that was given by hand.
    assert answer.differing_already == 1
    assert {one.item_code for one in answer.changed} == {"A02"}
    assert len({one.id for one in answer.changed} & set(by_rule)) == 1
    with county.connect() as connection:
        for key, unit_id in by_rule.items():
            connection.execute("UPDATE incident SET lead_unit_id = %s WHERE id = %s", [unit_id, key])


def test_what_would_change_is_what_does(county: Database, tmp_path: Path) -> None:
    draft = make_draft(read_version(county)[1])
    before = list_state(county)
    told: list[tuple[int, int]] = []
    path = write(tmp_path / "draft.csv", draft)
    answer = dry_run_items(county, path, days=90, until=UNTIL, progress=lambda done, total: told.append((done, total)))
    assert list_state(county) == before
    assert [version.name for version in list_versions(county)] == ["list", "middle"]
    assert told[-1] == (1000, 1000)
    assert answer.incidents == 1000
    by_item = Counter(one.item_code for one in answer.changed)
    # A01 and A04 have other limits; A02 another lead; A05 falls off the list and B01 comes on it.
    assert set(by_item) == {"A01", "A02", "A04", "A05", "B01"}
    assert by_item["A01"] == by_item["A04"] == by_item["A05"] == by_item["B01"] == 200
    assert {(move.item_code, move.new) for move in answer.count_moves() if move.item_code in {"A05", "B01"}} == {
        ("A05", "[item_not_in_list]"),
        ("B01", "U-POL"),
        ("B01", "U-PS1"),
    }
    assert answer.queued == 200
    assert answer.moved == sum(move.count for move in answer.count_moves()) == 400 + by_item["A02"]
    due = Counter((one.item_code, one.due_change) for one in answer.changed)
    assert due[("A01", 1)] == due[("A04", -1)] == 200
    assert due[("A05", 1)] == 200  # from one working day to the ordinary three
    assert (answer.later, answer.earlier) == (400, 200)
    # The oracle: the same list with the same first day in a copy of the rules, incident by incident.
    with county.connect() as connection:
        connection.execute("SELECT set_config('gridmap.dry_run', 'on', true)")
        with maintenance(connection):
            connection.execute("DELETE FROM incident_event")
        with maintenance(connection):
            connection.execute("UPDATE incident SET item_id = NULL")
        connection.execute("DELETE FROM responsibility_list")
        from gridmap.services.responsibility import store_items

        store_items(connection, draft, name="only", effective_from=date(2020, 1, 1), source="")
        connection.execute("UPDATE incident SET item_code = 'none'")
        connection.execute(
            "UPDATE incident SET item_code = (ARRAY['A01', 'A02', 'A04', 'A05', 'B01'])[1 + n % 5] FROM"
            " (SELECT id AS key, row_number() OVER (ORDER BY id) AS n FROM incident) AS x WHERE key = id"
        )
        really = {
            key: (unit or "", due)
            for key, unit, due in connection.execute(
                "SELECT i.id, u.code, i.due_at FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id"
            )
        }
        connection.rollback()
    for one in answer.changed:
        assert (one.new.unit_code, one.new.due_at) == really[one.id], one
    with county.connect() as connection:
        stored = {
            key: (unit or "", due)
            for key, unit, due in connection.execute(
                "SELECT i.id, u.code, i.due_at FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id"
            )
        }
    assert {key for key in stored if stored[key] != really[key]} == {one.id for one in answer.changed}
    out = tmp_path / "changed.csv"
    write_changed(out, answer)
    with out.open(encoding="utf-8-sig", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [int(row["incident_id"]) for row in written] == [one.id for one in answer.changed]
    assert Counter(row["new_queue"] for row in written)["item_not_in_list"] == 200


def test_the_period_and_the_faults(county: Database, tmp_path: Path) -> None:
    items = read_version(county)[1]
    draft = write(tmp_path / "draft.csv", make_draft(items))
    assert dry_run_items(county, draft, days=10, until=UNTIL).incidents == 240
    assert dry_run_items(county, draft, days=10, until=UNTIL - timedelta(days=200)).incidents == 0
    with pytest.raises(InputError, match="--days 0"):
        dry_run_items(county, draft, days=0)
    orphan = replace(items[0], parties=(replace(items[0].parties[0], role=PartyRole.ASSIST),))
    with pytest.raises(InputError, match="has no lead"):
        dry_run_items(county, write(tmp_path / "bad.csv", (orphan,)), until=UNTIL)


def test_many_incidents_in_their_time(county: Database, tmp_path: Path) -> None:
    draft = write(tmp_path / "draft.csv", make_draft(read_version(county)[1]))
    begun = time.perf_counter()
    answer = dry_run_items(county, draft, days=90, until=UNTIL)
    # 50,000 in less than a minute are 1.2 ms each.
    assert (time.perf_counter() - begun) / answer.incidents < 0.005
