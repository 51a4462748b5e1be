"""Admissions 职责准入: asked for by a county unit, reviewed twice, approved or refused; by different people."""

import logging
from collections.abc import Collection
from datetime import date, datetime

from gridmap.domain.admission import (
    REQUEST_ROLES,
    ROLES,
    AdmissionStatus,
    AdmissionStep,
    find_target,
    list_steps,
)
from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.sentence import Sentence, Term, list_terms
from gridmap.services.transaction import transaction
from gridmap.storage import admissions as storage
from gridmap.storage.admissions import Admission, AttemptCount
from gridmap.storage.database import Connection, Database
from gridmap.storage.staff import find_actor

__all__ = [
    "Admission",
    "AttemptCount",
    "carry_out_step",
    "count_attempts",
    "find_admission",
    "list_admissions",
    "request_admission",
]

logger = logging.getLogger(__name__)

MAX_LISTED = 1000
_MAX_ID = 2**63 - 1


def request_admission(
    database: Database,
    *,
    item_code: str,
    unit_code: str,
    reason: str,
    actor: str,
    incident_id: int | None = None,
    at: datetime | None = None,
) -> Admission:
    """Ask that a township's unit be given an item that the list does not give it.

    Raises
    ------
    NotFoundError
        If there is no such person, unit or incident.
    NotAllowedError
        If the person is not a handler or the lead of a county unit.
    InputError
        If the reason or the item is empty, or the unit is not a township's.
    ConflictError
        If it may lead in the item by the list already, or such a request is open or holds.
    """
    code, why = item_code.strip(), reason.strip()
    if not code or not why:
        raise InputError("A request needs the code of an item and a reason.")
    with transaction(database) as connection:
        person = _find_person(connection, actor)
        if person.unit_id is None or person.role not in REQUEST_ROLES or not _is_of_county(connection, person.unit_id):
            raise NotAllowedError(
                "{person} ({role}) may not request an admission: that is for a handler or the lead of a county unit.",
                person=person.code,
                role=Term("role", person.role),
            )
        if incident_id is not None and not 0 < incident_id <= _MAX_ID:
            raise NotFoundError("There is no incident {incident}.", incident=str(incident_id))
        subject = storage.find_subject(connection, item_code=code, unit_code=unit_code, incident_id=incident_id, at=at)
        if subject is None:
            raise NotFoundError("There is no unit {units}.", units=unit_code)
        if not subject.has_incident:
            raise NotFoundError("There is no incident {incident}.", incident=str(incident_id))
        if subject.unit_level != "township":
            raise InputError(
                "{unit} ({code}) is of the county: only a township needs an admission.",
                unit=subject.unit_name,
                code=unit_code,
            )
        if subject.may_lead:
            raise ConflictError(
                "By the list {unit} may lead in item {item} already: no admission is needed.",
                item=code,
                unit=subject.unit_name,
            )
        if subject.open_admission_id is not None:
            raise ConflictError(
                "Admission {admission} is for item {item} and {unit} too.",
                admission=subject.open_admission_id,
                item=code,
                unit=subject.unit_name,
            )
        admission_id = storage.insert_admission(
            connection,
            item_code=code,
            unit_id=subject.unit_id,
            incident_id=incident_id,
            requested_by_unit_id=person.unit_id,
            requested_by=person.staff_id,
            reason=why,
            at=at,
        )
        made = storage.list_admissions(connection, admission_id=admission_id)[0]
    logger.info("admission %d of item %s to %s requested", made.id, code, unit_code)
    return made


