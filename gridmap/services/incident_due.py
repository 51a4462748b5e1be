"""How the due time of an incident was counted: its limit day by day, what moved it, and why it is provisional."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import Limit
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar
from gridmap.domain.due_convention import DueConvention
from gridmap.domain.due_stopped import CountedDay, CountedDue, count_due
from gridmap.domain.ledger import HoldKind
from gridmap.domain.office_hours import OfficeHours
from gridmap.errors import InputError, NotFoundError
from gridmap.services.clock import CountyClock, make_county_clock
from gridmap.services.transaction import transaction
from gridmap.storage import calendar as calendar_storage
from gridmap.storage import ledger as ledger_storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.due_basis import DueBasis, find_due_basis
from gridmap.storage.ledger import LedgerPiece

__all__ = ["CountedDay", "DueBasis", "IncidentDue", "explain_incident_due", "explain_incident_due_on"]

_MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class IncidentDue:
    """The due time of an incident, explained.

    `counted` is None where nothing is counted: the sender set the due time, the clock stands, or the calendar does not
    reach so far. `unpublished_years` make it provisional.
    """

    basis: DueBasis
    clock: CountyClock
    stops: list[LedgerPiece]
    counted: CountedDue | None
    unpublished_years: list[int]


def explain_incident_due(database: Database, incident_id: int) -> IncidentDue:
    """Explain how the due time of an incident was counted.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    if 0 < incident_id <= _MAX_ID:
        with transaction(database) as connection:
            basis = find_due_basis(connection, incident_id)
            if basis is not None:
                pieces = ledger_storage.list_pieces(connection, incident_id)
                return explain_incident_due_on(connection, basis, pieces)
    raise NotFoundError("There is no incident {incident}.", incident=incident_id)


def explain_incident_due_on(connection: Connection, basis: DueBasis, pieces: Sequence[LedgerPiece]) -> IncidentDue:
    """Explain it in the caller's transaction, from what the due time rests on and the ledger."""
    clock = make_county_clock(calendar_storage.read_clock(connection))
    stops = [piece for piece in pieces if piece.kind is not HoldKind.HELD]
    if basis.target_at is not None or basis.stopped_at is not None or basis.due_at is None:
        return IncidentDue(basis, clock, stops, None, [])
    published = frozenset(one.year for one in calendar_storage.list_years(connection) if one.is_published)
    exceptions = tuple(calendar_storage.list_exceptions(connection))
    calendar = _make_calendar(exceptions, published, clock.timezone, clock.hours, clock.convention)
    spans = [(piece.from_at, piece.to_at) for piece in stops if piece.to_at is not None]
    limit = Limit(basis.limit.value + basis.extension, basis.limit.unit)
    try:
        counted = count_due(basis.reported_at, limit, spans, calendar)
    except InputError:
        # Too long to be read by anybody, or out of the years of the calendar: the due time stands without its days.
        return IncidentDue(basis, clock, stops, None, [])
    return IncidentDue(basis, clock, stops, counted, _list_unpublished(basis, calendar))


def _list_unpublished(basis: DueBasis, calendar: DueCalendar) -> list[int]:
    if not basis.is_provisional or basis.due_at is None:
        return []
    zone = calendar.zone.zone
    first = basis.reported_at.astimezone(zone).year
    # 24:00 of 31 December is still of its year.
    last = (basis.due_at - timedelta(microseconds=1)).astimezone(zone).year
    return [year for year in range(first, last + 1) if year not in calendar.published_years]


@lru_cache(maxsize=2)
def _make_calendar(
    exceptions: tuple[CalendarException, ...],
    published: frozenset[int],
    timezone: str,
    hours: OfficeHours,
    convention: DueConvention,
) -> DueCalendar:
    """Make the calendar once for all that are opened until it changes: two centuries of days take some time."""
    return make_due_calendar(
        exceptions, published_years=published, timezone=timezone, hours=hours, convention=convention
    )
