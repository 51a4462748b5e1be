"""Show requests for a pause or an extension, and what a person may do about those of an incident."""

from dataclasses import dataclass
from decimal import Decimal

from gridmap.domain.life_cycle import Need
from gridmap.domain.requests import STEPS, RequestKind, RequestStatus, RequestStep, find_rule, list_steps
from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID, find_acting_person, list_matter_parties
from gridmap.services.transaction import transaction
from gridmap.services.transition_checks import find_longest_extension, find_rule_fault
from gridmap.storage import requests as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.requests import StoredRequest
from gridmap.storage.transitions import find_state, read_limits

__all__ = ["PermittedStep", "StoredRequest", "find_request", "find_request_on", "list_permitted_steps", "list_requests"]


@dataclass(frozen=True)
class PermittedStep:
    """A step that a person may take now. `request_id` and `version` are None where it makes the request.

    `most` is the longest extension that can be asked for or granted, in `limit_unit`; None for a pause.
    """

    step: RequestStep
    kind: RequestKind
    needs: tuple[str, ...]
    request_id: int | None
    version: int | None
    most: Decimal | None
    limit_unit: str


def list_requests(
    database: Database,
    *,
    incident_id: int | None = None,
    unit: str | None = None,
    kind: RequestKind | None = None,
    is_open: bool = False,
    after: int = 0,
    limit: int = 100,
) -> list[StoredRequest]:
    """List requests by id: of an incident, of a unit (its code), of a kind, only the open ones."""
    with transaction(database) as connection:
        return storage.list_requests(
            connection,
            incident_id=incident_id,
            unit=unit,
            kind=kind,
            is_open=is_open,
            after=after,
            limit=limit,
        )


def find_request(database: Database, request_id: int) -> StoredRequest:
    """Find a request; raises as `find_request_on`."""
    with transaction(database) as connection:
        return find_request_on(connection, request_id)


def find_request_on(connection: Connection, request_id: int) -> StoredRequest:
    """Find a request in the caller's transaction.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = storage.list_requests(connection, request_id=request_id) if 0 < request_id <= MAX_ID else []
    if not found:
        raise NotFoundError("There is no request {request}.", request=request_id)
    return found[0]


def list_permitted_steps(database: Database, incident_id: int, *, actor: str) -> list[PermittedStep]:
    """List what a person may do now about requests of an incident: those that are open, and those not yet made.

    What the incident's clock does not allow can be neither asked for nor approved, and is not in the list.

    Raises
    ------
    NotFoundError
        If there is no such incident or person.
    """
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        state = find_state(connection, incident_id) if 0 < incident_id <= MAX_ID else None
        if state is None:
            raise NotFoundError("There is no incident {incident}.", incident=incident_id)
        parties = list_matter_parties(person, state)
        limits = read_limits(connection)
        open_ones = {one.kind: one for one in storage.list_requests(connection, incident_id=incident_id, is_open=True)}
        found = []
        for kind in RequestKind:
            rule, request = find_rule(kind), open_ones.get(kind)
            is_possible = state.status in rule.ways and find_rule_fault(rule, state, limits, at=state.now) is None
            for step in list_steps(kind, None if request is None else RequestStatus.OPEN, parties):
                if step in (RequestStep.REQUEST, RequestStep.APPROVE) and not is_possible:
                    continue
                most = find_longest_extension(state, limits) if Need.EXTENSION in rule.needs else None
                found.append(
                    PermittedStep(
                        step,
                        kind,
                        tuple(sorted(STEPS[kind][step].carries)),
                        None if request is None else request.id,
                        None if request is None else request.version,
                        most if request is None or request.extension is None else request.extension,
                        state.limit_unit,
                    )
                )
    return found
