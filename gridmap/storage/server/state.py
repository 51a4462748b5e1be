"""How the server ended: in order, or in the middle of its work."""

import subprocess

from gridmap.storage.server.binaries import Binaries
from gridmap.storage.server.faults import make_fault
from gridmap.storage.server.place import ServerPlace

_STATE_LINE = "Database cluster state:"
# What a server writes as its last word; after a kill the file still says "in production" or "in crash recovery".
_ENDED_IN_ORDER = frozenset({"shut down", "shut down in recovery"})
_TIMEOUT_S = 20


def was_stopped_in_order(place: ServerPlace, binaries: Binaries) -> bool:
    """Tell whether the server that is not running was stopped by somebody, rather than killed or crashed.

    Read with pg_controldata from the control file, whose state PostgreSQL writes and flushes as the last step of a
    shutdown ("Database cluster state"). The pid file would not do: a server that gives up in its recovery, for want
    of disk space, removes it as well.

    Raises
    ------
    ServerError
        If the control file can't be read.
    """
    arguments = [binaries.find_program("pg_controldata"), place.data_dir]
    try:
        done = place.account.run(arguments, timeout_s=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise make_fault("examined (pg_controldata)", str(error), place) from error
    for line in done.stdout.splitlines():
        if line.startswith(_STATE_LINE):
            return line.removeprefix(_STATE_LINE).strip() in _ENDED_IN_ORDER
    raise make_fault("examined (pg_controldata)", done.stderr, place)
