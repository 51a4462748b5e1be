"""`/api/divide` over HTTP, and the page."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from gridmap.storage.database import Database
from tests.county import VILLAGES
from tests.web.conftest import Running

VILLAGE = VILLAGES[1]


@pytest.fixture
def county(county: Database) -> Database:
    """The small county with 300 addresses in the second village."""
    rng = np.random.default_rng(2)
    with county.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gridmap.address (households, geom)"
            " VALUES (1, public.ST_SetSRID(public.ST_MakePoint(%s, %s), 4490))",
            rng.uniform((118.8105, 36.9005), (118.8195, 36.9195), (300, 2)).tolist(),
        )
    return county


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{running.address}", timeout=30, trust_env=False) as opened:
        yield opened


def test_plan_draw_publish(client: httpx.Client) -> None:
    village = client.get("/api/divide/village", params={"code": VILLAGE}).json()
    assert len(village["addresses"]["lon"]) == 300
    assert len(village["today"]["grids"]) == 2
    body = {"village": VILLAGE, "version": village["version"]}
    plan = client.post("/api/divide/plan", json=body).json()
    assert [grid["households"] for grid in plan["grids"]] == [100, 100, 100]
    assert plan["total"]["coverage_valid"] is True
    label = plan["label"]
    # All of one grid to a neighbour: it vanishes.
    gone = client.post("/api/divide/draw", json={**body, "label": [1 if one == 0 else one for one in label]})
    assert gone.status_code == 200
    assert len(gone.json()["grids"]) == 2
    lat = np.array(village["addresses"]["lat"])
    # The farthest household of the northernmost grid to the southernmost one: an island.
    middle = [lat[[i for i, one in enumerate(label) if one == grid]].mean() for grid in range(3)]
    north, south = int(np.argmax(middle)), int(np.argmin(middle))
    row = max((i for i, one in enumerate(label) if one == north), key=lambda i: lat[i])
    refused = client.post("/api/divide/draw", json={**body, "label": [*label[:row], south, *label[row + 1 :]]})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "label"
    assert refused.json()["error"]["details"] == [{"grid": plan["grids"][south]["code"], "addresses": [row]}]
    published = client.post("/api/divide/publish", json=body)
    assert published.status_code == 201
    assert published.json()["grids"] == 3
    assert client.post("/api/divide/publish", json=body).status_code == 409
    assert len(client.get("/api/divide/village", params={"code": VILLAGE}).json()["today"]["grids"]) == 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("plan", {"village": VILLAGE, "version": "other"}, 409),
        ("plan", {"village": "370783999999", "version": "x"}, 404),
        ("plan", {"village": "x", "version": "x"}, 422),
        ("plan", {"village": VILLAGE, "version": "x", "target": 0}, 422),
        ("plan", {"village": VILLAGE, "version": "x", "unknown": 1}, 422),
        ("draw", {"village": VILLAGE, "version": "x"}, 422),
        ("jobs", {"area": ""}, 422),
    ],
)
def test_what_can_not_be_used_is_refused(client: httpx.Client, path: str, body: dict[str, object], status: int) -> None:
    assert client.post(f"/api/divide/{path}", json=body).status_code == status


def test_another_site_can_not_publish(client: httpx.Client) -> None:
    village = client.get("/api/divide/village", params={"code": VILLAGE}).json()
    body = {"village": VILLAGE, "version": village["version"]}
    answer = client.post("/api/divide/publish", json=body, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_labels_that_do_not_fit_are_refused(client: httpx.Client) -> None:
    village = client.get("/api/divide/village", params={"code": VILLAGE}).json()
    body = {"village": VILLAGE, "version": village["version"]}
    for label in ([0, 1], [99_999] * 300, [-1] * 300):
        assert client.post("/api/divide/draw", json={**body, "label": label}).status_code == 422


def divide_in_background(client: httpx.Client) -> dict[str, Any]:
    job = client.post("/api/divide/jobs", json={"area": VILLAGE, "start": "fresh"}).json()
    until = time.monotonic() + 30
    while (found := client.get(f"/api/divide/jobs/{job['id']}").json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.05)
    return dict(found)


def assert_draft_grids(client: httpx.Client, generation: int) -> None:
    """The grids of villages that are asked for, and no others; of a draft that is still the draft."""
    url = "/api/divide/draft/grids"
    found = client.get(url, params={"generation": generation, "village": [VILLAGE, VILLAGES[0], "370783999999"]}).json()
    assert sorted(found["villages"]) == sorted([VILLAGE, VILLAGES[0]])
    own = found["villages"][VILLAGE]
    assert [grid["code"][-3:] for grid in own["today"]] == ["001", "002"]
    assert [grid["households"] for grid in own["draft"]] == [100, 100, 100]
    shell = own["draft"][0]["polygons"][0][0]
    assert shell[0] == shell[-1]
    assert all(118.81 <= lon <= 118.82 and 36.9 <= lat <= 36.92 for lon, lat in shell)
    assert client.get(url, params={"generation": generation + 1, "village": [VILLAGE]}).status_code == 409
    for wrong in ([], [VILLAGE] * 41, ["x\0"]):
        assert client.get(url, params={"generation": generation, "village": wrong}).status_code == 422


def test_many_villages_in_the_background_and_the_draft_is_published(client: httpx.Client) -> None:
    assert client.get("/api/divide/draft").json() == {"draft": None}
    assert client.get("/api/divide/jobs").json() == {"job": None}
    found = divide_in_background(client)
    assert (found["state"], found["share"]) == ("done", 1.0)
    assert found["result"]["grids_checked"] == 9
    assert found["result"]["villages"] == [
        {
            "code": VILLAGE, "name": "南村", "grids_before": 2, "grids": 3, "households_min": 100,
            "households_max": 100, "deviation": 0.0, "forced": 0.0, "moved": found["result"]["villages"][0]["moved"],
            "fault": "",
        }
    ]  # fmt: skip
    assert client.get("/api/divide/jobs/none").status_code == 404
    draft = client.get("/api/divide/draft").json()["draft"]
    assert [one["code"] for one in draft["villages"]] == [VILLAGE]
    assert client.post("/api/divide/draft/publish", json={"generation": draft["generation"] + 1}).status_code == 409
    assert_draft_grids(client, draft["generation"])
    # One village can't be published past the draft.
    village = client.get("/api/divide/village", params={"code": VILLAGE}).json()
    alone = client.post("/api/divide/publish", json={"village": VILLAGE, "version": village["version"]})
    assert alone.status_code == 409
    assert "unpublished draft" in alone.json()["error"]["message"]
    done = client.post("/api/divide/draft/publish", json={"generation": draft["generation"]})
    assert (done.status_code, done.json()["valid_from"]) == (201, draft["first_day"])
    assert client.get("/api/divide/draft").json() == {"draft": None}


def test_a_draft_that_does_not_tile_names_the_places_and_is_discarded(client: httpx.Client, county: Database) -> None:
    divide_in_background(client)
    generation = client.get("/api/divide/draft").json()["draft"]["generation"]
    with county.connect() as connection:
        connection.execute("DELETE FROM area WHERE generation_id = %s AND code = %s", [generation, f"{VILLAGES[0]}001"])
    refused = client.post("/api/divide/draft/publish", json={"generation": generation})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "coverage")
    (place,) = refused.json()["error"]["details"]
    assert (place["kind"], place["codes"]) == ("parent_not_covered", [VILLAGES[0]])
    # The northern half of the village: 0.01 by 0.01 degrees at 36.9 N.
    assert place["area_m2"] == pytest.approx(890.0 * 1110.0, rel=0.01)
    village = client.get("/api/divide/village", params={"code": VILLAGE}).json()
    body = {"village": VILLAGE, "version": village["version"], "draft_only": True}
    again = client.post("/api/divide/publish", json=body)
    assert (again.status_code, again.json()["error"]["details"]) == (409, [place])
    assert client.delete("/api/divide/draft", params={"generation": generation + 1}).status_code == 409
    assert client.delete("/api/divide/draft", params={"generation": generation}).json() == {"discarded": generation}
    assert client.get("/api/divide/draft").json() == {"draft": None}


def test_places_to_choose_from(client: httpx.Client) -> None:
    found = client.get("/api/divide/places").json()
    county, *others = found["places"]
    assert (county["level"], county["parent"], len(others)) == ("county", None, 6)
    village = next(one for one in others if one["code"] == VILLAGE)
    assert (village["grids"], village["level"]) == (2, "village")
    assert sorted(map(tuple, village["polygons"][0][0][1:])) == [
        (118.81, 36.9), (118.81, 36.92), (118.82, 36.9), (118.82, 36.92)
    ]  # fmt: skip


def test_the_page_is_served(client: httpx.Client) -> None:
    for path in ("/divide", "/divide/?lang=en"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert 'data-page="divide"' in answer.text
