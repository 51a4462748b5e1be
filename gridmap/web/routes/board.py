"""The board: a snapshot over HTTP, then numbered changes over a WebSocket; and who burnt the time, by area."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, WebSocket

from gridmap.errors import DatabaseError
from gridmap.web.context import WebContext
from gridmap.web.live.socket import serve_socket


def make_router(context: WebContext) -> APIRouter:
    """Make the routes `/api/board`, `/api/board/burnt` and `/ws/live`."""
    router = APIRouter(tags=["board"])

    @router.get("/api/board", response_class=Response, summary="All open incidents as columns (GMB1)")
    def read_board(request: Request) -> Response:
        snapshot = context.live.snapshot()
        return snapshot.body.respond(request, cache_control="no-cache")

    @router.get("/api/board/burnt", response_class=Response, summary="Who burnt the time of 30 days, by unit and area")
    def read_burnt(request: Request) -> Response:
        body = context.live.burnt
        if body is None:
            raise DatabaseError("Who burnt the time is still being read. Try again in a moment.")
        return body.respond(request, cache_control="no-cache")

    @router.websocket("/ws/live")
    async def follow(
        socket: WebSocket,
        epoch: Annotated[str, Query(max_length=40)] = "",
        revision: Annotated[int, Query()] = 0,
    ) -> None:
        await serve_socket(socket, context.live, epoch=epoch, revision=revision, build=context.build)

    return router
