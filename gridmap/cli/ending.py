"""A signal as a question: what runs comes to the end of what it is doing, and ends by itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType


@dataclass
class Asked:
    """Whether somebody asked for the end: `event` is set then, `number` is the signal's."""

    event: threading.Event = field(default_factory=threading.Event)
    number: int | None = None


@contextmanager
def asked_to_end() -> Iterator[Asked]:
    """Take Ctrl-C, SIGTERM and a closed terminal as a request for a block; the second one does what it always did.

    An exception out of a signal can come in the middle of anything, also where it is swallowed.
    """
    asked = Asked()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.number = number
        asked.event.set()
        restore()

    former = {number: signal.signal(number, ask) for number in numbers}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    try:
        yield asked
    finally:
        restore()
