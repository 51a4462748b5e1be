"""Who acts in a request: named by a header, until there is a login.

A proxy that knows the person sets it and takes away what the client sent; see docs/operations.md.
"""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header

from gridmap.errors import NotAllowedError


def read_actor_code(x_gridmap_actor: Annotated[str | None, Header(max_length=200)] = None) -> str | None:
    """Read the code of the person who acts, None where none is named. What is not ASCII is percent-encoded UTF-8."""
    return unquote(x_gridmap_actor).strip() or None if x_gridmap_actor else None


def find_actor_code(code: Annotated[str | None, Depends(read_actor_code)]) -> str:
    """Find the code of the person who acts.

    Raises
    ------
    NotAllowedError
        If none is named.
    """
    if code is None:
        raise NotAllowedError("Nobody is named who acts: send the header X-Gridmap-Actor with the code of a person.")
    return code
