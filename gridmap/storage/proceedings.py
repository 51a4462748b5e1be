"""What all proceedings ask of the database: settings, the incident in question, units, ends of spans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.incidents import Status
from gridmap.domain.proceeding_settings import NAMES, ProceedingSettings, Span, make_proceeding_settings
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement
from gridmap.storage.transitions import lock_incident


@dataclass(frozen=True)
class Matter:
    """The incident that a proceeding is about, as it is now; ids are None where there is none."""

    id: int
    status: Status
    is_open: bool
    version: int
    item_code: str | None
    township: str | None
    lead_unit_id: int | None
    holder_unit_id: int | None
    centre_unit_id: int | None
    area_codes: list[str]


def read_proceeding_settings(connection: Connection) -> ProceedingSettings:
    """Read the settings of all proceedings.

    Raises
    ------
    InputError
        If one can't be used.
    """
    rows = connection.execute(read_statement("proceedings/read_settings"), {"names": list(NAMES)}).fetchall()
    return make_proceeding_settings({str(row[0]): str(row[1]) for row in rows})


def find_matter(connection: Connection, incident_id: int, *, is_locked: bool = True) -> Matter | None:
    """Find an incident and lock it to the end of the transaction; None when there is none.

    So what is decided about an incident is decided one after the other, each on what the one before left. Who only
    reads needs no lock.
    """
    if is_locked:
        lock_incident(connection, incident_id)
    with connection.cursor(row_factory=enum_row(Matter)) as cursor:
        cursor.execute(read_statement("proceedings/find_matter"), {"incident_id": incident_id})
        return cursor.fetchone()


def find_centre_unit_id(connection: Connection) -> int | None:
    """Find the unit that is the command centre; None where the units hold none."""
    row = connection.execute(read_statement("proceedings/find_centre")).fetchone()
    return None if row is None else row[0]


def list_unit_ids(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """List the ids of units by their codes; unknown ones are left out."""
    known = [code for code in codes if "\0" not in code]
    return {row[0]: row[1] for row in connection.execute(read_statement("proceedings/list_unit_ids"), {"codes": known})}


def find_span_end(connection: Connection, start: datetime, span: Span) -> datetime | None:
    """Find when a span is over, by the working calendar where it counts working time; None beyond the calendar."""
    row = connection.execute(
        read_statement("proceedings/find_span_end"), {"start": start, "span": str(span)}
    ).fetchone()
    return None if row is None else row[0]
