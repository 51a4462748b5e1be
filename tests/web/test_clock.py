"""`/api/clock` and the stages of an incident, over HTTP."""

import httpx

from gridmap.services.clock import change_county_clock
from tests.web.conftest import Running


def test_the_clock_and_the_stages_are_told(running: Running) -> None:
    change_county_clock(running.database, hours="08:30-12:00,13:30-17:30", convention="civil-code")
    with running.database.connect() as connection:
        connection.execute(
            "INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit) "
            "SELECT id, 1, '停工', 4, 'working_hour' FROM responsibility_item WHERE code = 'A02'"
        )
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_at) VALUES ('A02', '2026-11-23 15:00+08') RETURNING id"
        ).fetchone()
    assert row is not None
    with httpx.Client(base_url=f"http://{running.address}", trust_env=False, timeout=20) as client:
        assert client.get("/api/clock").json() == {
            "office_hours": "08:30-12:00,13:30-17:30",
            "working_day_s": 27_000,
            "convention": "civil-code",
            "rules": [],
            "timezone": "Asia/Shanghai",
        }
        assert client.get(f"/api/incidents/{row[0]}/stages").json() == [
            {
                "number": 1,
                "name": "停工",
                "limit_value": 4,
                "limit_unit": "working_hour",
                "near_due_at": "2026-11-24T01:00:00Z",
                "due_at": "2026-11-24T02:00:00Z",
                "provisional": False,
            }
        ]
        assert client.get("/api/incidents/999999/stages").status_code == 404
