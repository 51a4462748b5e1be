"""`gridmap due`: one start and whole files, without a database, and every fault."""

import csv
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.services.due import DueOptions, find_due, make_calendar


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["due", *map(str, arguments)])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["2026-09-30T15:00", "--working-days", 3], "2026-10-10T15:00:00+08:00"),
        (["2026-09-30T07:00Z", "--working-days", 3], "2026-10-10T15:00:00+08:00"),
        (["2026-09-30 15:00", "--working-hours", 2.5, "--hours", "08:30-17:00"], "2026-10-08T09:00:00+08:00"),
        (["2026-09-30", "--calendar-days", 3], "2026-10-03T00:00:00+08:00"),
        (["2026-11-23T15:00", "--working-days", 3, "--convention", "civil-code"], "2026-11-27T00:00:00+08:00"),
        (
            ["2026-11-23T15:00", "--working-days", 3, "--rule", "ends-at=close", "--rule", "report-day=counted"],
            "2026-11-26T00:00:00+08:00",
        ),
        (["2026-11-23T15:00:00.25", "--working-days", 1], "2026-11-24T15:00:00.250000+08:00"),
    ],
)
def test_one_start(arguments: list[object], answer: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (0, f"{answer}\n"), result.stderr


def test_stages_are_lines_of_their_own() -> None:
    stages = ["--stage", "停工=4 working_hour", "--stage", "year end=30 working_day"]
    done = run("2026-11-23T15:00", "--working-days", 7, "--hours", "08:30-17:30", *stages)
    assert done.stdout.splitlines() == [
        "2026-12-02T15:00:00+08:00",
        "停工: 2026-11-24T10:00:00+08:00",
        "year end: 2027-01-04T15:00:00+08:00 (provisional)",
    ]
    for wrong in ("停工", "停工=4", "停工=4 hours", "停工=x working_day"):
        refused = run("2026-11-23T15:00", "--working-days", 7, "--stage", wrong)
        assert refused.exit_code == 2
        assert 'is not of the form "NAME=4 working_hour"' in refused.stderr


def test_an_explanation_names_near_due_and_twice_overdue() -> None:
    done = run("2026-11-23T15:00", "--working-days", 4, "--explain")
    assert "near due 2026-11-26T15:00:00+08:00, twice overdue 2026-12-03T15:00:00+08:00" in done.stdout
    closed = run("2026-11-23T15:00", "--working-days", 3, "--explain", "--convention", "civil-code")
    # Monday 15:00 to Thursday 24:00 are 81 hours: three quarters of them end 60.75 hours later.
    assert "near due 2026-11-26T03:45:00+08:00, twice overdue 2026-12-02T00:00:00+08:00" in closed.stdout


def test_a_provisional_answer_says_so(tmp_path: Path) -> None:
    result = run("2026-12-30T15:00", "--working-days", 3)
    assert result.stdout.splitlines()[0] == "2027-01-04T15:00:00+08:00"
    assert "provisional: the calendar of 2027 is not published" in result.stdout
    path = tmp_path / "2027.json"
    path.write_text(json.dumps({"year": 2027, "papers": [], "days": []}), encoding="utf-8")
    still = run("2026-12-30T15:00", "--working-days", 3, "--holidays", path)
    assert "provisional" in still.stdout
    assert "2027.json names no day" in still.stderr.replace("\n", " ")
    day = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
    path.write_text(json.dumps({"year": 2027, "papers": [], "days": [day]}), encoding="utf-8")
    assert run("2026-12-30T15:00", "--working-days", 3, "--holidays", path).stdout == "2027-01-05T15:00:00+08:00\n"


def test_the_explanation_names_each_day() -> None:
    lines = run("2026-09-30T18:00", "--working-days", 3, "--explain").stdout.splitlines()
    assert lines[0] == "2026-10-10T18:00:00+08:00"
    by_day = {line.split()[1]: line for line in lines if line.startswith("│")}
    assert len(by_day) == 11
    assert "skipped" in by_day["2026-10-03"]
    assert "holiday (National Day)" in by_day["2026-10-03"]
    assert "make-up working day (National Day)" in by_day["2026-10-10"]
    assert "counted" in by_day["2026-10-10"]


def test_a_limit_of_decades_is_found_without_an_explanation() -> None:
    assert run("2026-09-30T18:00", "--calendar-days", 9000).stdout == "2051-05-22T18:00:00+08:00\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "START, or a file"),
        (["2026-01-05"], "Give the limit"),
        (["2026-01-05", "--working-days", 3, "--calendar-days", 3], "Give one limit"),
        (["yesterday", "--working-days", 3], "'yesterday' is not of the form"),
        (["2026-01-05", "--working-days", 0], "greater than 0"),
        (["2026-01-05", "--working-days", 3, "--hours", "9-5"], "not of the form"),
        (["2026-01-05", "--working-days", 3, "--timezone", "Moon"], "no time zone Moon"),
        (["2026-01-05", "--working-days", 3, "--timezone", "../../etc/passwd"], "no time zone"),
        (["2026-01-05", "--working-days", 3, "--holidays", "none.json"], "no file none.json"),
        (["2026-01-05", "--working-days", 3, "--convention", "none"], "no convention none"),
        (["2026-01-05", "--working-days", 3, "--rule", "none=1"], "no rule none"),
        (["2026-01-05", "--working-days", 3, "--out", "x.csv"], "go with --csv"),
        (["2026-03-08T02:30", "--working-days", 3, "--timezone", "America/New_York"], "never on the wall"),
        (["--csv", "none.csv", "--working-days", 3], "--start-column and --out"),
        (["--csv", "none.csv", "--start-column", "at", "--working-days", 3, "--out", "o.csv"], "no file none.csv"),
        (["--csv", "none.csv", "--start-column", "at", "--working-days", 3, "--out", "o.xlsx"], "a .csv is written"),
        (["--csv", "none.csv", "--explain"], "--explain goes with one START"),
    ],
)
def test_faults_of_the_arguments(arguments: list[object], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


TABLE = '''id,报告时间,限时,单位,说明
0001,2026-09-30 15:00,3,working_day,"路面,破损"
0002,2026-09-30T15:00:00+08:00,2,calendar_day,"井盖""缺失"""
0003,,3,working_day,无时间
0004,2026-13-01 00:00,3,working_day,错月
0005,2026-09-30 15:00,三,working_day,错数
0006,2026-09-30 15:00,0,working_day,零
0007,2026-09-30 15:00,3,week,错单位
0008,2026-09-30 15:00,3
0009,2026-12-30 15:00, 3 , working_day ,"两
行"
0010,2026-09-30T07:00:00Z,4,working_hour,
0011,1890-01-01 00:00,4,working_hour,太早
'''


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file(tmp_path: Path, encoding: str) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(TABLE, encoding=encoding)
    result = run(
        "--csv", source, "--start-column", "报告时间", "--limit-column", "限时", "--unit-column", "单位", "--out", out
    )
    assert result.exit_code == 0, result.stderr
    rows = {row["id"]: row for row in read(out)}
    assert {key: (row["due_at"], row["provisional"]) for key, row in rows.items()} == {
        "0001": ("2026-10-10T15:00:00+08:00", "false"),
        "0002": ("2026-10-02T15:00:00+08:00", "false"),
        "0009": ("2027-01-04T15:00:00+08:00", "true"),
        "0010": ("2026-09-30T19:00:00+08:00", "false"),
    }
    assert [rows[key]["说明"] for key in ("0001", "0002", "0009", "0010")] == ["路面,破损", '井盖"缺失"', "两\n行", ""]
    assert rows["0009"]["限时"] == " 3 "
    rejects = read(tmp_path / "out.csv.rejects.csv")
    reasons = {row["row"]: row["reason"] for row in rejects}
    assert {key: reason.split(" ")[0:3] for key, reason in reasons.items()} == {
        "4": ["the", "start", "is"],
        "5": ["the", "start", "is"],
        "6": ["the", "limit", "is"],
        "7": ["the", "limit", "has"],
        "8": ["the", "unit", "of"],
        "9": ["has", "3", "cells,"],
        "12": ["the", "start", "does"],
    }
    assert reasons["4"] == "the start is empty"
    assert "11 rows: 4 written" in result.stdout
    assert "7 rejected" in result.stdout
    assert "1 provisional" in result.stdout


def test_a_clean_file_leaves_no_rejects_of_an_earlier_run(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("at\n2026-09-30\nnever\n", encoding="utf-8")
    assert run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", out).exit_code == 0
    assert len(read(tmp_path / "out.csv.rejects.csv")) == 1
    source.write_text("at\n2026-09-30\n", encoding="utf-8")
    assert run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", out).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]
    source.write_text("at\n", encoding="utf-8")
    assert run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", out).exit_code == 0
    assert read(out) == []


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (b"", [], "is empty"),
        (b"when\n2026-01-05\n", [], "no column at; it has when"),
        (b"at,at\n2026-01-05,2026-01-05\n", [], "2 columns at"),
        (b"at,due_at\n2026-01-05,\n", [], "a column due_at already"),
        (b"at\n2026-01-05\n", ["--limit-column", "x"], "Give one limit for all rows"),
        (b"at,x\n2026-01-05,\xff\xff\n", [], "neither UTF-8 nor GB18030"),
    ],
)
def test_faults_of_a_file_leave_nothing(tmp_path: Path, content: bytes, arguments: list[str], message: str) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    result = run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", out, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not out.exists()
    same = run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", source)
    assert "is read from" in same.stderr
    assert source.read_bytes() == content


