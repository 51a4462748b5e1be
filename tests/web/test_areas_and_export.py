"""`/api/areas`, `/api/units` and `/api/export` over HTTP, on a real database."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pyogrio
import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client

from gridmap.settings import Settings
from gridmap.storage.database import Database
from gridmap.storage.layers import read_layers
from gridmap.web.errors import register_error_handlers
from gridmap.web.routes import areas, export
from tests.county import VILLAGES, insert_small_county

PROJECT_DIR = Path(__file__).resolve().parents[2]
GRID = f"{VILLAGES[0]}001"


@pytest.fixture(scope="module")
def client(module_database: Database) -> Iterator[Client]:
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            """
            INSERT INTO incident (item_code, title, reported_lon, reported_lat) VALUES ('A01', '噪声', 118.805, 36.915)
            """
        )
    app = FastAPI(openapi_url="/api/openapi.json")
    register_error_handlers(app)
    context = SimpleNamespace(database=module_database, layers=read_layers(PROJECT_DIR / "layers"), settings=Settings())
    for module in (areas, export):
        app.include_router(module.make_router(context))  # type: ignore[arg-type]
    served = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", loop="asyncio"))
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        time.sleep(0.01)
        assert thread.is_alive(), "the server did not start"
    port = served.servers[0].sockets[0].getsockname()[1]
    with Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as opened:
        yield opened
    served.should_exit = True
    thread.join()


def test_area_by_code_and_by_id(client: Client) -> None:
    said = client.get(f"/api/areas/{GRID}").json()
    assert (said["code"], said["level"], said["households"]) == (GRID, "small_grid", 100)
    assert said["bounds"] == pytest.approx([118.80, 36.91, 118.81, 36.92])
    assert said["team"] == {"secretary": True, "worker": True, "assistants": 3, "vacancies": []}
    assert said["incidents"] == {"open": 1, "near_due": 0, "overdue": 0, "twice_overdue": 0}
    assert said["units"][0]["unit"]["letter"] == "PA"
    assert len(said["neighbours"]) == 2
    assert client.get(f"/api/areas/by-id/{said['id']}").json() == said
    assert client.get(f"/api/areas/{GRID}", params={"level": "small_grid"}).json() == said


def test_faults_are_told_in_the_one_form(client: Client) -> None:
    for path, status, code in (
        ("/api/areas/none", 404, "not_found"),
        (f"/api/areas/{GRID}?level=village", 404, "not_found"),
        (f"/api/areas/{GRID}?level=planet", 422, "input"),
        ("/api/areas/%00", 422, "input"),
        ("/api/areas/by-id/0", 422, "input"),
        ("/api/areas/by-id/99999999999999", 404, "not_found"),
        ("/api/export/none", 404, "not_found"),
        ("/api/export/incident?format=doc", 422, "input"),
        ("/api/export/incident?colour=red", 422, "input"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path


def test_units(client: Client) -> None:
    units = client.get("/api/units").json()["units"]
    assert [unit["colour_slot"] for unit in units] == list(range(6))
    assert {unit["code"]: unit["open"] for unit in units}["U-PS1"] == 1
    assert all(unit["colour"].startswith("#") for unit in units)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "csv", "xlsx"])
def test_export(client: Client, tmp_path: Path, suffix: str) -> None:
    answer = client.get("/api/export/incident", params={"format": suffix, "unit": ["U-PS1", "U-ENF"], "language": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f".{suffix}")
    assert answer.headers["cache-control"] == "no-store"
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(answer.content)
    if suffix in {"gpkg", "geojson"}:
        assert list(pyogrio.read_dataframe(path, layer="incident")["title"]) == ["噪声"]
    elif suffix == "csv":
        assert answer.content.decode("utf-8-sig").splitlines()[0].startswith("Incident,Title,")
    else:
        assert answer.content.startswith(b"PK")


def test_description_names_the_routes(client: Client) -> None:
    description = client.get("/api/openapi.json").json()
    assert {"/api/areas/{code}", "/api/areas/by-id/{area_id}", "/api/units", "/api/export/{layer}"} <= set(
        description["paths"]
    )
    assert "neighbours" in description["components"]["schemas"]["AreaAnswer"]["properties"]
