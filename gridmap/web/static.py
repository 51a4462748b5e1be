"""Scripts and style sheets, compressed once.

The page's bundles are 9.5 MB; compressed for each request they would cost half a second of the event loop every time.
"""

import asyncio
from collections import OrderedDict

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.web.compression import Body

BUNDLES = "/_dash-component-suites/"
ASSETS = "/assets/"
FOREVER = "public, max-age=31536000, immutable"
MAX_BODIES = 400


class CompressedStatic:
    """ASGI middleware in front of Dash's bundles and the assets folder."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._bodies: OrderedDict[str, tuple[Body, str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not path.startswith((BUNDLES, ASSETS)):
            await self._app(scope, receive, send)
            return
        found = self._bodies.get(path) if path.startswith(BUNDLES) else None
        if found is None:
            answer = await _ask(self._app, scope, receive)
            if answer.status != 200:
                await answer.send_on(send)
                return
            found = await self._keep(path, answer)
        body, cache_control = found
        request = Request(scope)
        if path.startswith(ASSETS):
            # Dash names the time of change in the query (?m=…): the page asks for a changed file under another URL.
            cache_control = FOREVER if "m" in request.query_params else "no-cache"
        await asyncio.to_thread(body.encode, body.choose_encoding(request.headers.get("accept-encoding", "")))
        await body.respond(request, cache_control=cache_control)(scope, receive, send)

    async def _keep(self, path: str, answer: "_Answer") -> tuple[Body, str]:
        headers = Headers(raw=answer.headers)
        made = Body(b"".join(answer.parts), headers.get("content-type", "application/octet-stream"))
        # A file of assets may change while the server runs: it is read each time and known by its content.
        key = path if path.startswith(BUNDLES) else made.etag
        kept = self._bodies.get(key)
        if kept is not None:
            return kept
        is_fingerprinted = "max-age" in headers.get("cache-control", "")
        entry = (made, FOREVER if is_fingerprinted else "no-cache")
        self._bodies[key] = entry
        while len(self._bodies) > MAX_BODIES:
            self._bodies.popitem(last=False)
        return entry


class _Answer:
    """What the application behind answered, as a whole."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))

    async def send_on(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"".join(self.parts)})


async def _ask(app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
    """Ask for the whole file, whatever part or state of it the browser named."""
    plain = dict(scope)
    plain["method"] = "GET"
    plain["headers"] = list(scope["headers"])
    headers = MutableHeaders(scope=plain)
    for name in ("if-none-match", "if-modified-since", "range", "accept-encoding"):
        if name in headers:
            del headers[name]
    plain["headers"] = headers.raw
    answer = _Answer()
    # Without the extension that lets a file be sent by its path instead of its bytes.
    plain["extensions"] = {}
    await app(plain, receive, answer.take)
    return answer