def carry_out_step(
    database: Database,
    admission_id: int,
    step: AdmissionStep,
    *,
    actor: str,
    expected_version: int,
    decision: str = "",
    valid_to: date | None = None,
    at: datetime | None = None,
) -> Admission:
    """Review, approve or refuse a request.

    Parameters
    ----------
    decision
        In words; a refusal has to say why.
    valid_to
        First day on which an approval does not hold any more; None is without end.

    Raises
    ------
    NotFoundError
        If there is no such request or person.
    NotAllowedError
        If the person is not of the command centre, has not the role, or acted in this request before.
    InputError
        If a refusal gives no reason, or an approval would end before it begins.
    ConflictError
        If the request changed since it was read, or the step is not possible now.
    """
    with transaction(database) as connection:
        person = _find_person(connection, actor)
        state = storage.lock_admission(connection, admission_id) if 0 < admission_id <= _MAX_ID else None
        if state is None:
            raise NotFoundError("There is no admission {admission}.", admission=admission_id)
        _check_person(connection, person, step)
        if state.version != expected_version:
            raise ConflictError(
                "{subject} was changed since it was read: version {expected} was expected, it has version {version} "
                "and is {status}. Read it again.",
                subject=Sentence("Admission {admission}", admission=admission_id),
                expected=expected_version,
                version=state.version,
                status=Term("admission", state.status),
            )
        target = find_target(state.status, step)
        if target is None:
            raise ConflictError(
                "Admission {admission} is {status}: {step} is not possible, only {steps}.",
                admission=admission_id,
                status=Term("admission", state.status),
                step=Term("step", step),
                steps=list_terms("step", list_steps(state.status) or ["nothing more"]),
            )
        if person.staff_id is None or state.people.has(person.staff_id):
            raise NotAllowedError(
                "{person} acted in admission {admission} before: who requests, reviews and decides are different "
                "people.",
                person=person.code,
                admission=admission_id,
            )
        if target in {AdmissionStatus.APPROVED, AdmissionStatus.REFUSED}:
            _decide(connection, admission_id, target, person.staff_id, decision=decision, valid_to=valid_to, at=at)
        else:
            storage.update_review(connection, admission_id, target, staff_id=person.staff_id, at=at)
        done = storage.list_admissions(connection, admission_id=admission_id)[0]
    logger.info("admission %d is now %s", admission_id, done.status)
    return done


def find_admission(database: Database, admission_id: int) -> Admission:
    """Find one request. Raises NotFoundError if there is none of that id."""
    if 0 < admission_id <= _MAX_ID:
        with transaction(database) as connection:
            for found in storage.list_admissions(connection, admission_id=admission_id):
                return found
    raise NotFoundError("There is no admission {admission}.", admission=admission_id)


def list_admissions(
    database: Database,
    *,
    statuses: Collection[AdmissionStatus] | None = None,
    unit_code: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Admission]:
    """List requests by id, those above `after`, at most `limit` (and never more than 1,000)."""
    with transaction(database) as connection:
        return storage.list_admissions(
            connection,
            statuses=statuses,
            unit_code=unit_code,
            after=min(max(after, 0), _MAX_ID),
            limit=min(max(limit, 0), MAX_LISTED),
        )


def count_attempts(
    database: Database, *, since: datetime | None = None, until: datetime | None = None
) -> list[AttemptCount]:
    """Count, by the unit that made them, attempts to give townships what they may not be given; from `since` up to, not
    including, `until`.
    """
    with transaction(database) as connection:
        return storage.count_attempts(connection, since=since, until=until)


def _decide(
    connection: Connection,
    admission_id: int,
    target: AdmissionStatus,
    staff_id: int,
    *,
    decision: str,
    valid_to: date | None,
    at: datetime | None,
) -> None:
    if target is AdmissionStatus.REFUSED:
        if not decision.strip():
            raise InputError("Admission {admission}: a refusal needs its reason as decision.", admission=admission_id)
        valid_to = None
    elif valid_to is not None and valid_to <= storage.find_day(connection, at=at):
        raise InputError(
            "Admission {admission}: valid_to {valid_to} has to lie after the day of the approval.",
            admission=admission_id,
            valid_to=valid_to,
        )
    storage.update_decision(
        connection,
        admission_id,
        target,
        staff_id=staff_id,
        decision=decision.strip(),
        valid_to=valid_to,
        at=at,
    )


def _check_person(connection: Connection, person: Actor, step: AdmissionStep) -> None:
    is_of_centre = person.unit_id is None or storage.find_unit_level(connection, person.unit_id)[1]
    if not is_of_centre or person.role not in ROLES[step] or person.area_code:
        raise NotAllowedError(
            "{person} ({role}) may not {step} an admission: that is for {roles} of the command centre, of the whole "
            "county.",
            person=person.code,
            role=Term("role", person.role),
            step=Term("step", step),
            roles=list_terms("role", sorted(ROLES[step])),
        )


def _find_person(connection: Connection, code: str) -> Actor:
    # A NUL can be sent but not stored: nobody's code holds one.
    person = None if "\0" in code else find_actor(connection, code)
    if person is None:
        raise NotFoundError("There is no active person with the code {code!r}.", code=code)
    return person


def _is_of_county(connection: Connection, unit_id: int) -> bool:
    level, is_centre = storage.find_unit_level(connection, unit_id)
    return level == "county" and not is_centre
