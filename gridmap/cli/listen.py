"""The sockets that a server listens on, opened before anything that takes time."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from gridmap.errors import InputError

BACKLOG = 2048
# What a machine without IPv6 answers for the second address of `localhost`.
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_ADVICE = {
    errno.EADDRINUSE: "Another program listens there, perhaps another gridmap: end it, or choose another port",
    errno.EACCES: "Ports below 1024 are for root alone: choose another port",
    errno.EADDRNOTAVAIL: "This machine has no such address: choose another one (GRIDMAP_HOST, --host), or another port",
}


@contextmanager
def listen(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Listen on every address of a host name, for a block; browsers that come early wait for the server.

    Raises
    ------
    InputError
        If the address is taken, is not this machine's, or may not be used; names what to set.
    """
    with ExitStack() as stack:
        try:
            sockets = [stack.enter_context(closing(opened)) for opened in _open_sockets(host.strip("[]"), port)]
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, "Choose another address (GRIDMAP_HOST, --host) or another port")
            # Python adds the address to the words of the system; a name that is unknown has a number below zero.
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
            raise InputError(
                f"Can't listen on {host}, port {port}: {reason}. {advice} (GRIDMAP_PORT, --port)."
            ) from error
        yield sockets


def _open_sockets(host: str, port: int) -> list[socket.socket]:
    with ExitStack() as stack:
        opened: list[socket.socket] = []
        absent: OSError | None = None
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                # It sets SO_REUSEADDR, so that a restart need not wait for the connections of the former server.
                one = socket.create_server((str(address[0]), port), family=family, backlog=BACKLOG)
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                absent = error
            else:
                opened.append(stack.enter_context(closing(one)))
        if absent is not None and not opened:
            raise absent
        stack.pop_all()
        return opened
