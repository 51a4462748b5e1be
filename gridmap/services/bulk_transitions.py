"""One action for many incidents, as a duty officer gives it: each succeeds or fails alone."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.domain.life_cycle import Action, Carried
from gridmap.errors import GridMapError, InputError
from gridmap.services.acting_person import find_acting_person
from gridmap.services.assignment import counted_attempts
from gridmap.services.transaction import transaction
from gridmap.services.transitions import Done, carry_out_on
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)

MAX_INCIDENTS = 500


@dataclass(frozen=True)
class BulkResult:
    """What became of one incident of the list: `done`, or the `error` for which nothing was changed."""

    incident_id: int
    done: Done | None
    error: GridMapError | None


def carry_out_many(
    database: Database,
    incidents: Sequence[tuple[int, int]],
    action: Action,
    *,
    actor: str,
    carried: Carried = Carried(),  # noqa: B008  frozen
) -> list[BulkResult]:
    """Carry out an action on many incidents in one transaction.

    Parameters
    ----------
    incidents
        Id and expected version of each.

    Returns
    -------
    list
        One result for each, in the order given.

    Raises
    ------
    NotFoundError
        If no active person has the code of the actor.
    InputError
        If there are none, more than 500, or one comes twice.
    """
    if not 0 < len(incidents) <= MAX_INCIDENTS:
        raise InputError("Name 1 to {most} incidents a call, not {n}.", most=MAX_INCIDENTS, n=len(incidents))
    ids = [incident_id for incident_id, _ in incidents]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise InputError("Incident {incident} is named twice.", incident=twice[0])
    results: dict[int, BulkResult] = {}
    with transaction(database) as connection:
        find_acting_person(connection, actor)
        # In the order of the ids: two officers with the same incidents wait for each other and never in a circle.
        for incident_id, version in sorted(incidents):
            try:
                with counted_attempts(database), connection.transaction():
                    done = carry_out_on(
                        connection, incident_id, action, actor=actor, expected_version=version, carried=carried
                    )
                results[incident_id] = BulkResult(incident_id, done, None)
            except GridMapError as error:
                results[incident_id] = BulkResult(incident_id, None, error)
    failed = sum(one.error is not None for one in results.values())
    logger.info("%s: %d incidents, %d of them refused", action, len(results), failed)
    return [results[incident_id] for incident_id in ids]
