"""The clock of the county: office hours, convention of counting, time zone. A change gives open incidents new times."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.domain.due_calendar import make_due_calendar
from gridmap.domain.due_convention import DueConvention, list_differences, make_convention, make_convention_of_text
from gridmap.domain.incidents import IncidentId
from gridmap.domain.office_hours import OfficeHours
from gridmap.errors import InputError, NotFoundError
from gridmap.services.transaction import transaction
from gridmap.storage import calendar as storage
from gridmap.storage import stages as stage_storage
from gridmap.storage.database import Database
from gridmap.storage.stages import StageDue

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CountyClock:
    """How the incidents of the database are timed; `rules` are those in which it differs from the named convention."""

    hours: OfficeHours
    convention_name: str
    rules: tuple[str, ...]
    convention: DueConvention
    timezone: str


@dataclass(frozen=True)
class ChangedClock:
    """The clock now, and what that changed."""

    clock: CountyClock
    changed: list[storage.ChangedDueTime]


def read_county_clock(database: Database) -> CountyClock:
    """Read the clock of the county."""
    with transaction(database) as connection:
        return make_county_clock(storage.read_clock(connection))


def change_county_clock(
    database: Database,
    *,
    hours: str | None = None,
    convention: str | None = None,
    rules: Sequence[str] = (),
    timezone: str | None = None,
) -> ChangedClock:
    """Change what is given and leave the rest; working intervals and the due times of all open incidents follow.

    Parameters
    ----------
    hours
        Such as ``08:30-12:00,13:30-17:30``; ``00:00-24:00`` is the whole working day.
    convention
        One of `CONVENTIONS`; single rules that differed from the former one end with it.
    rules
        RULE=CHOICE that differs from the convention, or from the rules as they are.

    Raises
    ------
    InputError
        If a value is not known, rules contradict each other, or the hours do not fit the zone; nothing is changed then.
    """
    with transaction(database) as connection:
        storage.lock_calendar(connection)
        now = storage.read_clock(connection)
        name = convention or now.due_convention
        kept = [] if convention else now.due_rules.split()
        counted = make_convention(name, [*kept, *rules])
        office = OfficeHours.of_text(hours or now.office_hours)
        wanted = storage.ClockTexts(str(office), name, str(counted), timezone or now.timezone)
        # Says what is wrong with a zone, or with hours that meet each other where its clocks are changed.
        exceptions = storage.list_exceptions(connection)
        make_due_calendar(exceptions, published_years=(), timezone=wanted.timezone, hours=office)
        changed: list[storage.ChangedDueTime] = []
        if wanted != now:
            storage.update_clock(connection, wanted)
            changed = storage.update_due_times(connection, changed_from=None)
            storage.announce_calendar(connection)
            logger.info("clock: %s, %d due times changed", wanted, len(changed))
    return ChangedClock(make_county_clock(wanted), changed)


def list_stage_dues(database: Database, incident_id: int) -> list[StageDue]:
    """List when each stage of an incident is due, in the order of the list; none where its item has no stages.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        found = stage_storage.list_stage_dues(connection, IncidentId(incident_id))
    if found is None:
        raise NotFoundError("There is no incident {incident}.", incident=incident_id)
    return found


def make_county_clock(texts: storage.ClockTexts) -> CountyClock:
    """Make the clock of its settings; raises InputError where they can't be used."""
    try:
        convention = make_convention_of_text(texts.due_rules)
        differences = list_differences(texts.due_convention, convention)
    except (InputError, KeyError) as error:
        raise InputError(
            f"The settings due_convention and due_rules can't be used: {error}. "
            "Set them anew with gridmap calendar clock."
        ) from None
    hours = OfficeHours.of_text(texts.office_hours)
    return CountyClock(hours, texts.due_convention, tuple(differences), convention, texts.timezone)
