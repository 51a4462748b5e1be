"""Vector tiles: compressed once, immutable by the version in their URL."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from gridmap.web.context import WebContext
from gridmap.web.tile_cache import TileCache


def make_router(context: WebContext) -> APIRouter:
    """Make the route `/tiles/{layer}/{z}/{x}/{y}.mvt`."""
    router = APIRouter(tags=["tiles"])

    @router.get(
        "/tiles/{layer}/{z}/{x}/{y}.mvt",
        response_class=Response,
        summary="A vector tile of a layer",
        responses={
            200: {"content": {"application/vnd.mapbox-vector-tile": {}}},
            404: {"description": "There is no such layer, or no such tile."},
        },
    )
    def read_tile(
        request: Request,
        layer: str,
        z: Annotated[int, Path(ge=0, le=30)],
        x: Annotated[int, Path(ge=0)],
        y: Annotated[int, Path(ge=0)],
        v: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        found = context.tiles.find_layer(layer, z=z, x=x, y=y)
        version = context.tiles.content.version
        body = context.tile_cache.find_or_make(
            (version, layer, z, x, y), lambda: context.tiles.make_tile(found, z=z, x=x, y=y)
        )
        # A page of an earlier version gets today's shapes, but must not keep them under the old name.
        cache = "public, max-age=31536000, immutable" if v == version else "no-cache"
        return body.respond(request, cache_control=cache)

    return router


def warm(context: WebContext, cache: TileCache) -> int:
    """Make the tiles of the first view before anybody asks. Answers how many."""
    version = context.tiles.content.version
    tiles = context.tiles.list_first_tiles()
    for layer, z, x, y in tiles:
        cache.find_or_make(
            (version, layer.id, z, x, y),
            lambda layer=layer, z=z, x=x, y=y: context.tiles.make_tile(layer, z=z, x=x, y=y),  # type: ignore[misc]
        )
    return len(tiles)
