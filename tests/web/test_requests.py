"""Requests for a pause or an extension over HTTP, on a real server and database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gridmap.storage.database import Database
from tests.county import insert_small_county
from tests.staff import insert_staff
from tests.web.conftest import run_server
from tests.web.test_proceedings import get, handle, post, report, version_of


@pytest.fixture(scope="module")
def client(module_database: Database) -> Iterator[httpx.Client]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    with (
        run_server(module_database) as running,
        httpx.Client(base_url=f"http://{running.address}", trust_env=False, timeout=30) as opened,
    ):
        yield opened


@pytest.fixture
def handled(client: httpx.Client) -> int:
    one = report(client, reported_at=datetime.now(UTC).isoformat())
    handle(client, one)
    return one


def ask(client: httpx.Client, incident_id: int, kind: str, status: int = 201, **changed: Any) -> dict[str, Any]:
    version = version_of(client, incident_id)
    body = {"kind": kind, "expected_version": version, "reason": "等检测结论", **changed}
    return post(client, f"incidents/{incident_id}/requests", body.pop("actor", "enf-1"), status, **body)


def steps(client: httpx.Client, incident_id: int, actor: str) -> dict[str, tuple[str, ...]]:
    """What the person may do about requests and, of the life cycle itself, about the clock."""
    answer = client.get(f"/api/incidents/{incident_id}/actions", headers={"X-Gridmap-Actor": actor}).json()
    return {
        "requests": tuple(f"{one['step']}_{one['kind']}" for one in answer["requests"]),
        "actions": tuple(one["action"] for one in answer["actions"] if one["action"] in ("pause", "extend")),
    }


def test_a_pause_from_the_request_to_the_stopped_clock(client: httpx.Client, handled: int) -> None:
    assert steps(client, handled, "enf-lead") == {"requests": ("request_pause", "request_extend"), "actions": ()}
    assert steps(client, handled, "su") == {"requests": (), "actions": ("pause", "extend")}
    asked = ask(client, handled, "pause")
    assert (asked["status"], asked["unit_code"], asked["requested_by"]) == ("open", "U-ENF", "enf-1")
    assert (asked["extension"], asked["title"], asked["incident_status"]) == (None, "犬只扰民", "handling")
    assert asked["due_at"] is not None
    assert asked["id"] in [one["id"] for one in get(client, "requests", open=True)["requests"]]
    assert steps(client, handled, "enf-1")["requests"] == ("withdraw_pause", "request_extend")
    assert steps(client, handled, "su")["requests"] == ("approve_pause", "refuse_pause")
    assert get(client, f"incidents/{handled}")["due_at"] is not None, "the clock runs on"
    done = post(client, f"requests/{asked['id']}/approve", "su", expected_version=1, decision="同意")
    assert (done["status"], done["ended_by"], done["decision"]) == ("approved", "su", "同意")
    stopped = get(client, f"incidents/{handled}")
    assert (stopped["status"], stopped["due_at"]) == ("paused", None)
    assert get(client, "requests", incident=handled, open=True)["requests"] == []
    assert get(client, f"requests/{asked['id']}") == done


def test_an_extension_is_granted_shorter_or_refused(client: httpx.Client, handled: int) -> None:
    before = datetime.fromisoformat(get(client, f"incidents/{handled}")["due_at"])
    first = ask(client, handled, "extend", extension="2.50")
    assert (first["extension"], first["limit_unit"]) == ("2.5", "working_day")
    path = f"requests/{first['id']}"
    post(client, f"{path}/approve", "di", 403, expected_version=1)
    post(client, f"{path}/approve", "su", 422, expected_version=1, extension="3")
    post(client, f"{path}/refuse", "su", 422, expected_version=1, reason="")
    refused = post(client, f"{path}/refuse", "su", expected_version=1, reason="先行处置")
    assert (refused["status"], refused["decision"], refused["granted_extension"]) == ("refused", "先行处置", None)
    again = ask(client, handled, "extend", extension="2")
    done = post(client, f"requests/{again['id']}/approve", "su", expected_version=1, extension="1")
    assert (done["extension"], done["granted_extension"]) == ("2", "1")
    assert datetime.fromisoformat(get(client, f"incidents/{handled}")["due_at"]) > before
    found = get(client, "requests", incident=handled, kind="extend", unit="U-ENF")["requests"]
    assert [one["status"] for one in found] == ["refused", "approved"]


def test_the_unit_withdraws_and_a_lost_race_is_told(client: httpx.Client, handled: int) -> None:
    asked = ask(client, handled, "pause")
    again = ask(client, handled, "pause", 409)
    assert f"request {asked['id']} to pause is open already" in again["error"]["message"]
    post(client, f"requests/{asked['id']}/withdraw", "pol-1", 403, expected_version=1)
    assert post(client, f"requests/{asked['id']}/withdraw", "enf-2", expected_version=1)["status"] == "withdrawn"
    late = post(client, f"requests/{asked['id']}/approve", "su", 409, expected_version=1)
    assert "version 2 and is withdrawn" in late["error"]["message"]
    assert "version 1 was expected" in ask(client, handled, "pause", 409, expected_version=1)["error"]["message"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"actor": "pol-1"}, 403),
        ({"actor": "t1"}, 403),
        ({"actor": "su"}, 403),
        ({"actor": None}, 403),
        ({"actor": "nobody"}, 404),
        ({"kind": "resume"}, 422),
        ({"reason": " "}, 422),
        ({"reason": "r\0"}, 422),
        ({"reason": "r" * 2001}, 422),
        ({"extension": "1"}, 422),
        ({"kind": "extend"}, 422),
        ({"kind": "extend", "extension": "3.1"}, 422),
        ({"kind": "extend", "extension": "NaN"}, 422),
        ({"kind": "extend", "extension": "x"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_what_can_t_be_asked_for(client: httpx.Client, handled: int, changed: dict[str, Any], status: int) -> None:
    body = {"kind": "pause", **changed}
    assert ask(client, handled, body.pop("kind"), status, **body)["error"]["message"]
    assert get(client, "requests", incident=handled)["requests"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("incidents/0/requests", {"kind": "pause", "expected_version": 1, "reason": "r"}),
        ("requests/0/approve", {"expected_version": 1}),
        ("requests/9223372036854775808/refuse", {"expected_version": 1, "reason": "r"}),
        ("requests/999999/withdraw", {"expected_version": 1}),
    ],
)
def test_what_is_not_there(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    assert post(client, path, "su", 404, **body)["error"]["message"]
    assert client.get("/api/requests/0").status_code == 404


@pytest.mark.parametrize("query", [{"incident": 2**63}, {"limit": 0}, {"limit": 1001}, {"after": -1}, {"kind": "x"}])
def test_a_list_refuses_what_it_can_t_use(client: httpx.Client, query: dict[str, Any]) -> None:
    assert client.get("/api/requests", params=query).status_code == 422
