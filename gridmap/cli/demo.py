"""`gridmap demo`: the demonstration county, built, served and alive."""

import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from gridmap.storage.database import Database

SEED = 370783


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(demo)


def demo(
    *,
    rate: Annotated[float, typer.Option(help="Incidents invented per minute; 0 for none.", min=0)] = 5,
    port: Annotated[int, typer.Option(help="Port to listen on; GRIDMAP_PORT when not given.", min=0, max=65535)] = 0,
    open_browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the map in a browser.")] = True,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build the county and end.")] = False,
) -> None:
    """Build the demonstration county if it is not there, serve it, and invent incidents until Ctrl-C."""
    from rich.console import Console

    from gridmap.cli.listen import listen
    from gridmap.cli.serve import check_address, run_server
    from gridmap.services.demo import build_demonstration
    from gridmap.services.start import open_ready_database
    from gridmap.settings import PROJECT_DIR, read_settings

    settings = read_settings()
    settings = settings.model_copy(update={"port": port or settings.port})
    check_address(settings.host, is_open=False)
    console = Console(stderr=True)
    started = time.monotonic()
    with ExitStack() as stack:
        # The port first: that it is taken is to be said before the county is built.
        sockets = [] if build_only else stack.enter_context(listen(settings.host, settings.port))
        console.print("Starting PostGIS")
        # Held for the life of the command: what follows finds the running server.
        database = stack.enter_context(open_ready_database(settings))
        with _show_steps(console) as progress:
            is_new = build_demonstration(
                database, PROJECT_DIR / "data", seed=SEED, kept_dir=settings.var_dir / "demo", progress=progress
            )
        console.print(
            f"The demonstration county is {'built' if is_new else 'there'} ({time.monotonic() - started:.0f} s)"
        )
        if build_only:
            return
        url = f"http://127.0.0.1:{settings.port}"
        _show_addresses(console, url)
        if open_browser:
            _open_when_ready(url)
        with _simulate(database, rate=rate):
            run_server(settings, sockets=sockets)


def _show_addresses(console: "Console", url: str) -> None:
    # On one line however narrow the terminal is: an address broken in two can't be clicked.
    console.print(f"Map {url}   Wall {url}/wall   Ctrl-C stops everything", highlight=False, soft_wrap=True)


@contextmanager
def _simulate(database: "Database", *, rate: float) -> Iterator[None]:
    """Invent incidents beside the block."""
    from gridmap.services.simulate import run_simulation

    stop = threading.Event()
    thread = threading.Thread(
        target=run_simulation,
        kwargs={"database": database, "rate": rate, "stop": stop, "seed": None},
        name="gridmap-simulate",
    )
    if rate > 0:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if rate > 0:
            thread.join(timeout=10)


def _open_when_ready(url: str) -> None:
    """Open a browser once the page answers; a machine without one is no fault."""
    threading.Thread(target=_wait_and_open, args=(url,), name="gridmap-browser", daemon=True).start()


def _wait_and_open(url: str) -> None:
    import urllib.error
    import urllib.request

    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 -- our own http address
                webbrowser.open(url)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)


@contextmanager
def _show_steps(console: "Console") -> Iterator[Callable[[str, float], None]]:
    """Show one bar per step of the building."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, share: float) -> None:
            if step not in tasks:
                for other in tasks.values():
                    bars.update(other, completed=1.0)
                tasks[step] = bars.add_task(step, total=1.0)
            bars.update(tasks[step], completed=share)

        yield show
