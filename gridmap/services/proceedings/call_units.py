"""A township calls units to a place, or asks for an expert."""

import logging
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.calls import STEPS, CallKind, CallStep
from gridmap.domain.steps import check_step
from gridmap.errors import InputError, NotFoundError
from gridmap.sentence import Sentence
from gridmap.services.proceedings.list_calls import CallState, find_call_on
from gridmap.services.proceedings.matters import (
    find_acting_person,
    find_matter,
    find_unit_ids,
    list_call_parties,
    read_instant,
)
from gridmap.services.transaction import transaction
from gridmap.storage import calls as storage
from gridmap.storage.calls import CallPoint
from gridmap.storage.database import Database
from gridmap.storage.desk import list_townships

__all__ = ["CallPoint", "NewCall", "call_units"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """What a township calls for; `wanted` are codes of units that it asks for, the command centre decides."""

    kind: CallKind
    township: str
    matter: str
    place: str = ""
    point: CallPoint | None = None
    incident_id: int | None = None
    wanted: tuple[str, ...] = ()


def call_units(database: Database, new: NewCall, *, actor: str, at: datetime | None = None) -> CallState:
    """Put a call to the command centre.

    Raises
    ------
    NotFoundError
        If the township, the incident or a unit that is named does not exist.
    NotAllowedError
        If the person is neither of the township nor of the command centre.
    InputError
        If the matter is missing, or there is neither a place nor a point nor an incident to come to.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        if new.township not in {one.code for one in list_townships(connection)}:
            raise NotFoundError(
                "There is no township {township!r}: name it by its code, such as 370783001.", township=new.township
            )
        check_step(
            STEPS[CallStep.CALL],
            name=CallStep.CALL,
            subject=Sentence("Township {township}", township=new.township),
            status=None,
            parties=list_call_parties(connection, person, township=new.township),
            carried={"matter": new.matter},
        )
        if new.kind is CallKind.WHISTLE and not new.place.strip() and new.point is None and new.incident_id is None:
            raise InputError(
                "Township {township}: a call has to say where: a place, a point or an incident.", township=new.township
            )
        if new.incident_id is not None:
            find_matter(connection, new.incident_id)
        find_unit_ids(connection, new.wanted)
        call_id = storage.insert_call(
            connection,
            kind=new.kind,
            township=new.township,
            incident_id=new.incident_id,
            matter=new.matter.strip(),
            place=new.place.strip(),
            point=new.point,
            wanted=new.wanted,
            at=instant,
            staff_id=person.staff_id,
        )
        found = find_call_on(connection, call_id, now=instant)
    logger.info("call %d of township %s", call_id, new.township)
    return found
