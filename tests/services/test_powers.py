"""Powers in and out of the database; the rule in SQL beside the one in Python."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import psycopg
import pytest

from gridmap.domain.responsibility.powers import POWER_COLUMNS, Power, make_power_rows
from gridmap.domain.responsibility.powers import has_power as has_power_in_python
from gridmap.errors import InputError, NotFoundError
from gridmap.services.powers import export_powers, has_power, import_powers, list_ending_powers, list_powers
from gridmap.storage import powers as storage
from gridmap.storage.database import Database
from gridmap.storage.files.sheets import write_sheet
from tests.county import insert_small_county

POWERS = [
    Power("U-ENF", "A02", None, date(2026, 3, 31), False, "旧授权"),
    Power("U-ENF", "A02", date(2026, 5, 1), None, False, "续授权"),
    Power("U-POL", "A01", None, None, False, ""),
    Power("U-T01", "A02", date(2026, 4, 1), date(2026, 6, 30), True, "试点三个月"),
    Power("U-T01", "A03", date(2026, 4, 1), date(2026, 4, 1), False, ""),
]


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def write(path: Path, powers: list[Power]) -> Path:
    write_sheet(path, POWER_COLUMNS, make_power_rows(powers), title="powers")
    return path


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
def test_what_comes_in_goes_out(county: Database, tmp_path: Path, name: str) -> None:
    first = write(tmp_path / name, POWERS)
    assert import_powers(county, first).changed == 5
    again = tmp_path / f"again-{name}"
    assert export_powers(county, again) == 5
    assert again.read_bytes() == first.read_bytes()
    assert list_powers(county) == POWERS
    unchanged = import_powers(county, again)
    assert (unchanged.read, unchanged.changed, unchanged.warnings) == (5, 0, ())


def test_the_rule_in_sql_is_the_rule_in_python(county: Database, tmp_path: Path) -> None:
    import_powers(county, write(tmp_path / "p.csv", POWERS))
    days = [date(2026, 3, 30) + timedelta(days=offset) for offset in (0, 1, 2, 3, 31, 32, 33, 92, 93, 94, 4000)]
    held = set()
    with county.connect() as connection:
        for unit, item, day in product(["U-ENF", "U-POL", "U-T01", "U-T02", "none"], ["A01", "A02", "A03"], days):
            answer = storage.has_power(connection, unit, item, day)
            assert answer is has_power_in_python(POWERS, unit, item, day), (unit, item, day)
            assert bool(storage.list_powers(connection, unit_code=unit, item_code=item, day=day)) is answer
            if answer:
                held.add((unit, item, day))
    # By hand: U-T01 has A02 from 1 April to 30 June, both included, and A03 on 1 April alone.
    assert {day for unit, item, day in held if (unit, item) == ("U-T01", "A02")} == set(days[2:8])
    assert {day for unit, item, day in held if (unit, item) == ("U-T01", "A03")} == {date(2026, 4, 1)}
    assert {day for unit, item, day in held if unit == "U-ENF"} == {*days[:2], *days[5:]}
    assert {day for unit, item, day in held if unit == "U-POL"} == set(days)


def test_those_that_end_soon(county: Database, tmp_path: Path) -> None:
    import_powers(county, write(tmp_path / "p.csv", POWERS))

    def ending(today: date, days: int) -> list[tuple[str, str]]:
        return [(one.unit_code, one.item_code) for one in list_ending_powers(county, days=days, today=today)]

    assert ending(date(2026, 3, 1), 29) == []
    assert ending(date(2026, 3, 1), 30) == [("U-ENF", "A02")]
    # What begins later can't end yet; what ended is past.
    assert ending(date(2026, 4, 1), 0) == [("U-T01", "A03")]
    assert ending(date(2026, 4, 1), 90) == [("U-T01", "A03"), ("U-T01", "A02")]
    assert ending(date(2026, 7, 1), 9000) == []


def test_taking_a_power_back(county: Database, tmp_path: Path) -> None:
    import_powers(county, write(tmp_path / "p.csv", POWERS))
    back = Power("U-POL", "A01", None, date(2026, 8, 31), False, "收回")
    done = import_powers(county, write(tmp_path / "back.csv", [back]))
    assert (done.read, done.changed) == (1, 1)
    assert has_power(county, "U-POL", "A01", date(2026, 8, 31))
    assert not has_power(county, "U-POL", "A01", date(2026, 9, 1))
    with county.connect() as connection:
        versions = connection.execute("SELECT version, count(*) FROM unit_power GROUP BY 1 ORDER BY 1").fetchall()
    assert versions == [(1, 4), (2, 1)]


def test_a_refused_file_stores_nothing(county: Database, tmp_path: Path) -> None:
    import_powers(county, write(tmp_path / "p.csv", POWERS[:1]))
    bad = [Power("U-XX", "A01"), Power("U-ENF", "A02", date(2026, 3, 31), None), Power("U-T02", "A99")]
    with pytest.raises(InputError, match=r"(?s)2 faults.*row 2, unit_code: there is no unit U-XX.*row 3, first_day"):
        import_powers(county, write(tmp_path / "bad.csv", bad))
    assert list_powers(county) == POWERS[:1]
    assert "A99 is not on the current list" in (tmp_path / "bad.rejects.csv").read_text(encoding="utf-8-sig")
    assert [str(fault.column) for fault in import_powers(county, write(tmp_path / "w.csv", bad[2:])).warnings] == [
        "item_code"
    ]
    with pytest.raises(NotFoundError, match="no unit U-XX"):
        list_powers(county, unit_code="U-XX")


def test_no_door_lets_powers_overlap(county: Database, tmp_path: Path) -> None:
    import_powers(county, write(tmp_path / "p.csv", POWERS))
    insert = (
        "INSERT INTO unit_power (unit_id, item_code, valid_from, valid_to) SELECT id, 'A02', %s, %s FROM unit"
        " WHERE code = 'U-ENF'"
    )
    with (
        county.connect() as connection,
        pytest.raises(psycopg.errors.ExclusionViolation, match="U-ENF has item A02 twice"),
    ):
        connection.execute(insert, [date(2026, 3, 31), date(2026, 4, 2)])
    with county.connect() as connection:
        connection.execute(insert, [date(2026, 4, 1), date(2026, 5, 1)])
    with county.connect() as connection, pytest.raises(psycopg.errors.ExclusionViolation):
        connection.execute("UPDATE unit_power SET valid_to = 'infinity' WHERE valid_from = '2026-04-01'")
