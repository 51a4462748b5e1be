"""Who acts, found by the code that a request names."""

from gridmap.domain.staff import Actor
from gridmap.errors import NotFoundError
from gridmap.storage import staff as storage
from gridmap.storage.database import Connection


def find_acting_person(connection: Connection, code: str) -> Actor:
    """Find who acts.

    Raises
    ------
    NotFoundError
        If no active person has that code.
    """
    person = None if "\0" in code else storage.find_actor(connection, code)
    if person is None:
        raise NotFoundError(
            "There is no active person with the code {code!r}: 'gridmap staff list' shows who is.", code=code
        )
    return person
