"""The one error tree. Every error is also the matching built-in; borders (CLI, web) catch `GridMapError` only."""

from gridmap.sentence import Sentence, Value


class GridMapError(Exception):
    """Anything that a user can put right: the message says what, which one, and what to do.

    `str()` of it is English; the pages say its `sentence` in their own language.

    Parameters
    ----------
    said
        The English template, a literal, with `values` by name; or a sentence that was made before.
    """

    def __init__(self, said: str | Sentence = "", /, **values: Value) -> None:
        self.sentence = Sentence(said, **values) if isinstance(said, str) else said
        super().__init__(str(self.sentence))


class InputError(GridMapError, ValueError):
    """What was given (a file, a row, an option, a request) can't be used."""


class NotFoundError(GridMapError, LookupError):
    """A code, an id or a file that was named does not exist."""


class NotAllowedError(GridMapError, PermissionError):
    """The person who asks may not do this."""


class ConflictError(GridMapError, RuntimeError):
    """The row changed since it was read, or the key is taken."""


class DatabaseError(GridMapError, RuntimeError):
    """The database is absent, unusable or too old."""


class ServerError(DatabaseError):
    """The private PostgreSQL server can't be started, found or stopped."""


class MigrationError(DatabaseError):
    """A migration failed, or the database was migrated by another version."""
