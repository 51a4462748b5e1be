"""Why this unit: what an incident kept of its routing, with the names and rows that it points to."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gridmap.domain.routing import (
    KeptAlternative,
    KeptParty,
    KeptPower,
    KeptRouting,
    Queue,
    Rejection,
    read_kept_routing,
)
from gridmap.errors import NotFoundError
from gridmap.services.explain_decision import FollowedDecision, PanelDecision, find_panel_decision
from gridmap.services.transaction import transaction
from gridmap.storage import routing as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.routing import (
    ItemRow,
    KeptRow,
    NamedJurisdiction,
    NamedUnit,
    PartyRow,
    Precedent,
    RoutingChange,
    UnitPower,
)

__all__ = [
    "Alternative",
    "Explanation",
    "FollowedDecision",
    "ItemRow",
    "NamedJurisdiction",
    "NamedUnit",
    "PanelDecision",
    "PartyRow",
    "Precedent",
    "ResolvedParty",
    "RoutingChange",
    "UnitPower",
    "explain_incident",
]

Row = TypeVar("Row")
_MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class ResolvedParty:
    """A unit type of the list and the unit that it was resolved to; None, and `rule` says why, where there was none."""

    unit_type: str
    unit: NamedUnit | None
    rule: str
    jurisdiction: NamedJurisdiction | None


@dataclass(frozen=True)
class Alternative:
    """A unit that was looked at, how it was found, and what spoke against it."""

    unit_type: str
    unit: NamedUnit | None
    rule: str
    jurisdiction: NamedJurisdiction | None
    rejected: Rejection


@dataclass(frozen=True)
class Explanation:
    """Why a unit leads, or why none does. All of it is what the incident kept, but `lead`, which leads now.

    `is_kept` is False for a row that is older than this record: then there is no more than the rule. `routed_rule` and
    `routed_queue` are what the rules said, and `routed_lead` whom they would have; `rule` and `queue` are what counts
    now, after what people decided, and `decision` is the panel's by which `lead` leads. Who leads now is none of the
    `alternatives`, whatever the rules had said of it.
    """

    incident_id: int
    is_kept: bool
    rule: str
    queue: Queue | None
    lead: NamedUnit | None
    routed_rule: str
    routed_queue: Queue | None
    routed_lead: NamedUnit | None
    decision: PanelDecision | None
    item_code: str | None
    level: str | None
    day: date | None
    township: str | None
    precision: str | None
    list_name: str | None
    effective_from: date | None
    item: ItemRow | None
    parties: list[PartyRow]
    jurisdiction: NamedJurisdiction | None
    is_tie_break: bool
    leads: list[ResolvedParty]
    assists: list[ResolvedParty]
    alternatives: list[Alternative]
    power: KeptPower | None
    powers: list[UnitPower]
    changes: list[RoutingChange]
    precedents: list[Precedent]


def explain_incident(database: Database, incident_id: int) -> Explanation:
    """Explain why the unit that leads an incident leads it, in one call.

    Raises
    ------
    NotFoundError
        If there is no incident of that id.
    """
    if 0 < incident_id <= _MAX_ID:
        with transaction(database) as connection:
            row = storage.find_kept(connection, incident_id)
            if row is not None:
                return _explain(connection, row)
    raise NotFoundError("There is no incident {incident}.", incident=incident_id)


def _explain(connection: Connection, row: KeptRow) -> Explanation:
    kept = None if row.routing is None else read_kept_routing(row.routing)
    units, jurisdictions = _name(connection, row, kept)
    alternatives = kept.alternatives if kept else ()
    looked_at = {one.unit_id for one in alternatives}
    if row.lead_unit_id is not None:
        looked_at.add(row.lead_unit_id)
    item = None if row.item_id is None else storage.find_item(connection, row.item_id)
    powers = []
    if item is not None and item.needs_power:
        powers = storage.list_powers(connection, item.code, looked_at)
    precedents = []
    if row.item_code is not None:
        precedents = storage.list_precedents(
            connection, item_code=row.item_code, incident_id=row.id, township=row.township
        )
    jurisdiction_id = row.jurisdiction_id if kept is None else kept.jurisdiction_id
    lead = _get(units, row.lead_unit_id)
    leads = [_resolve(one, units, jurisdictions) for one in (kept.leads if kept else ())]
    changes = storage.list_changes(connection, row.id)
    decision = None
    if lead is not None and row.queue is None:
        decision = find_panel_decision(connection, incident_id=row.id, lead_code=lead.code, changes=changes)
    return Explanation(
        incident_id=row.id,
        is_kept=kept is not None,
        rule=row.lead_rule,
        queue=None if row.queue is None else Queue(row.queue),
        lead=lead,
        routed_rule=kept.rule if kept else row.lead_rule,
        routed_queue=kept.queue if kept else None,
        routed_lead=leads[0].unit if kept and kept.queue is None and leads else None,
        decision=decision,
        item_code=kept.item_code if kept else row.item_code,
        level=kept.level if kept else None,
        day=kept.day if kept else None,
        township=kept.township if kept else row.township,
        precision=kept.precision if kept else None,
        list_name=kept.list_name if kept else item.list_name if item else None,
        effective_from=kept.effective_from if kept else item.effective_from if item else None,
        item=item,
        parties=[] if row.item_id is None else storage.list_parties(connection, row.item_id),
        jurisdiction=_get(jurisdictions, jurisdiction_id),
        is_tie_break=kept is not None and kept.is_tie_break,
        leads=leads,
        assists=[_resolve(one, units, jurisdictions) for one in (kept.assists if kept else ())],
        alternatives=[
            _make_alternative(one, units, jurisdictions) for one in alternatives if one.unit_id != row.lead_unit_id
        ],
        power=kept.power if kept else None,
        powers=powers,
        changes=changes,
        precedents=precedents,
    )


def _name(
    connection: Connection, row: KeptRow, kept: KeptRouting | None
) -> tuple[dict[int, NamedUnit], dict[int, NamedJurisdiction]]:
    """Read the names of all units and jurisdictions that are pointed to."""
    named: list[KeptParty | KeptAlternative] = []
    if kept is not None:
        named += [*kept.leads, *kept.assists, *kept.alternatives]
    unit_ids = {one.unit_id for one in named} | {row.lead_unit_id}
    jurisdiction_ids = {one.jurisdiction_id for one in named} | {row.jurisdiction_id}
    return (
        storage.list_units(connection, {one for one in unit_ids if one is not None}),
        storage.list_jurisdictions(connection, {one for one in jurisdiction_ids if one is not None}),
    )


def _get(rows: dict[int, Row], identity: int | None) -> Row | None:
    return None if identity is None else rows.get(identity)


def _resolve(one: KeptParty, units: dict[int, NamedUnit], jurisdictions: dict[int, NamedJurisdiction]) -> ResolvedParty:
    return ResolvedParty(one.unit_type, _get(units, one.unit_id), one.rule, _get(jurisdictions, one.jurisdiction_id))


def _make_alternative(
    one: KeptAlternative, units: dict[int, NamedUnit], jurisdictions: dict[int, NamedJurisdiction]
) -> Alternative:
    return Alternative(
        one.unit_type, _get(units, one.unit_id), one.rule, _get(jurisdictions, one.jurisdiction_id), one.rejected
    )
