"""Who acts, how and why: told to the triggers by settings that end with the transaction."""

import json
from collections.abc import Mapping
from datetime import datetime

from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def set_acting(
    connection: Connection,
    *,
    actor: str,
    role: str,
    action: str,
    note: str = "",
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> None:
    """Name who acts from here to the end of the transaction, or to the next call.

    Parameters
    ----------
    actor
        Code of the person, or a name of the program's own where no person acts.
    detail
        What the action carried, written to the history as JSON.
    at
        The instant of the change (aware); None is the start of the transaction.
    """
    values = {
        "actor": actor,
        "role": role,
        "action": action,
        "note": note,
        "detail": "" if detail is None else json.dumps(detail, ensure_ascii=False, default=str),
        "at": "" if at is None else at.isoformat(),
    }
    connection.execute(read_statement("staff/set_acting"), values)
