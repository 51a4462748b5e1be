"""People and actions from the command line."""

from pathlib import Path

from gridmap.storage.database import Database
from tests.cli.test_incidents import run
from tests.county import insert_small_county


def test_people_are_imported_and_one_acts(fresh_database: Database, tmp_path: Path) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat) VALUES ('A02', 118.805, 36.905)"
        )
    path = tmp_path / "staff.csv"
    path.write_text("code,role,unit_code\nop,operator,\nenf,handler,U-ENF\n", encoding="utf-8")
    assert "2 people stored" in run(fresh_database, tmp_path, "staff", "import", path).stdout
    listed = run(fresh_database, tmp_path, "staff", "list").stdout
    assert "command centre" in listed
    assert "综合行政执法局" in listed
    done = run(fresh_database, tmp_path, "transition", "1", "accept", "--actor", "op")
    assert (done.returncode, done.stdout) == (0, "Incident 1: reported -> accepted, version 2.\n")
    refused = run(fresh_database, tmp_path, "transition", "1", "dispatch", "--actor", "enf")
    assert refused.returncode == 2
    assert "enf (handler) may not do dispatch" in refused.stderr
    late = run(
        fresh_database, tmp_path, "transition", "1", "reject", "--actor", "op", "--version", "1", "--reason", "r"
    )
    assert "version 1 was expected, it has 2" in late.stderr
    unknown = run(fresh_database, tmp_path, "transition", "1", "vanish", "--actor", "op")
    assert "'vanish' is no action: give one of accept, reject" in unknown.stderr
