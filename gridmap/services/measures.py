"""Measures by any area, unit, item and period, as of any past instant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gridmap.domain.measure_value import MeasureValue, make_value
from gridmap.domain.measures import (
    AREA_DIMENSIONS,
    COUNTED_MEASURES,
    GRID_MEASURES,
    MEASURES,
    Dimension,
    MeasureId,
    choose_measures,
)
from gridmap.errors import InputError, NotFoundError
from gridmap.sentence import Term, list_texts
from gridmap.services.transaction import transaction
from gridmap.storage import measures as storage
from gridmap.storage.calendar import find_timezone
from gridmap.storage.database import Connection, Database
from gridmap.storage.measures import GridCounts, Hours, IncidentCounts, Scope

__all__ = [
    "MEASURES",
    "MeasureId",
    "MeasureQuestion",
    "MeasureRow",
    "MeasureTable",
    "MeasureValue",
    "measure",
    "measure_on",
]


@dataclass(frozen=True, kw_only=True)
class MeasureQuestion:
    """What is asked.

    Parameters
    ----------
    by
        What the rows are.
    measures, leave_out
        Names of measures; no `measures` are all that rows of this kind can have.
    area, unit, item
        Codes; None does not restrict. An area of any level, with all below it.
    since, until
        Reports from `since` to before `until`; of the burnt hours the time itself.
    as_of
        The instant whose knowledge counts; None is now, and so is one that has not come yet.

    An instant without an offset from UTC is of the county's zone; in an hour that comes twice it is the first.
    """

    by: str = Dimension.COUNTY
    measures: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    area: str | None = None
    unit: str | None = None
    item: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None


@dataclass(frozen=True)
class MeasureRow:
    """One row; the key is a code, a day, a month or a word; empty for no unit (the command centre), item or class."""

    key: str
    name: str
    incidents: int
    values: dict[MeasureId, MeasureValue]


@dataclass(frozen=True)
class MeasureTable:
    """The answer.

    `on_map` of `incidents` are in the rows: by areas those whose points are good enough for such an area, else all.
    `total` is of everything that was asked, of those too that no row holds.
    """

    by: Dimension
    measures: tuple[MeasureId, ...]
    as_of: datetime
    rows: list[MeasureRow]
    total: MeasureRow
    incidents: int
    on_map: int
    small_number: int


def measure(database: Database, question: MeasureQuestion) -> MeasureTable:
    """Measure in one snapshot.

    Raises
    ------
    InputError
        If a measure or a kind of rows is unknown, or the period ends before it starts.
    NotFoundError
        If there is no such area, unit or item.
    """
    by, measures = _check(question)
    with transaction(database) as connection:
        storage.prepare_reading(connection)
        return _measure(connection, question, by, measures)


def measure_on(connection: Connection, question: MeasureQuestion) -> MeasureTable:
    """Measure in the caller's transaction; raises as `measure`."""
    return _measure(connection, question, *_check(question))


def _check(question: MeasureQuestion) -> tuple[Dimension, tuple[MeasureId, ...]]:
    if question.by not in set(Dimension):
        raise InputError(
            "Measures are by one of {dimensions}, not by {by!r}.", dimensions=list_texts(Dimension), by=question.by
        )
    by = Dimension(question.by)
    if any("\0" in (code or "") for code in (question.area, question.unit, question.item)):
        raise InputError("A code can't hold the character U+0000.")
    return by, choose_measures(question.measures, by=by, leave_out=question.leave_out)


def _localise(connection: Connection, question: MeasureQuestion) -> MeasureQuestion:
    """Give instants without a zone the county's."""
    instants = (question.since, question.until, question.as_of)
    if any(at is not None and at.tzinfo is None for at in instants):
        zone = ZoneInfo(find_timezone(connection))
        since, until, as_of = (at.replace(tzinfo=zone) if at and at.tzinfo is None else at for at in instants)
        question = replace(question, since=since, until=until, as_of=as_of)
    if question.since is not None and question.until is not None and question.since > question.until:
        raise InputError(
            "The period ends at {end}, before it starts at {start}.",
            end=question.until.isoformat(),
            start=question.since.isoformat(),
        )
    return question


def _measure(
    connection: Connection, question: MeasureQuestion, by: Dimension, measures: tuple[MeasureId, ...]
) -> MeasureTable:
    question = _localise(connection, question)
    known = storage.find_known(connection, area=question.area, unit=question.unit, item=question.item)
    for what, code, is_there in (
        ("area", question.area, known.has_area),
        ("unit", question.unit, known.has_unit),
        ("item", question.item, known.has_item),
    ):
        if not is_there:
            raise NotFoundError("There is no {what} {code}.", what=Term("subject", what), code=str(code))
    as_of = (known.now if question.as_of is None else min(question.as_of, known.now)).astimezone(UTC)
    scope = Scope(by, question.area, question.unit, question.item, question.since, question.until, as_of)
    asked = frozenset(measures)
    incidents = storage.count_incidents(connection, scope)
    parts = _count(connection, scope, incidents, asked)
    names = storage.list_names(connection, scope)
    by_key = {row.key: row.incidents for row in incidents}
    # A part that covers everything, such as the households of the area, makes no row of its own.
    keys = {key for part in parts.values() for key in part.rows if key is not None}
    keys |= {key for key in by_key if key is not None}

    def make_row(key: str | None, name: str, count: int) -> MeasureRow:
        values = {}
        for one in measures:
            found = parts[one].total if key is None else parts[one].rows.get(key, parts[one].absent)
            values[one] = make_value(
                one, found.numerator, found.denominator, small_number=known.small_number, held=found.held
            )
        return MeasureRow(key or "", name, count, values)

    total = sum(by_key.values())
    return MeasureTable(
        by=by,
        measures=measures,
        as_of=as_of,
        rows=[make_row(key, names.get(key, key), by_key.get(key, 0)) for key in sorted(keys)],
        total=make_row(None, "", total),
        incidents=total,
        on_map=total - by_key.get(None, 0),
        small_number=known.small_number,
    )


