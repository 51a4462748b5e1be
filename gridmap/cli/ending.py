"""A signal as a question: what runs comes to the end of what it is doing, and ends by itself."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Asked:
    """Whether somebody asked for the end: `event` is set then, `number` is the signal's."""

    event: threading.Event = field(default_factory=threading.Event)
    number: int | None = None


@contextmanager
def asked_to_end() -> Iterator[Asked]:
    """Take Ctrl-C, SIGTERM and a closed terminal as a request for a block; the second one does what it always did.

    An exception out of a signal can come in the middle of anything, also where it is swallowed; and an event that a
    handler sets waits for its own lock for ever where the same thread was about to wait for it. So a thread sets it.
    """
    asked = Asked()
    reader, writer = socket.socketpair()
    writer.setblocking(False)

    def listen() -> None:
        while number := reader.recv(1):
            if number[0] in _NUMBERS:
                asked.number = number[0]
                asked.event.set()
                return

    def note(_number: int, _frame: FrameType | None) -> None:
        restore()

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    listener = threading.Thread(target=listen, name="asked-to-end", daemon=True)
    listener.start()
    former_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    former = {number: signal.signal(number, note) for number in _NUMBERS}
    try:
        yield asked
    finally:
        restore()
        signal.set_wakeup_fd(former_fd)
        writer.close()
        listener.join()
        reader.close()