def test_a_file_of_several_parts_is_as_one_by_one(tmp_path: Path) -> None:
    """40 MB: three parts, with bad lines and bad starts between, each row answered as alone."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    text = "长" * 300
    rows = 44_000
    with source.open("w", encoding="utf-8", newline="") as opened:
        opened.write("n,at,text\n")
        for n in range(2, rows + 2):
            if n % 9973 == 0:
                opened.write(f"{n}\n")
            elif n % 7919 == 0 or n % 9973 in (1, 9972):
                opened.write(f"{n},soon,{text}\n")
            else:
                opened.write(f'{n},2025-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02},"{text},"\n')
    result = run("--csv", source, "--start-column", "at", "--working-days", 2.5, "--hours", "08:30-17:00", "--out", out)
    assert result.exit_code == 0, result.stderr
    written = read(out)
    rejects = read(tmp_path / "out.csv.rejects.csv")
    # The number of a rejected row is that of the line in a spreadsheet, wherever the parts were cut.
    assert [row["row"] for row in rejects if row["at"]] == [row["n"] for row in rejects if row["at"]]
    assert sorted(int(row["row"]) for row in rejects if not row["at"]) == [9973, 19946, 29919, 39892]
    assert len(written) + len(rejects) == rows
    calendar = make_calendar(DueOptions(hours="08:30-17:00")).calendar
    for row in written[::1500]:
        alone = find_due(row["at"], Limit(2.5, LimitUnit.WORKING_DAY), calendar)
        assert row["due_at"] == alone.due.at.astimezone(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds")
        assert row["text"] == f"{text},"


def test_changes_of_the_clocks_in_a_file(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("at\n2026-03-06T02:30\n2026-03-08T02:30\n2026-10-31T01:30\n", encoding="utf-8")
    options = ["--start-column", "at", "--calendar-days", 1, "--timezone", "America/New_York", "--out", out]
    assert run("--csv", source, *options).exit_code == 0
    assert [row["due_at"] for row in read(out)] == ["2026-03-07T02:30:00-05:00", "2026-11-01T01:30:00-05:00"]
    assert [(row["row"], row["reason"].split(" in ")[0]) for row in read(tmp_path / "out.csv.rejects.csv")] == [
        ("3", "the start was never on the wall")
    ]


def test_fractions_of_a_second_are_kept(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("at\n2026-11-23T15:00:00.5\n2026-11-23T15:00:00\n", encoding="utf-8")
    assert run("--csv", source, "--start-column", "at", "--working-days", 1, "--out", out).exit_code == 0
    assert [row["due_at"] for row in read(out)] == ["2026-11-24T15:00:00.500000+08:00", "2026-11-24T15:00:00+08:00"]


def test_boston_s_file(real_data: Path, tmp_path: Path) -> None:
    folder, out = real_data / "us_boston_sla", tmp_path / "out.csv"
    options: list[object] = ["--hours", "08:30-17:00", "--timezone", "America/New_York", "--working-days", 1]
    options += ["--convention", "same-clock-time", "--holidays", folder / "holidays_used.json"]
    columns = ["--start-column", "OPEN_DT", "--start-format", "%m/%d/%Y %I:%M:%S %p"]
    result = run("--csv", folder / "tickets_30756.csv", *columns, *options, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "published years: 2015, 2016" in result.stderr.replace("\n", " ")
    assert "30,756 rows: 30,756 written" in result.stdout
    judged = [row for row in read(out) if row["TYPE"] == "Pick up Dead Animal" and row["TARGET_DT"]]
    target = [datetime.strptime(row["TARGET_DT"], "%m/%d/%Y %I:%M:%S %p") for row in judged]
    due = [datetime.fromisoformat(row["due_at"]).replace(tzinfo=None) for row in judged]
    near = sum(abs((one - other).total_seconds()) <= 65 for one, other in zip(target, due, strict=True))
    assert len(judged) == 2247
    assert near / len(judged) >= 0.992
