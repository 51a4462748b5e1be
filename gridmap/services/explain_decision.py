"""The decision of a panel by which a unit leads, where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.storage import disputes as storage
from gridmap.storage.database import Connection
from gridmap.storage.routing import RoutingChange


@dataclass(frozen=True)
class FollowedDecision:
    """The precedent that a decision rests on."""

    dispute_id: int
    incident_id: int
    decided_at: datetime
    unit_name: str


@dataclass(frozen=True)
class PanelDecision:
    """What a panel decided; `panel` is who sat, by the words of the database or as it was typed."""

    dispute_id: int
    decided_at: datetime
    panel: tuple[str, ...]
    reason: str
    follows: FollowedDecision | None


def find_panel_decision(
    connection: Connection, *, incident_id: int, lead_code: str, changes: Sequence[RoutingChange]
) -> PanelDecision | None:
    """Find the decision by which the unit that leads now leads.

    None where no dispute was decided, or who leads was changed since: `changes` are the lines of the history.
    """
    decided = [one for one in storage.list_disputes(connection, incident_id=incident_id) if one.decided_at is not None]
    if not decided:
        return None
    last = decided[-1]
    if last.decided_at is None or last.decided_unit_code != lead_code:
        return None
    if any(one.at > last.decided_at and one.unit_code != lead_code for one in changes):
        return None
    return PanelDecision(
        dispute_id=last.id,
        decided_at=last.decided_at,
        panel=tuple(last.panel),
        reason=last.decision,
        follows=None if last.precedent_id is None else _find_followed(connection, last.precedent_id),
    )


def _find_followed(connection: Connection, dispute_id: int) -> FollowedDecision | None:
    for one in storage.list_disputes(connection, dispute_id=dispute_id):
        if one.decided_at is not None:
            return FollowedDecision(one.id, one.incident_id, one.decided_at, one.decided_unit_name or "")
    return None
