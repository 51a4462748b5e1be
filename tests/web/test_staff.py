"""The people over HTTP: codes, roles, units and areas, and no names."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from httpx import Client

from gridmap.storage.database import Database
from tests.staff import STAFF, insert_staff
from tests.web.conftest import run_server


@pytest.fixture
def client(county: Database) -> Iterator[Client]:
    with county.connect() as connection:
        insert_staff(connection)
        connection.execute("UPDATE staff SET name = '张三' WHERE code = 'enf-1'")
        connection.execute("UPDATE staff SET is_active = false WHERE code = 'enf-2'")
    with (
        run_server(county) as running,
        Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


def test_active_people_without_names(client: Client) -> None:
    answer = client.get("/api/staff")
    assert answer.status_code == 200
    assert "张三" not in answer.text
    said = answer.json()
    assert said["actor"] is None
    by_code = {one["code"]: one for one in said["staff"]}
    assert set(by_code) == {code for code, *_ in STAFF} - {"enf-2"}
    assert by_code["enf-1"] == {
        "code": "enf-1",
        "role": "handler",
        "unit_code": "U-ENF",
        "unit_name": by_code["enf-1"]["unit_name"],
        "unit_short_name": by_code["enf-1"]["unit_short_name"],
        "area_code": "",
    }
    assert by_code["enf-1"]["unit_name"]
    assert (by_code["di-t2"]["unit_code"], by_code["di-t2"]["area_code"]) == (None, "370783002")
    assert said["staff"][0]["unit_code"] is None, "those of the command centre come first"


def test_who_a_proxy_names_is_said_back(client: Client) -> None:
    assert client.get("/api/staff", headers={"X-Gridmap-Actor": quote("值班员")}).json()["actor"] == "值班员"
