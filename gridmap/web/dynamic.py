"""Pages and JSON that differ from answer to answer, compressed on their way out.

Tiles, the board, the tree, scripts and styles are compressed once and kept (`compression`, `static`); they come here
with their encoding and pass. A file of an export passes as it is too: it is saved, not shown.
"""

import asyncio
import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.web.compression import choose_encoding

MEDIA_TYPES = frozenset({"text/html", "application/json"})
SMALLEST = 1024
LARGEST = 16_000_000
"""A larger answer would have to be held in memory whole."""
LEVEL = 5
"""The page's layout of 60 kB takes 1 ms; level 9 takes three times as long for two percent less."""
AT_ONCE = 100_000
"""Above so many bytes a thread compresses, so that the event loop goes on."""


class CompressedAnswers:
    """ASGI middleware: gzip for HTML and JSON above 1 kB, when the client takes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        await self._app(scope, receive, _Sender(send, takes_gzip=choose_encoding(accepted, ("gzip",)) == "gzip").send)


class _Sender:
    """Holds back an answer that is to be compressed until it is whole; all others go on at once."""

    def __init__(self, send: Send, *, takes_gzip: bool) -> None:
        self._send = send
        self._takes_gzip = takes_gzip
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_compressible(message):
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Accept-Encoding")
            if self._takes_gzip:
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_whole(self._start, b"".join(self._parts))
            return
        await self._send(message)

    async def _send_whole(self, start: Message, body: bytes) -> None:
        packed = await asyncio.to_thread(_pack, body) if len(body) > AT_ONCE else _pack(body)
        headers = MutableHeaders(scope=start)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(packed))
        if "etag" in headers and not headers["etag"].startswith("W/"):
            # Other bytes than those that the tag was made of.
            headers["ETag"] = f"W/{headers['etag']}"
        await self._send(start)
        await self._send({"type": "http.response.body", "body": packed})


def _is_compressible(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
        return False
    if start["status"] in (204, 206, 304) or "content-encoding" in headers or "content-disposition" in headers:
        return False
    length = headers.get("content-length", "")
    # What does not say its length is a stream: it is not held back.
    return length.isascii() and length.isdigit() and SMALLEST <= int(length) <= LARGEST


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=LEVEL, mtime=0)
