"""The web server: wiring, no rules."""

import asyncio
import contextlib
import importlib
import logging
import pkgutil
import threading
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version

from dash import Dash
from dash._get_app import app_context
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gridmap.errors import GridMapError, NotFoundError
from gridmap.services.tiles import TileService
from gridmap.web import routes
from gridmap.web.border import DATA_PREFIXES, Border
from gridmap.web.context import WebContext
from gridmap.web.dynamic import CompressedAnswers
from gridmap.web.errors import register_error_handlers
from gridmap.web.housekeeping import end_pauses, keep_burnt, keep_house, keep_supervising
from gridmap.web.live.follower import Follower
from gridmap.web.live.live import Live
from gridmap.web.pages import register_pages
from gridmap.web.pages.not_found import add_page_routes
from gridmap.web.routes import tiles
from gridmap.web.static import CompressedStatic

logger = logging.getLogger(__name__)

HEARTBEAT_S = 5.0


def make_server(context: WebContext) -> FastAPI:
    """Make the ASGI application; its database is opened when the server starts and closed when it stops."""

    @contextlib.asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        # Clientside callbacks stand as inline scripts in the page: the policy names their hashes.
        dash._setup_server()  # type: ignore[no-untyped-call]
        server.state.script_hashes = list(dict.fromkeys(dash.csp_hashes()))
        async with _run(context):
            yield

    server = FastAPI(
        title="GridMap",
        version=version("gridmap"),
        description="Grids, incidents, responsible units and their clocks of a county.",
        openapi_url="/api/openapi.json",
        # Their pages load scripts from outside.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    register_error_handlers(server)
    for router in _make_routers(context):
        server.include_router(router)
    # Its hints know neither the FastAPI backend nor that None keeps the title still.
    dash = Dash(
        "gridmap",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(context.settings.assets_dir.resolve()),
        update_title=None,  # type: ignore[arg-type]
        serve_locally=True,
    )
    # Dash would answer every unknown path with its page: what is not there must say so.
    for prefix in DATA_PREFIXES:
        server.add_api_route(f"{prefix}{{path:path}}", _answer_nothing, methods=["GET"], include_in_schema=False)
    register_pages(dash, context)
    add_page_routes(server, dash, context)
    server.add_middleware(CompressedAnswers)
    server.add_middleware(CompressedStatic)
    server.add_middleware(
        Border,
        host=context.settings.host,
        allowed_hosts=context.settings.allowed_hosts,
        basemap_url=context.settings.basemap_url,
    )
    server.add_middleware(_CurrentDash, dash=dash)
    return server


def _make_routers(context: WebContext) -> Iterator[APIRouter]:
    """Make the router of each module of `gridmap.web.routes`: a new route is a new file."""
    for found in sorted(pkgutil.iter_modules(routes.__path__), key=lambda module: module.name):
        make_router = getattr(importlib.import_module(f"{routes.__name__}.{found.name}"), "make_router", None)
        if make_router is not None:
            yield make_router(context)


async def _answer_nothing(path: str) -> None:
    raise NotFoundError("There is nothing at {path}.", path=path[:200])


class _CurrentDash:
    """Dash finds its app through a global of the process; with two servers in one process each must find its own."""

    def __init__(self, app: ASGIApp, *, dash: Dash) -> None:
        self._app = app
        self._dash = dash

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = app_context.set(self._dash)
        try:
            await self._app(scope, receive, send)
        finally:
            app_context.reset(token)


@contextlib.asynccontextmanager
async def _run(context: WebContext) -> AsyncIterator[None]:
    """Open the database, follow it, and make the first tiles in the background; undo it all at the end."""
    with contextlib.ExitStack() as stack:
        database = await asyncio.to_thread(stack.enter_context, context.open_database())
        # Few for the tiles: those of one view must not take all cores, nor all connections from the others.
        for_tiles = await asyncio.to_thread(stack.enter_context, database.pooled(max_size=3))
        for_routes = await asyncio.to_thread(stack.enter_context, database.pooled())
        context.opened_database = for_routes
        service = TileService(for_tiles, context.layers, layers_hash=context.layers_hash)
        context.opened_tiles = service
        await asyncio.to_thread(service.refresh)
        live = Live(for_routes, on_load=lambda _loaded: _renew_tiles(context))
        live.hub.bind(asyncio.get_running_loop())
        context.opened_live = live
        follower = Follower(live)
        follower.start()
        tasks = [
            asyncio.create_task(_beat(live)),
            asyncio.create_task(keep_house(for_routes)),
            asyncio.create_task(end_pauses(for_routes)),
            asyncio.create_task(keep_supervising(for_routes)),
            asyncio.create_task(keep_burnt(for_routes, live)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(follower.stop)
            context.opened_live = context.opened_tiles = context.opened_database = None


async def _beat(live: Live) -> None:
    """Show the browsers that the server lives, and how old its picture is; by itself, whatever the follower waits
    for.
    """
    while True:
        live.hub.publish_heartbeat(now_ms=live.now_ms, feed_age_ms=live.feed_age_ms)
        await asyncio.sleep(HEARTBEAT_S)


def _renew_tiles(context: WebContext) -> None:
    """After a loading: tiles of the new content, those of the first view before anybody asks."""
    context.tiles.refresh()
    threading.Thread(target=_warm_tiles, args=(context,), name="gridmap-tiles", daemon=True).start()


def _warm_tiles(context: WebContext) -> None:
    try:
        logger.info("%d tiles made ahead.", tiles.warm(context, context.tile_cache))
        context.live.tree()
    except GridMapError as error:
        # They are made when they are asked for.
        logger.warning("No tiles made ahead: %s", error)
