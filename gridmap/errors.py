"""The one error tree. Every error is also the matching built-in; borders (CLI, web) catch `GridMapError` only."""


class GridMapError(Exception):
    """Anything that a user can put right: the message says what, which one, and what to do."""


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