@dataclass(frozen=True)
class _Ratio:
    numerator: float = 0
    denominator: float = 0
    held: float | None = None


@dataclass(frozen=True)
class _Part:
    """One measure of every row that has it, of a row that has none, and of everything."""

    rows: Mapping[str | None, _Ratio]
    total: _Ratio
    absent: _Ratio = _Ratio()


def _count(
    connection: Connection, scope: Scope, incidents: list[IncidentCounts], asked: frozenset[MeasureId]
) -> dict[MeasureId, _Part]:
    parts = {
        one: _add_up({row.key: _Ratio(*row.counts[one]) for row in incidents})
        for one in asked & COUNTED_MEASURES - {MeasureId.INCIDENTS_PER_100_HOUSEHOLDS}
    }
    if MeasureId.RETURNED in asked:
        once = _add_up({row.key: _Ratio(*row.returned_once) for row in incidents}).total
        parts[MeasureId.RETURNED] = replace(parts[MeasureId.RETURNED], total=once)
    if MeasureId.REPEAT_PLACES in asked:
        repeats = storage.count_repeats(connection, scope)
        parts[MeasureId.REPEAT_PLACES] = _add_up({key: _Ratio(*counts) for key, counts in repeats.items()})
    if MeasureId.BURNT_HOURS in asked:
        parts[MeasureId.BURNT_HOURS] = _make_hours(storage.sum_burnt(connection, scope), scope)
    if MeasureId.OVERDUE_HOURS in asked:
        parts[MeasureId.OVERDUE_HOURS] = _make_hours(storage.sum_overdue(connection, scope), scope)
    if asked & (GRID_MEASURES | {MeasureId.INCIDENTS_PER_100_HOUSEHOLDS}):
        grids = storage.count_grids(connection, scope)
        parts |= _make_grid_parts(grids, scope)
        parts[MeasureId.INCIDENTS_PER_100_HOUSEHOLDS] = _spread_over_households(incidents, grids, scope)
    return parts


def _add_up(rows: Mapping[str | None, _Ratio]) -> _Part:
    total = _Ratio(sum(one.numerator for one in rows.values()), sum(one.denominator for one in rows.values()))
    return _Part(rows, total)


def _make_hours(found: list[Hours], scope: Scope) -> _Part:
    rows: dict[str | None, _Ratio] = {
        one.key: _Ratio(one.burnt_h, one.incidents, one.held_h)
        for one in found
        if not one.is_total and one.key is not None
    }
    # An incident that two units had in hand is one: the total is no sum of the rows.
    total = next((_Ratio(one.burnt_h, one.incidents) for one in found if one.is_total), _Ratio())
    return _Part(rows, total, _Ratio(held=0.0 if scope.by is Dimension.UNIT else None))


def _make_grid_parts(grids: dict[str, GridCounts], scope: Scope) -> dict[MeasureId, _Part]:
    if scope.by not in AREA_DIMENSIONS:
        return {}
    return {
        MeasureId.HOUSEHOLDS_PER_GRID: _add_up(
            {key: _Ratio(one.grid_households or 0, one.grids) for key, one in grids.items()}
        ),
        MeasureId.GRIDS_IN_BAND: _add_up({key: _Ratio(one.grids_in_band, one.grids) for key, one in grids.items()}),
        MeasureId.GRIDS_WITHOUT_TEAM: _add_up(
            {key: _Ratio(one.without_team, one.with_known_team) for key, one in grids.items()}
        ),
    }


def _spread_over_households(incidents: list[IncidentCounts], grids: dict[str, GridCounts], scope: Scope) -> _Part:
    households = {key: one.households or 0 for key, one in grids.items()}
    everywhere = sum(households.values())
    if scope.by in AREA_DIMENSIONS:
        handled = {row.key: row.handled for row in incidents}
        keys = handled.keys() | households.keys()
        rows: dict[str | None, _Ratio] = {
            key: _Ratio(handled.get(key, 0), households.get(key or "", 0)) for key in keys if key is not None
        }
        return _Part(rows, _Ratio(sum(handled.values()), everywhere))
    return _Part(
        {row.key: _Ratio(row.handled, everywhere) for row in incidents},
        _Ratio(sum(row.handled for row in incidents), everywhere),
        _Ratio(0, everywhere),
    )
