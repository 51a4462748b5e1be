"""The responsibility list in and out of the database: versions that never change, files that come back as they were."""

import csv
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS, make_list_rows
from gridmap.domain.responsibility.item import Duty, Item, Level, Party, PartyRole
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.services.responsibility import (
    compare_versions,
    export_items,
    find_item,
    import_items,
    list_versions,
    read_version,
)
from gridmap.storage.database import Database
from gridmap.storage.files.sheets import write_sheet
from tests.county import insert_small_county
from tests.domain.responsibility.lists import ITEMS


@pytest.fixture
def county(fresh_database: Database) -> Database:
    """The small county: its list "list" holds from 2020 on; a unit of each type that the lists of these tests name."""
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def write(path: Path, items: tuple[Item, ...] = ITEMS) -> Path:
    write_sheet(path, LIST_COLUMNS, make_list_rows(items))
    return path


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_what_comes_in_goes_out_byte_for_byte(county: Database, tmp_path: Path, name: str) -> None:
    first = write(tmp_path / name)
    done = import_items(county, first, name="2026", effective_from=date(2026, 1, 1))
    assert (done.version.name, done.version.effective_from, done.version.item_count) == ("2026", date(2026, 1, 1), 2)
    assert (done.duties, done.warnings, done.earlier_incidents) == (5, (), 0)
    assert read_version(county, name="2026") == (done.version, ITEMS)
    again = tmp_path / f"again-{name}"
    assert export_items(county, again, name="2026") == 2
    assert again.read_bytes() == first.read_bytes()
    if name == "list.xlsx":
        time.sleep(1.1)  # a workbook holds the second of its writing, unless that is taken out
        export_items(county, again, name="2026")
        assert again.read_bytes() == first.read_bytes()
    import_items(county, again, name="2027", effective_from=date(2027, 1, 1))
    assert read_version(county, name="2027")[1] == ITEMS
    assert compare_versions(county, "2026", "2027").is_empty


