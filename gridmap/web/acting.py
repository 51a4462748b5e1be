"""Who acts: named by a header, which a proxy with authentication sets; there is no login of our own yet."""

from typing import Annotated

from fastapi import Header

from gridmap.errors import InputError

ACTOR_HEADER = "X-Gridmap-Actor"


def find_actor_code(
    x_gridmap_actor: Annotated[str | None, Header(max_length=100, description="Code of the person who acts.")] = None,
) -> str:
    """Find the code of the person who acts.

    Raises
    ------
    InputError
        If the header is missing.
    """
    if not x_gridmap_actor:
        raise InputError(f"Who acts? Name the person by the header {ACTOR_HEADER}: a code of 'gridmap staff list'.")
    return x_gridmap_actor
