"""The API's description: it says what the answers really are."""

import httpx

from gridmap.web.errors import ErrorAnswer
from gridmap.web.incident_answers import IntakeAnswer
from tests.web.conftest import Running


def test_every_refusal_has_the_described_form(running: Running) -> None:
    with httpx.Client(base_url=f"http://{running.address}") as client:
        description = client.get("/api/openapi.json").json()
        schemas = description["components"]["schemas"]
        assert "HTTPValidationError" not in schemas
        for path, methods in description["paths"].items():
            for operation in methods.values():
                assert operation["responses"]["503"]["content"], path
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and path != "/healthz":
                        assert "#/components/schemas/ErrorAnswer" in str(answer["content"]), (path, status)
        refused = [
            client.get("/api/incidents/0"),
            client.get("/api/incidents/x"),
            client.get("/api/areas/none"),
            client.get("/tiles/none/1/0/0.mvt"),
            client.get("/api/export/small_grid?format=none"),
            client.post("/api/incidents", content=b"{"),
            client.post("/api/incidents", json={"title": 1}),
        ]
    for answer in refused:
        assert answer.status_code in (404, 422), answer.text
        assert ErrorAnswer.model_validate(answer.json()).error.message
    assert schemas["ErrorAnswer"]["required"] == ["error"]


def test_a_list_that_is_refused_whole_has_the_form_of_a_list(running: Running) -> None:
    answer = httpx.post(f"http://{running.address}/api/incidents", json=[{"title": 1}, 5])
    assert answer.status_code == 422
    assert [one.index for one in IntakeAnswer.model_validate(answer.json()).refused] == [0, 1]


def test_what_a_sender_makes_long_is_not_said_again_in_full(running: Running) -> None:
    row = {"k" * 100_000: 1, **{f"field{i}": 1 for i in range(1000)}}
    answer = httpx.post(f"http://{running.address}/api/incidents", json=row)
    assert answer.status_code == 422
    assert len(answer.content) < 5_000
