"""Measures over HTTP, on a real server and database."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from gridmap.storage.database import Database
from tests.county import VILLAGES, insert_small_county
from tests.web.conftest import run_server


@pytest.fixture(scope="module")
def client(module_database: Database) -> Iterator[httpx.Client]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status) VALUES "
            "('A02', 118.805, 36.905, '2026-09-21T09:00+08:00', 'reported'), "
            "('A02', 118.806, 36.905, '2026-09-22T09:00+08:00', 'handling'), "
            "('A02', NULL, NULL, '2026-09-22T09:00+08:00', 'reported')"
        )
    with (
        run_server(module_database) as running,
        httpx.Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def test_rows_and_the_whole_with_their_definitions(client: httpx.Client) -> None:
    query = {"by": "village", "measure": ["accepted", "grids_in_band"], "as_of": "2026-09-22T10:00:00+08:00"}
    answer = client.get("/api/measures", params=query)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["by"], said["incidents"], said["on_map"], said["small_number"]) == ("village", 3, 2, 30)
    assert said["as_of"] == "2026-09-22T02:00:00+00:00"
    assert [one["id"] for one in said["measures"]] == ["accepted", "grids_in_band"]
    rows = {row["key"]: row for row in said["rows"]}
    assert sorted(rows) == sorted(VILLAGES)
    first = rows[VILLAGES[0]]
    assert (first["name"], first["incidents"]) == ("东村", 2)
    accepted = first["values"]["accepted"]
    assert (accepted["numerator"], accepted["denominator"], accepted["value"]) == (1, 2, 0.5)
    assert (accepted["is_small"], accepted["meets_target"], accepted["held"]) == (True, False, None)
    assert said["total"]["values"]["accepted"]["denominator"] == 3


def test_csv_holds_the_same(client: httpx.Client) -> None:
    query = {"by": "village", "format": "csv", "as_of": "2026-09-22T10:00:00+08:00"}
    answer = client.get("/api/measures", params=query)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = {(one["row"], one["measure"]): one for one in lines}
    assert len(lines) == len(found) == 16 * 5
    one = found[VILLAGES[0], "accepted"]
    assert (one["name"], one["numerator"], one["denominator"], one["value"], one["is_small"]) == (
        "东村",
        "1",
        "2",
        "0.5",
        "true",
    )
    assert found["total", "accepted"]["denominator"] == "3"


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"area": "x"}, 404, "no area x"),
        ({"by": "colour"}, 422, "by"),
        ({"measure": "speed"}, 422, "measure"),
        ({"by": "unit", "measure": "grids_in_band"}, 422, "only by an area"),
        ({"since": "yesterday"}, 422, "since"),
        ({"since": "2026-09-02T00:00:00", "until": "2026-09-01T23:59:59+08:00"}, 422, "before it starts"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: httpx.Client, query: dict[str, str], status: int, said: str) -> None:
    answer = client.get("/api/measures", params=query)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_an_instant_without_an_offset_is_of_the_county(client: httpx.Client) -> None:
    def ask(as_of: str, **more: str) -> tuple[str, int]:
        said = client.get("/api/measures", params={"measure": "accepted", "as_of": as_of, **more}).json()
        return said["as_of"], said["incidents"]

    # 09:00 of the 22nd in the county: two more were reported then.
    assert ask("2026-09-22T08:59:00") == ask("2026-09-22T08:59:00+08:00") == ("2026-09-22T00:59:00+00:00", 1)
    assert ask("2026-09-22T09:00:00") == ("2026-09-22T01:00:00+00:00", 3)
    assert ask("2026-09-22T09:00:00", since="2026-09-22")[1] == 2
    assert ask("2026-09-22T09:00:00", until="2026-09-22")[1] == 1
