"""The command `gridmap`.

Each module of this package that has `register(app)` adds its commands: a new command is a new file. Modules import
what is heavy inside their commands, so that `gridmap --help` stays quick.
"""

import importlib
import logging
import pkgutil
import signal
import sys
import threading
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from typer.core import TyperGroup

from gridmap.errors import GridMapError

EXIT_FAULT = 2
EXIT_INTERRUPTED = 130


class BorderGroup(TyperGroup):
    """The border of the command line: our errors become a message and exit code 2, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        _end_on_signals()
        try:
            return super().invoke(ctx)
        except GridMapError as error:
            # No markup and no wrapping: the message holds paths and SQL, and is searched for by people.
            sys.stderr.write(f"gridmap: {error}\n")
            raise typer.Exit(EXIT_FAULT) from error
        except KeyboardInterrupt:
            sys.stderr.write("gridmap: interrupted\n")
            raise typer.Exit(EXIT_INTERRUPTED) from None


app = typer.Typer(
    name="gridmap",
    cls=BorderGroup,
    help="The grid-management map of a county: grids, live incidents, responsible units, working-day clocks.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local values could print a database password.
    pretty_exceptions_show_locals=False,
)
import_app = typer.Typer(help="Bring files into the database.", no_args_is_help=True)
check_app = typer.Typer(help="Look for faults in what the database holds.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(check_app, name="check")


@app.callback()
def _start(
    *, verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show each step on standard error.")] = False
) -> None:
    level = logging.INFO if verbose else logging.WARNING
    handler = RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
    logging.basicConfig(level=level, format="%(message)s", datefmt="%H:%M:%S", handlers=[handler])


def _end_on_signals() -> None:
    """Let SIGTERM and a closed terminal unwind the blocks that are open, so that what was started is stopped."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGHUP, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _register_commands() -> None:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        register = getattr(importlib.import_module(f"{__name__}.{module.name}"), "register", None)
        if register is not None:
            register(app)


_register_commands()
