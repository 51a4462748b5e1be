"""`gridmap serve`: the map in a browser."""

import ipaddress
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from gridmap.cli.listen import listen
from gridmap.errors import InputError

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from gridmap.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(serve)


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; GRIDMAP_HOST when not given.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on; GRIDMAP_PORT when not given.", min=0, max=65535)] = 0,
    allow_anyone_to_read_and_write: Annotated[
        bool,
        typer.Option(
            "--allow-anyone-to-read-and-write",
            help="Needed for any address but this machine's own: there is no access control yet, so whoever reaches "
            "the address can read every incident and report new ones.",
        ),
    ] = False,
) -> None:
    """Serve the map, the wall and the API until Ctrl-C."""
    from gridmap.settings import read_settings

    settings = read_settings()
    changes: dict[str, object] = {"host": host or settings.host, "port": port or settings.port}
    run_server(settings.model_copy(update=changes), is_open=allow_anyone_to_read_and_write)


def run_server(settings: "Settings", *, is_open: bool = False, sockets: "Sequence[socket.socket]" = ()) -> None:
    """Serve until the process is told to end.

    Parameters
    ----------
    settings
        What to serve, and the address to listen on.
    is_open
        Whether an address that others can reach was meant.
    sockets
        Those that already listen on the address; opened here when there are none.

    Raises
    ------
    InputError
        If the address is not this machine's own and `is_open` is not said, or it is taken.
    DatabaseError
        If the database can't be opened.
    """
    import uvicorn

    from gridmap.web.context import make_context
    from gridmap.web.server import make_server

    check_address(settings.host, is_open=is_open)
    with ExitStack() as stack:
        # Before anything that takes time, and not by the server, which would tell a taken port in its own words.
        listening = list(sockets) or stack.enter_context(listen(settings.host, settings.port))
        context = make_context(settings)
        # Opened here and not by the server, so that what is wrong with it is said in one sentence.
        context.hold_database(stack.enter_context(context.open_database()))
        config = uvicorn.Config(
            make_server(context),
            log_level="warning",
            server_header=False,
            # Compressing a message once for each of 200 browsers costs more than the bytes on a local network.
            ws_per_message_deflate=False,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            timeout_graceful_shutdown=3,
        )
        # Ctrl-C is the way to end it, and no fault.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=listening)


def check_address(host: str, *, is_open: bool) -> None:
    """Check that an address that others can reach was meant.

    Raises
    ------
    InputError
        If it is not a loopback address and `is_open` is not said.
    """
    if is_open or host == "localhost":
        return
    try:
        if ipaddress.ip_address(host.strip("[]")).is_loopback:
            return
    except ValueError:
        pass
    raise InputError(
        f"{host} can be reached by others, and there is no access control yet: whoever reaches it can read every "
        "incident and report new ones. Listen on 127.0.0.1, or say that this is meant: --allow-anyone-to-read-and-write"
    )
