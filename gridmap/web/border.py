"""What stands before every request: which host, from which page, and what the browser may do with the answer.

The server has no access control yet, so a page on the web must not reach it through the browser of somebody who can:
not by a name of its own that resolves here (DNS rebinding: the Host header), not by a form or a script (the Origin
header).
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.sentence import Sentence
from gridmap.web.errors import make_error_response
from gridmap.web.said import find_voice

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DATA_PREFIXES = ("/api/", "/tiles/", "/assets/", "/ws/")


class Border:
    """ASGI middleware: checks Host and Origin, adds the security headers.

    Parameters
    ----------
    host
        The address that the server listens on; when it is a wildcard, any numeric address is accepted as Host.
    allowed_hosts
        Further names that a request may give as Host: those of a reverse proxy, in small letters.
    basemap_url
        Pictures may be loaded from there; empty when nothing leaves the host.
    """

    def __init__(self, app: ASGIApp, *, host: str, allowed_hosts: Iterable[str] = (), basemap_url: str = "") -> None:
        self._app = app
        self._hosts = LOCAL_HOSTS | {host.lower().strip("[]"), *allowed_hosts}
        self._is_wildcard = host in ("0.0.0.0", "::", "")  # noqa: S104  compared, not bound
        self._pictures = _find_picture_source(basemap_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        fault = self._find_fault(scope, headers, host)
        if fault is not None:
            await _refuse(scope, receive, send, fault)
            return
        if scope["type"] == "http" and _is_lost(scope):
            lost = Sentence("There is nothing at {path}.", path=scope["path"][:200])
            response = make_error_response(404, "not_found", lost.say(find_voice(HTTPConnection(scope))))
            await response(scope, receive, self._guard(scope, host, send))
            return
        await self._app(scope, receive, self._guard(scope, host, send) if scope["type"] == "http" else send)

    def _find_fault(self, scope: Scope, headers: Headers, host: str) -> Sentence | None:
        if not self._is_known(host):
            return Sentence("This server does not answer to that host name.")
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return Sentence("The request comes from another site.")
        if origin is None and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return Sentence("The request comes from another site.")
        return None

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._hosts:
            return True
        return self._is_wildcard and _is_address(name)

    def _guard(self, scope: Scope, host: str, send: Send) -> Send:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = self._make_policy(scope, host)
                    headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        return send_guarded

    def _make_policy(self, scope: Scope, host: str) -> str:
        hashes = getattr(scope["app"].state, "script_hashes", ())
        directives = {
            "default-src": ["'self'"],
            "script-src": ["'self'", *hashes],
            # Leaflet and Mantine set style attributes.
            "style-src": ["'self'", "'unsafe-inline'"],
            "img-src": ["'self'", "data:", "blob:", *self._pictures],
            "font-src": ["'self'", "data:"],
            "connect-src": ["'self'", f"ws://{host}", f"wss://{host}"],
            "worker-src": ["'self'", "blob:"],
            "object-src": ["'none'"],
            "base-uri": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'self'"],
        }
        return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def _is_lost(scope: Scope) -> bool:
    """Dash answers every unknown path with its page; a file that is not there must not look as if it were."""
    path: str = scope["path"]
    if path.startswith(("/_dash", "/_favicon", *DATA_PREFIXES)):
        return False
    return "." in path.rsplit("/", 1)[-1]


async def _refuse(scope: Scope, receive: Receive, send: Send, fault: Sentence) -> None:
    if scope["type"] == "websocket":
        await receive()
        # Before the handshake is accepted this is answered as HTTP 403.
        await send({"type": "websocket.close", "code": 1008, "reason": str(fault)})
        return
    said = fault.say(find_voice(HTTPConnection(scope)))
    await make_error_response(403, "forbidden", said)(scope, receive, send)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _find_picture_source(basemap_url: str) -> list[str]:
    parts = urlsplit(basemap_url.replace("{s}", "subdomain"))
    if not parts.scheme or not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc.replace('subdomain', '*', 1)}"]
