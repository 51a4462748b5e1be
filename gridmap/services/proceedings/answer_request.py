"""A supervisor approves or refuses a request; the unit that asked withdraws it."""

import logging
from datetime import datetime
from decimal import Decimal

from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.requests import STEPS, RequestStatus, RequestStep
from gridmap.domain.staff import Actor
from gridmap.domain.steps import check_step
from gridmap.errors import ConflictError, InputError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_requests import StoredRequest, find_request_on
from gridmap.services.proceedings.matters import (
    check_version,
    find_acting_person,
    find_matter,
    list_matter_parties,
    read_instant,
)
from gridmap.services.transaction import transaction
from gridmap.services.transitions import carry_out_on
from gridmap.storage import requests as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import Matter

logger = logging.getLogger(__name__)


def approve_request(
    database: Database,
    request_id: int,
    *,
    actor: str,
    expected_version: int,
    extension: Decimal | None = None,
    decision: str = "",
    at: datetime | None = None,
) -> StoredRequest:
    """Approve a request and carry out what it asks for, in one transaction.

    Parameters
    ----------
    extension
        Granted, in the unit of the item's limit; None is what was asked for, and more than that is refused.
    decision
        What the supervisor says to it, if anything.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps and the life cycle say: what was overdue meanwhile can't be approved any more.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person, matter, request = _begin(connection, request_id, RequestStep.APPROVE, actor, expected_version)
        granted = _find_granted(request, extension)
        # Written first: the action leads out of the statuses in which the request may stay open, and would drop it.
        _end(connection, request, RequestStep.APPROVE, person, at=instant, decision=decision, granted=granted)
        carry_out_on(
            connection,
            matter.id,
            Action(request.kind.value),
            actor=person.code,
            expected_version=matter.version,
            carried=Carried(reason=request.reason, extension=granted),
            at=instant,
            because={"request_id": request.id, "requested_by": request.requested_by},
        )
        found = find_request_on(connection, request_id)
    logger.info("request %d approved: incident %d, %s", request_id, found.incident_id, found.kind)
    return found


def refuse_request(
    database: Database, request_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> StoredRequest:
    """Refuse a request, with the reason. Raises as `approve_request`."""
    instant = read_instant(at)
    with transaction(database) as connection:
        person, _, request = _begin(connection, request_id, RequestStep.REFUSE, actor, expected_version, reason=reason)
        _end(connection, request, RequestStep.REFUSE, person, at=instant, decision=reason)
        found = find_request_on(connection, request_id)
    logger.info("request %d refused", request_id)
    return found


def withdraw_request(
    database: Database, request_id: int, *, actor: str, expected_version: int, at: datetime | None = None
) -> StoredRequest:
    """Take a request back, as the unit that asked. Raises as `approve_request`."""
    instant = read_instant(at)
    with transaction(database) as connection:
        person, _, request = _begin(connection, request_id, RequestStep.WITHDRAW, actor, expected_version)
        _end(connection, request, RequestStep.WITHDRAW, person, at=instant)
        found = find_request_on(connection, request_id)
    logger.info("request %d withdrawn", request_id)
    return found


def _begin(
    connection: Connection, request_id: int, step: RequestStep, actor: str, version: int, **carried: object
) -> tuple[Actor, Matter, StoredRequest]:
    person = find_acting_person(connection, actor)
    matter = find_matter(connection, find_request_on(connection, request_id).incident_id)
    # Read anew behind the lock: what ended meanwhile is told as what it is now.
    request = find_request_on(connection, request_id)
    subject = Sentence("Request {request}", request=request_id)
    check_version(subject, expected=version, found=request.version, status=Term("request", request.status))
    check_step(
        STEPS[request.kind][step],
        name=step,
        subject=subject,
        status=request.status,
        parties=list_matter_parties(person, matter),
        carried=carried,
        statuses="request",
    )
    return person, matter, request


def _end(
    connection: Connection,
    request: StoredRequest,
    step: RequestStep,
    person: Actor,
    *,
    at: datetime,
    decision: str = "",
    granted: Decimal | None = None,
) -> None:
    is_ended = storage.update_request(
        connection,
        request.id,
        RequestStatus(STEPS[request.kind][step].target),
        version=request.version,
        at=at,
        staff_id=person.staff_id,
        decision=decision.strip(),
        granted=granted,
    )
    if not is_ended:
        raise ConflictError(
            "Request {request} was changed at this moment by somebody else. Read it again.", request=request.id
        )


def _find_granted(request: StoredRequest, extension: Decimal | None) -> Decimal | None:
    if extension is None:
        return request.extension
    if request.extension is None:
        raise InputError("Request {request} asks for a pause: there is no extension to grant.", request=request.id)
    if not extension.is_finite() or not 0 < extension <= request.extension:
        raise InputError(
            "Request {request}: what is granted has to lie above 0 and at most at the {most:f} ({unit}) that were "
            "asked for, it is {extension}.",
            request=request.id,
            most=request.extension,
            unit=Term("limit-unit", request.limit_unit),
            extension=str(extension),
        )
    return extension
