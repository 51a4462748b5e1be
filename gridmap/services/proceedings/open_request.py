"""The unit that holds an incident asks for a pause or an extension."""

import logging
from datetime import datetime
from decimal import Decimal

from psycopg import errors as pg_errors

from gridmap.domain.life_cycle import Carried
from gridmap.domain.requests import STEPS, RequestKind, RequestStep, find_rule
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
from gridmap.services.transition_checks import check_carried, check_possible
from gridmap.storage import requests as storage
from gridmap.storage.database import Database
from gridmap.storage.transitions import find_state, read_limits

logger = logging.getLogger(__name__)


def open_request(
    database: Database,
    incident_id: int,
    kind: RequestKind,
    *,
    actor: str,
    expected_version: int,
    reason: str,
    extension: Decimal | None = None,
    at: datetime | None = None,
) -> StoredRequest:
    """Ask for a pause or an extension, where the action itself would be possible now.

    Parameters
    ----------
    expected_version
        Of the incident.
    extension
        In the unit of the item's limit; only of an extension.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps and the life cycle say; ConflictError also while one of the kind is open.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        subject = Sentence("Incident {incident}", incident=incident_id)
        check_version(subject, expected=expected_version, found=matter.version, status=Term("status", matter.status))
        check_step(
            STEPS[kind][RequestStep.REQUEST],
            name=f"request to {kind}",
            subject=subject,
            status=None,
            parties=list_matter_parties(person, matter),
            carried={"reason": reason, "extension": extension},
        )
        if kind is RequestKind.PAUSE and extension is not None:
            raise InputError("{subject}: a pause has no extension; ask for one by itself.", subject=subject)
        rule, limits = find_rule(kind), read_limits(connection)
        state = find_state(connection, incident_id)
        assert state is not None  # noqa: S101  it is locked
        check_possible(incident_id, rule, state, limits, at=instant)
        carried = Carried(reason=reason, extension=extension)
        check_carried(connection, incident_id, rule, state, carried, limits, person=person, at=instant)
        try:
            with connection.transaction():
                request_id = storage.insert_request(
                    connection,
                    incident_id=incident_id,
                    kind=kind,
                    unit_id=matter.holder_unit_id,
                    reason=reason.strip(),
                    extension=extension,
                    at=instant,
                    staff_id=person.staff_id,
                )
        except pg_errors.UniqueViolation as error:
            (other,) = storage.list_requests(connection, incident_id=incident_id, kind=kind, is_open=True)
            raise ConflictError(
                "{subject}: request {request} to {kind} is open already. Withdraw it first, or wait for the answer.",
                subject=subject,
                request=other.id,
                kind=Term("action", kind),
            ) from error
        made = find_request_on(connection, request_id)
    logger.info("incident %d: request %d to %s", incident_id, made.id, kind)
    return made
