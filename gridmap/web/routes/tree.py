"""The tree of areas: cached for ever by its generation."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gridmap.web.context import WebContext


def make_router(context: WebContext) -> APIRouter:
    """Make the route `/api/tree`."""
    router = APIRouter(tags=["areas"])

    @router.get("/api/tree", response_class=Response, summary="All areas of today's generation as a tree")
    def read_tree(request: Request, generation: Annotated[int | None, Query()] = None) -> Response:
        current, body = context.live.tree()
        is_named = generation == current
        cache = "public, max-age=31536000, immutable" if is_named else "no-cache"
        return body.respond(request, cache_control=cache)

    return router
