"""Take reports in: stored once however often they are sent, a bad one refused alone."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import errors as pg_errors

from gridmap.domain.incidents import IncidentId
from gridmap.domain.report import Report, RowFault, make_report
from gridmap.errors import ConflictError
from gridmap.services.acting_person import find_acting_person
from gridmap.services.transaction import transaction
from gridmap.storage import incidents as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.incidents import StoredIncident

logger = logging.getLogger(__name__)

MAX_ROWS = 1000
"""Reports in one call; also the batch of an import: larger ones gain nothing and hold the keys longer."""
_ATTEMPTS = 4


@dataclass(frozen=True)
class Accepted:
    """A report that is stored now; `is_repeated` when it already was."""

    index: int
    incident_id: IncidentId
    is_repeated: bool


@dataclass(frozen=True)
class Refused:
    """A report that was not stored. `code` is "input" or "conflict" (its key is taken by another report)."""

    index: int
    code: str
    faults: tuple[RowFault, ...]


@dataclass(frozen=True)
class Intake:
    """What became of a list of reports; each index is in one of the two. `incidents` is empty when not asked for."""

    accepted: list[Accepted]
    refused: list[Refused]
    incidents: dict[IncidentId, StoredIncident]


def take_in_rows(
    database: Database,
    rows: Sequence[object],
    *,
    key: str | None = None,
    model: type[Report] = Report,
    with_answers: bool = True,
    actor: str | None = None,
) -> Intake:
    """Take in rows as they were sent, and answer what the rules made of each.

    Parameters
    ----------
    rows
        Objects of fields and values, checked here one by one.
    key
        Idempotency key of the call: row i without a source key of its own gets ``key:i``.
    model
        `Report` for live reports, `RecordedReport` for records with a status.
    actor
        Code of the person who reports; None where no person is known.

    Raises
    ------
    NotFoundError
        If no active person has that code.
    """
    now = datetime.now(UTC)
    reports: list[tuple[int, Report]] = []
    refused: list[Refused] = []
    for index, row in enumerate(rows):
        made = make_report(row, model=model, now=now)
        if isinstance(made, list):
            refused.append(Refused(index, "input", tuple(made)))
            continue
        if key is not None and made.source_key is None:
            made = made.model_copy(update={"source_key": f"{key}:{index}"})
        reports.append((index, made))
    taken = take_in_reports(database, reports, with_answers=with_answers, actor=actor)
    done = Intake(taken.accepted, sorted([*refused, *taken.refused], key=lambda one: one.index), taken.incidents)
    logger.info("intake: %d accepted, %d refused", len(done.accepted), len(done.refused))
    return done


def take_in_reports(
    database: Database,
    reports: Sequence[tuple[int, Report]],
    *,
    with_answers: bool = False,
    actor: str | None = None,
) -> Intake:
    """Take in checked reports, each with the index that its sender knows it by, in one transaction.

    Raises
    ------
    ConflictError
        If other senders of the same keys kept getting in the way.
    """
    if not reports:
        return Intake([], [], {})
    for _ in range(_ATTEMPTS):
        try:
            with transaction(database) as connection:
                if actor is not None:
                    person = find_acting_person(connection, actor)
                    set_acting(connection, actor=person.code, role=person.role, action="report")
                return _store(connection, reports, with_answers=with_answers)
        except (pg_errors.DeadlockDetected, pg_errors.SerializationFailure):
            logger.info("intake: another sender held the same keys, trying again")
    raise ConflictError("Other senders of the same keys kept getting in the way. Send the reports again.")


def _store(connection: Connection, reports: Sequence[tuple[int, Report]], *, with_answers: bool) -> Intake:
    inserted, refused = _insert(connection, reports)
    refused_indexes = {one.index for one in refused}
    by_key = {key: incident_id for incident_id, key in inserted if key is not None}
    keyless = iter([incident_id for incident_id, key in inserted if key is None])
    known = _find_known(connection, reports, by_key)
    accepted: list[Accepted] = []
    first_of: dict[str, Report] = {}
    for index, report in reports:
        if index in refused_indexes:
            continue
        key = report.source_key
        if key is None:
            accepted.append(Accepted(index, next(keyless), is_repeated=False))
        elif key in by_key and key not in first_of:
            first_of[key] = report
            accepted.append(Accepted(index, by_key[key], is_repeated=False))
        elif key in by_key and first_of[key].digest() == report.digest():
            accepted.append(Accepted(index, by_key[key], is_repeated=True))
        elif key in known and _is_same(known[key], report):
            accepted.append(Accepted(index, known[key].incident_id, is_repeated=True))
        else:
            reason = f"the key {key!r} was used for another report; a changed report needs a key of its own"
            refused.append(Refused(index, "conflict", (RowFault("source_key", reason),)))
    ids = sorted({one.incident_id for one in accepted})
    incidents = storage.list_incidents_by_id(connection, ids) if with_answers and ids else {}
    return Intake(accepted, sorted(refused, key=lambda one: one.index), incidents)


def _insert(
    connection: Connection, reports: Sequence[tuple[int, Report]]
) -> tuple[list[tuple[IncidentId, str | None]], list[Refused]]:
    """Insert all at once; if the database refuses, halve until the row is found that it refuses."""
    try:
        with connection.transaction():
            return storage.insert_reports(connection, [report for _, report in reports]), []
    except (pg_errors.DataError, pg_errors.IntegrityError) as error:
        if len(reports) == 1:
            reason = error.diag.message_primary or "the database refused it"
            return [], [Refused(reports[0][0], "input", (RowFault(error.diag.column_name or "", reason),))]
    middle = len(reports) // 2
    first, first_refused = _insert(connection, reports[:middle])
    second, second_refused = _insert(connection, reports[middle:])
    return first + second, first_refused + second_refused


def _find_known(
    connection: Connection, reports: Iterable[tuple[int, Report]], new: dict[str, IncidentId]
) -> dict[str, storage.KnownReport]:
    keys = {report.source_key for _, report in reports if report.source_key is not None} - new.keys()
    return storage.list_known_reports(connection, sorted(keys)) if keys else {}


def _is_same(known: storage.KnownReport, report: Report) -> bool:
    if known.digest is not None:
        return known.digest == report.digest()
    return known.report is not None and known.report.digest() == report.digest()
