"""One browser on the live channel."""

import asyncio
import contextlib
import logging

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from gridmap.web.live.hub import Hub
from gridmap.web.live.live import Live

logger = logging.getLogger(__name__)

SEND_TIMEOUT_S = 10.0
"""A browser that does not take a message for so long is let go; it will come back by itself."""


async def serve_socket(socket: WebSocket, live: Live, *, epoch: str, revision: int, build: str) -> None:
    """Serve one browser until it goes away."""
    await socket.accept()
    sender = asyncio.create_task(_send_all(socket, live, epoch=epoch, revision=revision, build=build))
    reader = asyncio.create_task(_read_all(socket))
    try:
        await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sender, reader):
            task.cancel()
        for result in await asyncio.gather(sender, reader, return_exceptions=True):
            if isinstance(result, TimeoutError):
                logger.info("A browser was too slow and was let go.")
            elif isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, RuntimeError)):
                logger.warning("A live connection failed: %r", result)
        with contextlib.suppress(Exception):
            await socket.close()


async def _read_all(socket: WebSocket) -> None:
    """Take what the browser says, which is nothing but its farewell."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _send_all(socket: WebSocket, live: Live, *, epoch: str, revision: int, build: str) -> None:
    hub = live.hub
    epoch, revision = await _greet(socket, live, epoch=epoch, revision=revision, build=build)
    figures, heartbeat = "", hub.heartbeat
    while True:
        # The event first, then the look: what comes in between sets the event that is already held.
        event = hub.event
        messages = hub.list_since(epoch, revision)
        if messages is None:
            if epoch != hub.epoch:
                await _send(socket, '{"k":"reload"}')
            epoch, revision = await _greet(socket, live, epoch=epoch, revision=revision, build=build)
            continue
        for message in messages:
            await _send(socket, message)
        revision += len(messages)
        if hub.figures != figures:
            figures = hub.figures
            await _send(socket, figures)
        if hub.heartbeat != heartbeat:
            heartbeat = hub.heartbeat
            await _send(socket, heartbeat)
        if not _has_news(hub, epoch, revision, figures, heartbeat):
            await event.wait()


def _has_news(hub: Hub, epoch: str, revision: int, figures: str, heartbeat: str) -> bool:
    return (epoch, revision, figures, heartbeat) != (hub.epoch, hub.revision, hub.figures, hub.heartbeat)


async def _greet(socket: WebSocket, live: Live, *, epoch: str, revision: int, build: str) -> tuple[str, int]:
    greeting = live.greet(epoch=epoch, revision=revision)
    hello = {
        "k": "hello",
        "epoch": greeting.epoch,
        "build": build,
        "revision": greeting.revision,
        "now_ms": live.now_ms,
        "snapshot": greeting.needs_snapshot,
    }
    await _send(socket, orjson.dumps(hello).decode())
    return greeting.epoch, greeting.from_revision


async def _send(socket: WebSocket, message: str) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send_text(message)
