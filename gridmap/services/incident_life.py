"""All that happened to an incident and goes on around it, for its page: ledger, clocks, due time, proceedings."""

from dataclasses import dataclass

from gridmap.domain.incidents import IncidentId
from gridmap.domain.ledger import HoldKind
from gridmap.errors import NotFoundError
from gridmap.services.incident_due import DueBasis, IncidentDue, explain_incident_due_on
from gridmap.services.proceedings.find_duplicates import Duplicate, find_duplicates
from gridmap.services.transaction import transaction
from gridmap.storage import call_backs, disputes, duplicates, ledger, orders, requests, stages, supervision
from gridmap.storage.call_backs import CallBack
from gridmap.storage.database import Database
from gridmap.storage.disputes import Dispute
from gridmap.storage.due_basis import find_due_basis
from gridmap.storage.duplicates import MergedIncident
from gridmap.storage.ledger import IncidentClock, LedgerPiece
from gridmap.storage.orders import Order
from gridmap.storage.requests import StoredRequest
from gridmap.storage.stages import StageDue
from gridmap.storage.supervision import StoredCard

__all__ = [
    "CallBack",
    "Dispute",
    "DueBasis",
    "Duplicate",
    "HoldKind",
    "IncidentClock",
    "IncidentDue",
    "IncidentLife",
    "LedgerPiece",
    "MergedIncident",
    "Order",
    "StageDue",
    "StoredCard",
    "StoredRequest",
    "read_incident_life",
]

_MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class IncidentLife:
    """The life of an incident, as of one transaction; `duplicates` only of one that is open."""

    pieces: list[LedgerPiece]
    clocks: list[IncidentClock]
    stages: list[StageDue]
    due: IncidentDue
    orders: list[Order]
    cards: list[StoredCard]
    call_backs: list[CallBack]
    disputes: list[Dispute]
    requests: list[StoredRequest]
    merged: list[MergedIncident]
    duplicates: list[Duplicate]


def read_incident_life(database: Database, incident_id: int, *, is_open: bool) -> IncidentLife:
    """Read the life of an incident.

    Parameters
    ----------
    is_open
        Whether what may be the same matter is asked for: nobody merges what is closed.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    offered = find_duplicates(database, incident_id) if is_open else []
    with transaction(database) as connection:
        basis = find_due_basis(connection, incident_id) if 0 < incident_id <= _MAX_ID else None
        if basis is None:
            raise NotFoundError("There is no incident {incident}.", incident=incident_id)
        pieces = ledger.list_pieces(connection, incident_id)
        return IncidentLife(
            pieces=pieces,
            clocks=ledger.list_clocks(connection, incident_id),
            stages=stages.list_stage_dues(connection, IncidentId(incident_id)) or [],
            due=explain_incident_due_on(connection, basis, pieces),
            orders=orders.list_orders(connection, incident_id=incident_id),
            cards=supervision.list_cards(connection, incident_id=incident_id),
            call_backs=call_backs.list_call_backs(connection, incident_id),
            disputes=disputes.list_disputes(connection, incident_id=incident_id),
            requests=requests.list_requests(connection, incident_id=incident_id),
            merged=duplicates.list_merged(connection, incident_id),
            duplicates=offered,
        )
