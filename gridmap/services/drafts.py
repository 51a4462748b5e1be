"""The draft generation: at most one, and a copy of what is current when it begins."""

from gridmap.domain.areas import GenerationId
from gridmap.errors import ConflictError
from gridmap.storage import generations as storage
from gridmap.storage.database import Connection


def open_draft(connection: Connection, *, name: str | None = None, copy_current: bool = True) -> GenerationId:
    """Find the draft, or begin one as a copy of the current generation.

    Parameters
    ----------
    name
        Of the draft; a draft that exists is renamed. Without it a new one is called by today's date.

    Raises
    ------
    ConflictError
        If another generation has that name.
    """
    storage.lock_generations(connection)
    draft = storage.find_draft(connection)
    if draft is not None:
        if name is not None and not _has_name(connection, draft, name):
            _check_free(connection, name)
            storage.update_draft_name(connection, draft, name=name)
        return draft
    if name is None:
        name = _make_free_name(connection)
    _check_free(connection, name)
    current = storage.find_current_generation(connection) if copy_current else None
    return storage.insert_draft(connection, name=name, copy_of=current)


def _has_name(connection: Connection, draft: GenerationId, name: str) -> bool:
    return any(
        generation.id == draft and generation.name == name for generation in storage.list_generations(connection)
    )


def _check_free(connection: Connection, name: str) -> None:
    if storage.is_generation_name_taken(connection, name):
        raise ConflictError(
            "There is a generation {name} already. Give another --generation; gridmap generations lists them.",
            name=name,
        )


def _make_free_name(connection: Connection) -> str:
    today = f"{storage.find_today(connection):%Y-%m-%d}"
    number = 1
    name = today
    while storage.is_generation_name_taken(connection, name):
        number += 1
        name = f"{today} ({number})"
    return name
