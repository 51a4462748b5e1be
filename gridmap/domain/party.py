"""As what a person stands to a proceeding: of the centre, of the unit in question, of its lead, of the township."""

from enum import StrEnum

from gridmap.domain.life_cycle import is_area_of
from gridmap.domain.staff import Actor, Role

CENTRE_ROLES = frozenset({Role.OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.SUPERVISOR})
UNIT_ROLES = frozenset({Role.HANDLER, Role.UNIT_LEAD, Role.TOWNSHIP})
"""A township government is a unit too: its officials act for it."""


class Party(StrEnum):
    """Who may take a step."""

    CENTRE = "centre"
    """Anybody of the command centre."""
    DISPATCHER = "dispatcher"
    """A dispatcher or supervisor of the command centre."""
    SUPERVISOR = "supervisor"
    UNIT = "unit"
    """A person of the unit that the row names."""
    LEAD = "lead"
    """A person of the unit that leads in the incident."""
    HOLDER = "holder"
    """A handler or the lead of the unit that holds the incident."""
    TOWNSHIP = "township"
    """An official of the township that the row names."""


def list_parties(
    actor: Actor,
    *,
    centre_unit_id: int | None,
    area_codes: frozenset[str],
    unit_id: int | None = None,
    lead_unit_id: int | None = None,
    holder_unit_id: int | None = None,
    township_code: str | None = None,
) -> frozenset[Party]:
    """List as what an actor stands to a row; nothing outside the area that the actor acts in.

    Parameters
    ----------
    centre_unit_id
        The command centre, None where the units hold none; a person without a unit is of it too.
    area_codes
        Of the areas that the matter lies in.
    unit_id, lead_unit_id, holder_unit_id, township_code
        What the row names; None for what it does not.
    """
    if not is_area_of(actor.area_code, area_codes):
        return frozenset()
    parties = set()
    if actor.role in CENTRE_ROLES and (actor.unit_id is None or actor.unit_id == centre_unit_id):
        parties.add(Party.CENTRE)
        if actor.role in (Role.DISPATCHER, Role.SUPERVISOR):
            parties.add(Party.DISPATCHER)
        if actor.role is Role.SUPERVISOR:
            parties.add(Party.SUPERVISOR)
    if actor.role in UNIT_ROLES and actor.unit_id is not None:
        if actor.unit_id == unit_id:
            parties.add(Party.UNIT)
        if actor.unit_id == lead_unit_id:
            parties.add(Party.LEAD)
        if actor.unit_id == holder_unit_id and actor.role is not Role.TOWNSHIP:
            parties.add(Party.HOLDER)
    if actor.role is Role.TOWNSHIP and township_code is not None:
        parties.add(Party.TOWNSHIP)
    return frozenset(parties)