def test_gb18030_and_chinese_words_and_titles(county: Database, tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    text = (
        "事项编码,类别,事项名称,主责层级,时限,时限单位,角色,单位类型,职责\r\n"
        "007,环境,秸秆焚烧,镇街,2,工作时,牵头,township,到场灭火\r\n,,,,,,,,落实看护\r\n,,,,,,配合,enforcement,\r\n"
    )
    path.write_bytes(text.encode("gb18030"))
    import_items(county, path, effective_from=date(2026, 1, 1))
    parties = (
        Party(PartyRole.LEAD, "township", 1, (Duty(1, "到场灭火"), Duty(2, "落实看护"))),
        Party(PartyRole.ASSIST, "enforcement", 1),
    )
    hours = Limit(2, LimitUnit.WORKING_HOUR)
    assert find_item(county, "007", name="清单") == Item("007", "环境", "秸秆焚烧", Level.TOWNSHIP, hours, parties)


def test_a_refused_list_leaves_nothing_but_its_faults(county: Database, tmp_path: Path) -> None:
    path = tmp_path / "draft.csv"
    rows = make_list_rows(ITEMS)
    rows[0][LIST_COLUMNS.index("limit_unit")] = ""
    rows[5][LIST_COLUMNS.index("role")] = "assist"
    rows[5][LIST_COLUMNS.index("unit_type")] = "navy"
    write_sheet(path, LIST_COLUMNS, rows)
    before = path.read_bytes()
    with pytest.raises(InputError) as told:
        import_items(county, path)
    assert "draft.csv: 2 faults, nothing was stored." in str(told.value)
    assert "row 2, limit_unit: the limit 3 has no unit" in str(told.value)
    assert "row 7, role: item 0102 has no lead" in str(told.value)
    assert [version.name for version in list_versions(county)] == ["list"]
    with (tmp_path / "draft.rejects.csv").open(encoding="utf-8-sig", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [(row["row"], row["column"], row["outcome"], row["given_code"]) for row in written] == [
        ("2", "limit_unit", "fault", "0101"),
        ("7", "role", "fault", "0102"),
        ("7", "unit_type", "warning", "0102"),
    ]
    with pytest.raises(InputError, match=r"They could not be written to a file: .*is read from"):
        import_items(county, path, rejects=path)
    assert path.read_bytes() == before


def test_versions_by_name_and_day(county: Database, tmp_path: Path) -> None:
    import_items(county, write(tmp_path / "2026.csv"), effective_from=date(2026, 7, 1))
    longer = replace(ITEMS[0], limit=Limit(5, LimitUnit.WORKING_DAY))
    import_items(county, write(tmp_path / "2027.csv", (longer,)), effective_from=date(2027, 1, 1))
    names = {
        day: read_version(county, day=day)[0].name
        for day in (date(2010, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    }
    assert list(names.values()) == ["list", "list", "2026", "2026", "2027"]
    found = compare_versions(county, "2026", "2027")
    assert [item.code for item in found.removed] == ["0102"]
    assert [str(change.field) for change in found.changed[0].changes] == ["limit"]
    for name, day, said in (
        (
            "2026",
            date(2028, 1, 1),
            "named 2026, effective from 2026-07-01: a version never changes, give another --name",
        ),
        ("other", date(2026, 7, 1), "list 2026 is effective from 2026-07-01 already: .* give another --effective-from"),
    ):
        with pytest.raises(ConflictError, match=said):
            import_items(county, tmp_path / "2026.csv", name=name, effective_from=day)
    with pytest.raises(NotFoundError, match="there are: list, 2026, 2027"):
        read_version(county, name="1999")
    with pytest.raises(NotFoundError, match="2027 has no item 0102"):
        find_item(county, "0102", name="2027")
    with pytest.raises(InputError, match="not both"):
        read_version(county, name="2026", day=date(2026, 1, 1))


def insert_incident(database: Database, item_code: str, reported_at: str) -> int:
    with database.connect() as connection:
        row = connection.execute(
            """
            INSERT INTO incident (channel, item_code, title, reported_lon, reported_lat, datum, precision, reported_at)
            VALUES ('hotline', %s, 'x', 118.805, 36.915, 'cgcs2000', 'exact', %s) RETURNING id
            """,
            [item_code, reported_at],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_an_incident_keeps_the_version_of_its_day_and_that_version_stays(county: Database, tmp_path: Path) -> None:
    item = read_version(county)[1][0]
    changed = replace(item, limit=Limit(9, LimitUnit.WORKING_DAY))
    # 23:30 UTC on 30 June is 1 July in the county.
    old = insert_incident(county, item.code, "2026-06-30 15:30Z")
    import_items(county, write(tmp_path / "new.csv", (changed,)), effective_from=date(2026, 7, 1))
    new = insert_incident(county, item.code, "2026-06-30 16:30Z")
    with county.connect() as connection:
        limits = connection.execute(
            "SELECT i.id, r.limit_value FROM incident i JOIN responsibility_item r ON r.id = i.item_id ORDER BY i.id"
        ).fetchall()
    assert [(key, int(value)) for key, value in limits] == [(old, 3), (new, 9)]
    late = import_items(county, write(tmp_path / "late.csv", (item,)), effective_from=date(2026, 6, 30))
    assert late.earlier_incidents == 1
    for statement in (
        "UPDATE responsibility_item SET limit_value = 1 WHERE code = 'A01'",
        "UPDATE responsibility_list SET effective_from = effective_from + 1",
        "UPDATE responsibility_duty SET duty = 'x'",
        "UPDATE responsibility_party SET position = position + 1",
        "DELETE FROM responsibility_duty",
        "DELETE FROM responsibility_party",
    ):
        with county.connect() as connection, pytest.raises(psycopg.errors.RestrictViolation, match="ever changes"):
            connection.execute(statement.encode())
    with county.connect() as connection:
        # The complement: a list that no incident came under.
        connection.execute("DELETE FROM responsibility_list WHERE name = 'late'")


def test_a_duty_brings_its_party(county: Database) -> None:
    with county.connect() as connection:
        found = connection.execute(
            """
            SELECT p.role, p.unit_type, p.position FROM responsibility_party p
            JOIN responsibility_item i ON i.id = p.item_id WHERE i.code = 'A05' ORDER BY p.role
            """
        ).fetchall()
        connection.execute(
            """
            INSERT INTO responsibility_duty (item_id, role, unit_type, number, duty)
            SELECT id, 'assist', unnest(ARRAY['water', 'police', 'water']), unnest(ARRAY[1, 2, 3]), 'x'
            FROM responsibility_item WHERE code = 'A05'
            """
        )
    assert found == [("assist", "enforcement", 1), ("lead", "township", 1)]
    item = find_item(county, "A05")
    assert [(party.unit_type, party.position, len(party.duties)) for party in item.list_parties(PartyRole.ASSIST)] == [
        ("enforcement", 1, 0),
        ("water", 2, 2),
        ("police", 3, 1),
    ]


def make_big_list(count: int, *, duties: int = 13) -> tuple[Item, ...]:
    """Make so many items; each with as many duties, of one or two leads and an assistant."""
    made = []
    for number in range(count):
        texts = [Duty(at, f"第{at}项职责：{number}号事项的巡查、处置与回访") for at in range(1, duties + 1)]
        leads = [Party(PartyRole.LEAD, "enforcement", 1, tuple(texts[: duties - 5]), "", "值班室", "0000-1")]
        if number % 4 == 0:
            leads.append(Party(PartyRole.LEAD, "police", 2))
        assistant = Party(
            PartyRole.ASSIST, "township", 1, tuple(Duty(d.number - duties + 5, d.text) for d in texts[-5:])
        )
        level = Level.COUNTY if number < count * 503 // 627 else Level.TOWNSHIP
        limit = Limit(float(1 + number % 5), LimitUnit.WORKING_DAY)
        made.append(Item(f"{number:04d}", f"第{number % 17}类", f"事项{number}", level, limit, (*leads, assistant)))
    return tuple(made)


def test_lists_of_the_published_sizes(county: Database, tmp_path: Path) -> None:
    for year, count in enumerate([125, 71, 68, 627, 1000], start=2026):
        items = make_big_list(count)
        path = write(tmp_path / f"big{count}{'.xlsx' if count == 125 else '.csv'}", items)
        begun, wall = time.process_time(), time.perf_counter()
        done = import_items(county, path, effective_from=date(year, 1, 1))
        assert time.process_time() - begun < 5
        assert time.perf_counter() - wall < 15  # 5 s on a machine of its own
        assert (done.version.item_count, done.duties) == (count, count * 13)
        assert read_version(county, name=path.stem)[1] == items
    assert sum(item.level is Level.COUNTY for item in make_big_list(627)) == 503
