"""Powers of units in the database."""

from collections.abc import Sequence
from datetime import date

from gridmap.domain.responsibility.powers import Power
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def list_powers(
    connection: Connection,
    *,
    unit_code: str | None = None,
    item_code: str | None = None,
    day: date | None = None,
    ends_until: date | None = None,
) -> list[Power]:
    """List powers by unit, item and first day.

    Parameters
    ----------
    day
        Only those that hold on it.
    ends_until
        Only those whose last day is this one or an earlier one.
    """
    values = {"unit_code": unit_code, "item_code": item_code, "day": day, "ends_until": ends_until}
    return [Power(*row) for row in connection.execute(read_statement("powers/list"), values)]


def lock_powers(connection: Connection) -> None:
    """Let nobody else change powers until the end of the transaction."""
    connection.execute(read_statement("powers/lock"))


def upsert_powers(connection: Connection, powers: Sequence[Power]) -> int:
    """Insert powers, or update those of the same unit, item and first day; gives how many are new or differ."""
    names = ("unit_code", "item_code", "first_day", "last_day", "is_trial", "source")
    values = {name: [getattr(power, name) for power in powers] for name in names}
    return connection.execute(read_statement("powers/upsert"), values).rowcount


def has_power(connection: Connection, unit_code: str, item_code: str, day: date) -> bool:
    """Tell whether a unit may handle an item on a day; no for a unit that does not exist."""
    values = {"unit_code": unit_code, "item_code": item_code, "day": day}
    row = connection.execute(read_statement("powers/has_power"), values).fetchone()
    return bool(row and row[0])
