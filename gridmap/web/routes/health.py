"""Is all well: for the operator and for whatever watches the server."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from gridmap.errors import DatabaseError
from gridmap.services.health import check_health
from gridmap.web.context import WebContext

STALE_MS = 15_000
"""A feed older than this is a fault: walls turn amber at the same age."""


def make_router(context: WebContext) -> APIRouter:
    """Make the route `/healthz`: 200 when the database answers and the board follows it, else 503."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/healthz",
        summary="Database, age of the feed, revision, calendar",
        responses={503: {"description": "Not well; the same facts.", "content": {"application/json": {}}}},
    )
    def read_health() -> JSONResponse:
        live = context.live
        content: dict[str, Any] = {
            "build": context.build,
            "is_board_loaded": live.is_ready,
            "feed_age_ms": live.feed_age_ms,
            "open_incidents": live.count_open(),
            "epoch": live.hub.epoch,
            "tick": live.hub.revision,
            "tiles_version": context.tiles.content.version,
            "tile_cache_bytes": context.tile_cache.size_bytes,
        }
        try:
            health = check_health(context.database, timezone=context.settings.timezone)
        except DatabaseError as error:
            return JSONResponse({"is_well": False, "database": str(error), **content}, status_code=503)
        until = health.calendar_known_until
        is_well = live.is_ready and live.feed_age_ms <= STALE_MS
        content |= {
            "database": "ok",
            "revision": health.revision,
            "generation": health.generation,
            "calendar_known_until": None if until is None else until.isoformat(),
            "calendar_warning": health.calendar_warning,
        }
        return JSONResponse({"is_well": is_well, **content}, status_code=200 if is_well else 503)

    return router
