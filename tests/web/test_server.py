"""What the server answers, and to whom."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from gridmap.domain.snapshot import decode_snapshot
from gridmap.storage.database import Database
from tests.county import insert_small_county
from tests.web.conftest import Running, run_server


@pytest.fixture(scope="module")
def served(module_database: Database) -> Iterator[Running]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat) VALUES ('A01', 118.805, 36.905)"
        )
    with run_server(module_database) as running:
        yield running


@pytest.fixture
def http(served: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{served.address}", timeout=20) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/map", "/wall"])
def test_pages_come_with_a_policy_that_lets_nothing_in_from_outside(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    script = re.search(r"script-src ([^;]*)", policy)
    assert script is not None
    assert "unsafe-inline" not in script[1]
    assert re.search(r"script-src 'self'( 'sha256-[A-Za-z0-9+/=]+')*$", script[0])
    assert not re.search(r"https?://", policy)
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/tiles/small_grid/14", "/assets/nothing.js", "/nothing.js", "/ws/nothing"]
)
def test_what_is_not_there_says_so(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "language", "first"),
    [
        ("/nothing", "zh-CN", "此网址没有内容"),
        ("/docs?lang=en", "en", "There is nothing at this address"),
        ("/map/x", "zh-CN", ""),
    ],
)
def test_a_path_without_a_page_has_a_page_that_says_so(
    http: httpx.Client, path: str, language: str, first: str
) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in answer.text
    assert re.search(rf"<h1>{first}", answer.text)
    assert {"/?lang=zh", "/?lang=en"} == set(re.findall(r'href="([^"]+)"', answer.text))
    assert "<script" not in answer.text
    assert "default-src" in answer.headers["content-security-policy"]


def test_what_is_asked_for_is_not_repeated(http: httpx.Client) -> None:
    answer = http.get("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert answer.status_code == 404
    assert "alert" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/map", "/map/", "/wall", "/wall/", "/_dash-layout", "/_dash-dependencies", "/api/openapi.json"]
)
def test_pages_and_json_come_compressed(http: httpx.Client, path: str) -> None:
    packed = http.get(path, headers={"Accept-Encoding": "gzip, br"})
    plain = http.get(path, headers={"Accept-Encoding": "identity"})
    assert (packed.status_code, plain.status_code) == (200, 200)
    assert "content-encoding" not in plain.headers
    if len(plain.content) > 1024:
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.num_bytes_downloaded < len(plain.content) / 2
    # The page names what changes while it is served, such as the time of a file.
    assert packed.content[:300] == plain.content[:300]


def test_the_description_is_served_and_no_page_that_loads_from_outside(http: httpx.Client) -> None:
    paths = http.get("/api/openapi.json").json()["paths"]
    assert {"/api/board", "/api/tree", "/tiles/{layer}/{z}/{x}/{y}.mvt", "/api/incidents", "/healthz"} <= set(paths)
    for path in ("/docs", "/redoc"):
        assert "cdn" not in http.get(path).text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_refused(http: httpx.Client, host: str) -> None:
    assert http.get("/api/board", headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:8050"])
def test_names_of_this_machine_are_answered(http: httpx.Client, host: str) -> None:
    assert http.get("/api/board", headers={"Host": host}).status_code == 200


def test_a_proxys_name_is_answered_when_it_is_allowed(county: Database) -> None:
    with run_server(county, allowed_hosts=("map.example",)) as running:
        base = f"http://{running.address}"
        assert httpx.get(f"{base}/api/board", headers={"Host": "map.example"}).status_code == 200
        assert httpx.get(f"{base}/api/board", headers={"Host": "MAP.example:443"}).status_code == 200
        assert httpx.get(f"{base}/api/board", headers={"Host": "other.example"}).status_code == 403
        assert httpx.get(f"{base}/api/board", headers={"Host": "map.example.evil.example"}).status_code == 403
        own = {"Host": "map.example", "Origin": "https://map.example"}
        assert httpx.post(f"{base}/api/incidents", json={}, headers=own).status_code == 422
        foreign = {"Host": "map.example", "Origin": "https://evil.example"}
        assert httpx.post(f"{base}/api/incidents", json={}, headers=foreign).status_code == 403


def test_a_page_of_another_site_can_not_write(http: httpx.Client, served: Running) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = http.post("/api/incidents", json={}, headers=headers)
        assert answer.status_code == 403, headers
    # Its own pages, and programs that are no browser, reach the rules of the route.
    for headers in ({"Origin": f"http://{served.address}"}, {}):
        assert http.post("/api/incidents", json={}, headers=headers).status_code == 422


def test_a_page_of_another_site_can_not_listen(served: Running) -> None:
    url = f"ws://{served.address}/ws/live"
    with pytest.raises(InvalidStatus), connect(url, origin="http://evil.example"):  # type: ignore[arg-type]
        pass
    with connect(url, origin=f"http://{served.address}") as stream:  # type: ignore[arg-type]
        assert '"hello"' in stream.recv(timeout=5)


def test_scripts_come_compressed_and_are_kept_by_the_browser(http: httpx.Client) -> None:
    page = http.get("/").text
    bundles = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert len(bundles) > 3
    for encoding in ("br", "gzip"):
        answer = http.get(bundles[0], headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
    plain = http.get(bundles[0], headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert "immutable" in plain.headers["cache-control"]
    assert http.get(bundles[0], headers={"If-None-Match": plain.headers["etag"]}).status_code == 304
    own = next(iter(re.findall(r'src="(/assets/[^"?]+\.js)(?:\?m=[^"]*)?"', page)))
    assert "immutable" in http.get(f"{own}?m=1").headers["cache-control"]
    assert http.get(own).headers["cache-control"] == "no-cache"


def test_the_board_and_the_tree_fit_together(http: httpx.Client) -> None:
    answer = http.get("/api/board", headers={"Accept-Encoding": "br"})
    header, columns = decode_snapshot(answer.content)
    assert header["count"] == 1
    tree = http.get("/api/tree", params={"generation": header["generation"]})
    assert "immutable" in tree.headers["cache-control"]
    assert columns["area"][0] in tree.json()["id"]
    assert http.get("/api/tree", params={"generation": 999}).headers["cache-control"] == "no-cache"
    assert http.get("/api/board", headers={"If-None-Match": answer.headers["etag"]}).status_code in (200, 304)


def test_health_tells_what_is_known(http: httpx.Client) -> None:
    answer = http.get("/healthz")
    content = answer.json()
    assert answer.status_code == 200
    assert content["is_well"] is True
    assert content["database"] == "ok"
    assert content["revision"] >= 1
    assert content["open_incidents"] == 1
    assert 0 <= content["feed_age_ms"] < 5000
    assert content["calendar_known_until"].startswith("20")


def test_a_server_without_any_data_serves_its_pages(fresh_database: Database) -> None:
    with run_server(fresh_database) as running:
        base = f"http://{running.address}"
        assert decode_snapshot(httpx.get(f"{base}/api/board").content)[0]["count"] == 0
        assert httpx.get(f"{base}/api/tree").json()["id"] == []
        assert httpx.get(f"{base}/tiles/village/12/3400/1590.mvt").content == b""
        assert httpx.get(base).status_code == 200


def test_a_lost_database_is_told_and_outlived(county: Database) -> None:
    """The pools and the follower find back by themselves; what needs the database meanwhile answers 503 or works."""
    with run_server(county) as running, county.connect(autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert httpx.get(f"http://{running.address}/api/board").status_code == 200
        assert httpx.get(f"http://{running.address}/tiles/village/14/13601/6365.mvt").status_code in (200, 503)
        until = time.monotonic() + 10
        while httpx.get(f"http://{running.address}/healthz").status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert httpx.get(f"http://{running.address}/tiles/village/14/13601/6365.mvt").status_code == 200
