"""What an earlier version stored is put right when its database is brought up to this one."""

from pathlib import Path

from gridmap.storage.database import Database
from gridmap.storage.migrate import list_migrations, migrate
from tests.county import insert_small_county

LAST = 17


def test_a_merging_taken_back_and_an_extension_of_before(empty_database: Database, tmp_path: Path) -> None:
    for migration in list_migrations()[:LAST]:
        (tmp_path / f"{migration.number:04d}_{migration.name}.sql").write_text(migration.sql, encoding="utf-8")
    with empty_database.connect() as connection:
        migrate(connection, folder=tmp_path)
    with empty_database.connect() as connection:
        insert_small_county(connection)
        lives = (
            ("never with a unit", "reported", "merged", "reopened"),
            ("dispatched", "accepted", "dispatched", "merged", "reopened"),
            ("extended", "accepted", "dispatched", "acknowledged", "handling", "extended"),
        )
        for key, *statuses in lives:
            connection.execute(
                "INSERT INTO incident (source_key, item_code, reported_lon, reported_lat, reported_at) "
                "VALUES (%s, 'A02', 118.805, 36.905, '2026-09-14 15:00+08')",
                [key],
            )
            for hour, status in enumerate(statuses):
                connection.execute("SELECT set_config('gridmap.at', %s, true)", [f"2026-09-14 1{6 + hour % 4}:00+08"])
                connection.execute(
                    "UPDATE incident SET status = %s, extension = (%s = 'extended')::int WHERE source_key = %s",
                    [status, status, key],
                )
        before = "SELECT source_key FROM incident WHERE holder_unit_id IS NULL"
        assert connection.execute(before).fetchall() == []
    with empty_database.connect() as connection:
        assert [one.number for one in migrate(connection)] == [one.number for one in list_migrations()[LAST:]]
    with empty_database.connect() as connection:
        holders = connection.execute(
            "SELECT i.source_key, u.code, h.unit_id IS NOT DISTINCT FROM i.holder_unit_id, i.extended_at IS NOT NULL "
            "FROM incident i LEFT JOIN unit u ON u.id = i.holder_unit_id "
            "JOIN incident_hold h ON h.incident_id = i.id AND h.to_at IS NULL ORDER BY i.id"
        ).fetchall()
    assert holders == [
        ("never with a unit", None, True, False),
        ("dispatched", "U-ENF", True, False),
        ("extended", "U-ENF", True, True),
    ]
