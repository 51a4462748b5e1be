"""The best form that the browser takes, and the same bytes in all of them."""

import gzip
import threading

import brotli
import pytest

from gridmap.web.compression import SMALLEST, Body
from gridmap.web.tile_cache import TileCache

RAW = b"grid " * 1000


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("gzip, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", "identity"),
        ("", "identity"),
        ("br;q=nonsense, gzip", "gzip"),
    ],
)
def test_the_browser_decides_what_it_takes(accepted: str, chosen: str) -> None:
    assert Body(RAW, "text/plain").choose_encoding(accepted) == chosen


def test_all_forms_hold_the_same_bytes() -> None:
    body = Body(RAW, "text/plain")
    assert brotli.decompress(body.encode("br")) == RAW
    assert gzip.decompress(body.encode("gzip")) == RAW
    assert body.encode("identity") == RAW
    assert body.encode("br") is body.encode("br")


def test_small_bodies_stay_as_they_are() -> None:
    assert Body(b"x" * (SMALLEST - 1), "text/plain").choose_encoding("br") == "identity"


def test_other_bytes_have_another_tag() -> None:
    assert Body(RAW, "text/plain").etag == Body(RAW, "text/plain").etag
    assert Body(RAW, "text/plain").etag != Body(RAW + b".", "text/plain").etag


def test_the_tile_cache_forgets_the_least_used() -> None:
    made: list[int] = []
    cache = TileCache(max_bytes=4000)

    def ask(x: int) -> bytes:
        def make() -> bytes:
            made.append(x)
            return bytes([x]) * 600

        return cache.find_or_make(("v", "layer", 1, x, 0), make).encode("identity")

    for x in (1, 2, 3, 1, 4, 5, 1):
        assert ask(x) == bytes([x]) * 600
    assert made == [1, 2, 3, 4, 5]
    assert cache.size_bytes <= 4000
    ask(2)
    assert made[-1] == 2


def test_a_tile_that_many_ask_for_is_made_once_and_a_failure_is_not_kept() -> None:
    cache = TileCache()
    made: list[int] = []
    go = threading.Event()

    def make() -> bytes:
        go.wait(5)
        made.append(1)
        return b"tile"

    key = ("v", "layer", 1, 0, 0)
    threads = [threading.Thread(target=cache.find_or_make, args=(key, make)) for _ in range(20)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert made == [1]

    def fail() -> bytes:
        raise RuntimeError("no database")

    other = ("v", "layer", 1, 1, 0)
    with pytest.raises(RuntimeError):
        cache.find_or_make(other, fail)
    assert cache.find_or_make(other, lambda: b"well").encode("identity") == b"well"
