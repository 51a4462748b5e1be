"""Maintenance: what the program does to many incidents as a whole, and nobody by hand.

The database refuses to change what its triggers derive and write: due times, the ledger, the history (migration 0023).
A new calendar, new boundaries, a history that is loaded and a demonstration that is renewed do so all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@contextmanager
def maintenance(connection: Connection) -> Iterator[None]:
    """Let the statements of a block change what is derived.

    The connection is inside a transaction, whose end ends it too.
    """
    connection.execute(read_statement("maintenance/set_maintenance"), {"state": "on"})
    yield
    # Not after an error: that ends the transaction, or the block of it, and with it the setting.
    connection.execute(read_statement("maintenance/set_maintenance"), {"state": "off"})
