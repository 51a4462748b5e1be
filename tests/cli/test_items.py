"""The commands of the registry, as a user runs them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.domain.responsibility.columns import LIST_COLUMNS, make_list_rows
from gridmap.storage.database import Database
from gridmap.storage.files.sheets import write_sheet
from tests.cli.test_incidents import environment
from tests.county import insert_small_county
from tests.domain.responsibility.lists import ITEMS


@pytest.fixture
def run(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    for name, value in environment(fresh_database, tmp_path).items():
        if name.startswith("GRIDMAP_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str | Path, code: int = 0) -> str:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def test_from_the_draft_to_the_next_version(run, tmp_path: Path, fresh_database: Database) -> None:  # type: ignore[no-untyped-def]
    with fresh_database.connect() as connection:
        connection.execute(
            "INSERT INTO incident (item_code, title, reported_lon, reported_lat) VALUES ('A02', '犬', 118.805, 36.915)"
        )
    draft = tmp_path / "draft.csv"
    assert "5 items written" in run("items", "export", "--out", draft)
    text = draft.read_text(encoding="utf-8-sig")
    assert text.startswith("code,class_name,name,level")
    lines = text.replace(",lead,enforcement,", ",lead,police,").replace(
        "A04,民生,停水,county,,4", "A04,民生,停水,county,,8"
    )
    # Parties without a duty: the rules of this version find a lead by its duties as well.
    draft.write_text(
        "\n".join(f"{line}处置" if line.endswith(",") else line for line in lines.splitlines()), "utf-8-sig"
    )
    shown = run("items", "dry-run", draft, "--out", tmp_path / "changed.csv")
    assert "A02" in shown
    assert "1 incidents from" in shown
    assert "1 would go elsewhere (0 to a queue)" in shown
    assert json.loads(run("items", "dry-run", draft, "--json"))["moved"] == 1
    assert (tmp_path / "changed.csv").read_text(encoding="utf-8-sig").count("\n") == 2
    assert "5 items with" in run("import", "items", draft, "--name", "next", "--effective-from", "2030-01-01")
    assert "next" in run("items", "versions")
    said = run("items", "diff", "list", "next")
    assert "~ A02 犬只管理" in said
    assert "leads: enforcement -> police" in said
    assert "limit: 4 working_hour -> 8 working_hour" in said
    as_json = json.loads(run("items", "diff", "list", "next", "--json"))
    assert {"A02", "A04"} <= {change["item"]["code"] for change in as_json["changed"]}
    assert "nothing differs" in run("items", "diff", "next", "next")
    again = tmp_path / "again.xlsx"
    assert "5 items written" in run("items", "export", "--out", again, "--version", "next")
    assert "5 items with" in run("import", "items", again, "--effective-from", "2031-01-01")


def test_a_faulty_list_ends_with_a_message(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rows = make_list_rows(ITEMS)
    rows[0][LIST_COLUMNS.index("limit_unit")] = ""
    write_sheet(tmp_path / "bad.csv", LIST_COLUMNS, rows)
    for command in (["import", "items"], ["items", "dry-run"]):
        said = run(*command, tmp_path / "bad.csv", "--rejects", tmp_path / "faults.csv", code=2)
        assert "the limit 3 has no unit" in said
        assert "faults.csv" in said
    assert (tmp_path / "faults.csv").exists()


def test_powers(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "powers.csv"
    path.write_text(
        "unit_code,item_code,first_day,last_day,is_trial\nU-T01,A02,2026-01-01,2999-12-31,yes\nU-POL,X9,,,no\n", "utf-8"
    )
    said = run("powers", "import", path)
    assert "2 powers read, 2 of them new or changed" in said
    assert "warning: row 3, item_code: item X9 is not on the current list" in said
    shown = run("powers", "show", "--on", "2026-01-01", "--item", "A02")
    assert "U-T01" in shown
    assert "trial" in shown
    assert "U-T01" not in run("powers", "show", "--on", "2025-12-31")
    assert "U-T01" not in run("powers", "show", "--ending-within", "30")
    assert "U-T01" in run("powers", "show", "--ending-within", "400000")
    assert "no unit none" in run("powers", "show", "--unit", "none", code=2)
    assert "2 powers written" in run("powers", "export", "--out", tmp_path / "out.xlsx")
