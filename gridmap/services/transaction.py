"""One transaction of a service, with a lost database told as our error."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg_errors

from gridmap.errors import DatabaseError
from gridmap.sentence import Technical
from gridmap.storage.database import Connection, Database


@contextmanager
def transaction(database: Database) -> Iterator[Connection]:
    """Open a connection for a block: committed at its end, rolled back at an error.

    Raises
    ------
    DatabaseError
        If the server does not answer, or goes away before the commit was confirmed, or its disk is full. A deadlock or
        a lost race of transactions stays what it is: the caller may try again. So does a refused row, and its words
        say which rule it broke, not what it held.
    """
    try:
        with database.connect() as connection:
            yield connection
    except (pg_errors.DeadlockDetected, pg_errors.SerializationFailure):
        raise
    except (pg_errors.IntegrityError, pg_errors.DataError) as error:
        # Its detail and its context repeat the row, and an error that nobody expected is logged with its words.
        error.args = (error.diag.message_primary or "",)
        raise
    except pg_errors.DiskFull as error:
        raise DatabaseError(
            "The disk of the database is full ({where}): {cause}. Nothing of this was stored. "
            "Make room on the disk that holds the data folder (df shows how full each is), then send it again.",
            where=Technical(database.where),
            cause=Technical(str(error).strip()),
        ) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DatabaseError(
            "The database went away ({where}): {cause}. Send it again when it is back; what has a key is not stored "
            "twice.",
            where=Technical(database.where),
            cause=Technical(str(error).strip()),
        ) from error
