"""Pages and JSON are compressed on their way out, and nothing else is touched."""

import asyncio
import gzip
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from gridmap.web.dynamic import SMALLEST, CompressedAnswers

BODY = b'{"grid": "370783001"}' * 100


def ask(
    body: bytes = BODY,
    *,
    kind: str = "application/json",
    accepted: str = "gzip, br",
    status: int = 200,
    method: str = "GET",
    parts: int = 1,
    has_length: bool = True,
    **headers: str,
) -> tuple[dict[str, str], bytes, list[Message]]:
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        said = {"content-type": kind, **({"content-length": str(len(body))} if has_length else {})}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = [(name.encode(), value.encode()) for name, value in said.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        step = -(-len(body) // parts)
        for number in range(parts):
            part = body[number * step : (number + 1) * step]
            await send({"type": "http.response.body", "body": part, "more_body": number < parts - 1})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": "/",
        "headers": [(b"accept-encoding", accepted.encode())],
    }
    asyncio.run(CompressedAnswers(app)(scope, receive, send))
    got = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return got, b"".join(message["body"] for message in sent[1:]), sent


@pytest.mark.parametrize("kind", ["application/json", "text/html; charset=utf-8"])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("size", [1, 100])
def test_pages_and_json_are_compressed(kind: str, parts: int, size: int) -> None:
    headers, body, _ = ask(BODY * size, kind=kind, parts=parts, etag='"abc"')
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["content-length"] == str(len(body))
    assert headers["etag"] == 'W/"abc"'
    assert gzip.decompress(body) == BODY * size
    assert len(body) < len(BODY * size) / 5


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_a_client_that_does_not_take_it_gets_it_plain(accepted: str) -> None:
    headers, body, _ = ask(accepted=accepted)
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"
    assert body == BODY


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "application/octet-stream"},
        {"kind": "application/geo+json"},
        {"content_encoding": "br"},
        {"content_disposition": "attachment"},
        {"status": 206},
        {"method": "HEAD"},
        {"has_length": False, "parts": 3},
        {"body": b"x" * (SMALLEST - 1)},
    ],
    ids=str,
)
def test_all_else_passes_as_it_is(changed: dict[str, Any]) -> None:
    headers, body, sent = ask(**changed)
    assert headers.get("content-encoding") == changed.get("content_encoding")
    assert body == changed.get("body", BODY)
    assert len(sent) == 1 + changed.get("parts", 1)
