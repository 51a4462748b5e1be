"""Bodies that are compressed once, however many ask for them."""

import gzip
import hashlib
import threading
from collections.abc import Mapping, Sequence

import brotli  # type: ignore[import-untyped]
import orjson
from starlette.requests import Request
from starlette.responses import Response

BROTLI_QUALITY = 5
"""For tiles and scripts: quality 9 takes three times as long for a few percent less."""
GZIP_LEVEL = 6
SMALLEST = 256
"""Below this many bytes compression saves no packet."""


class Body:
    """Bytes with their compressed forms, made when first asked for. Safe for threads."""

    def __init__(self, raw: bytes, media_type: str, *, quality: int = BROTLI_QUALITY) -> None:
        self.media_type = media_type
        self.etag = f'"{hashlib.sha256(raw).hexdigest()[:20]}"'
        self._raw = raw
        self._quality = quality
        self._forms: dict[str, bytes] = {"identity": raw}
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """What all forms together take in memory."""
        return sum(map(len, self._forms.values()))

    def encode(self, encoding: str) -> bytes:
        """Give the form of an encoding: br, gzip or identity."""
        with self._lock:
            if encoding not in self._forms:
                self._forms[encoding] = (
                    brotli.compress(self._raw, quality=self._quality)
                    if encoding == "br"
                    else gzip.compress(self._raw, compresslevel=GZIP_LEVEL, mtime=0)
                )
            return self._forms[encoding]

    def choose_encoding(self, accepted: str) -> str:
        """Choose the best encoding that the browser's Accept-Encoding allows."""
        if len(self._raw) < SMALLEST:
            return "identity"
        return choose_encoding(accepted, ("br", "gzip"))

    def respond(self, request: Request, *, cache_control: str, headers: Mapping[str, str] | None = None) -> Response:
        """Answer a request: 304 when the browser has these bytes already."""
        encoding = self.choose_encoding(request.headers.get("accept-encoding", ""))
        extra = {"ETag": self.etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding", **(headers or {})}
        known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
        if self.etag in known:
            return Response(status_code=304, headers=extra)
        if encoding != "identity":
            extra["Content-Encoding"] = encoding
        return Response(self.encode(encoding), media_type=self.media_type, headers=extra)


def choose_encoding(accepted: str, offered: Sequence[str]) -> str:
    """Choose the first of the offered encodings that an Accept-Encoding allows; identity when it allows none."""
    named: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        try:
            named[name.strip()] = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            named[name.strip()] = 0.0
    return next((name for name in offered if named.get(name, 0) > 0), "identity")


def dump_json(value: object) -> bytes:
    """Write compact JSON in UTF-8."""
    return orjson.dumps(value)
