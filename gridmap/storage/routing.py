"""Why a unit leads: what incidents keep of it, the rows that it names, the queues."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.rows import class_row

from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class KeptRow:
    """An incident's routing columns; `routing` is None where the row is older than the column."""

    id: int
    status: str
    item_code: str | None
    item_id: int | None
    lead_rule: str
    queue: str | None
    routing: dict[str, Any] | None
    township: str | None
    reported_at: datetime
    lead_unit_id: int | None
    jurisdiction_id: int | None


@dataclass(frozen=True)
class ItemRow:
    """One item of one version of the list; the limit is in `limit_unit`."""

    code: str
    name: str
    class_name: str
    level: str
    legal_basis: str
    limit_value: Decimal
    limit_unit: str
    needs_power: bool
    list_id: int
    list_name: str
    effective_from: date


@dataclass(frozen=True)
class PartyRow:
    """A unit type that leads or assists in an item, with its duties in their order."""

    role: str
    unit_type: str
    position: int
    legal_basis: str
    contact: str
    telephone: str
    duties: tuple[str, ...]


@dataclass(frozen=True)
class NamedUnit:
    """A unit as it is called today."""

    id: int
    code: str
    name: str
    letter: str
    unit_type: str
    level: str
    telephone: str


@dataclass(frozen=True)
class NamedJurisdiction:
    """A jurisdiction as it is called today; days as written by the database, which knows infinite ones."""

    id: int
    code: str
    name: str
    kind: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class UnitPower:
    """A power of a unit for an item, from `valid_from` up to, not including, `valid_to`."""

    unit_code: str
    unit_name: str
    valid_from: str
    valid_to: str
    is_trial: bool
    source: str


@dataclass(frozen=True)
class RoutingChange:
    """A line of the history that says who was to lead from then on."""

    at: datetime
    kind: str
    action: str | None
    from_status: str | None
    to_status: str | None
    unit_code: str | None
    unit_name: str | None
    actor: str
    note: str


@dataclass(frozen=True)
class Precedent:
    """How a dispute over the same item was decided before."""

    incident_id: int
    decided_at: datetime
    unit_code: str
    unit_name: str
    township: str | None
    decision: str


@dataclass(frozen=True)
class QueueCount:
    """One queue: how many wait, since when, how many are overdue, and the oldest of them."""

    queue: str
    count: int
    oldest_at: datetime | None
    overdue: int
    oldest_incident_id: int | None


@dataclass(frozen=True)
class QueueItemCount:
    """The part of a queue that one item makes; the item is None where the report names none."""

    queue: str
    item_code: str | None
    item_name: str | None
    count: int
    oldest_at: datetime


@dataclass(frozen=True)
class Reroute:
    """What the rules say now of an incident that waits; it stays away where nothing would change."""

    incident_id: int
    item_code: str | None
    from_queue: str
    to_queue: str | None
    unit_code: str | None
    unit_name: str | None
    rule: str


@dataclass(frozen=True)
class Assignment:
    """Whether a unit may be given an incident: without such a unit `unit_code` is None, without a list `list_name`.

    `may_lead` is whether the list lets a township's unit of the type lead, `is_listed` whether it names the type at
    all, `lead_types` whom it names as leads, `is_decided` whether a panel decided for the unit in this incident.
    """

    item_code: str | None
    unit_code: str | None
    unit_name: str | None
    unit_level: str | None
    unit_type: str | None
    list_name: str | None
    may_lead: bool
    is_listed: bool
    lead_types: list[str]
    is_decided: bool
    is_admitted: bool
    day: date
    has_power: bool
    """Holds the power on that day; true also where the item needs none."""


def find_kept(connection: Connection, incident_id: int) -> KeptRow | None:
    """Find what an incident keeps; None when there is none."""
    with connection.cursor(row_factory=class_row(KeptRow)) as cursor:
        return cursor.execute(read_statement("routing/find_kept"), {"incident_id": incident_id}).fetchone()


def find_item(connection: Connection, item_id: int) -> ItemRow | None:
    """Find one item of the list."""
    row = connection.execute(read_statement("routing/find_item"), {"item_id": item_id}).fetchone()
    return None if row is None else ItemRow(*row)


def list_parties(connection: Connection, item_id: int) -> list[PartyRow]:
    """List the parties of an item: leads, then assistants, each in the order of the list."""
    rows = connection.execute(read_statement("routing/list_parties"), {"item_id": item_id})
    return [PartyRow(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6])) for row in rows]


def list_units(connection: Connection, ids: Collection[int]) -> dict[int, NamedUnit]:
    """List units by id."""
    rows = connection.execute(read_statement("routing/list_units"), {"ids": list(ids)})
    return {row[0]: NamedUnit(*row) for row in rows}


def list_jurisdictions(connection: Connection, ids: Collection[int]) -> dict[int, NamedJurisdiction]:
    """List jurisdictions by id."""
    rows = connection.execute(read_statement("routing/list_jurisdictions"), {"ids": list(ids)})
    return {row[0]: NamedJurisdiction(*row) for row in rows}


def list_powers(connection: Connection, item_code: str, unit_ids: Collection[int]) -> list[UnitPower]:
    """List the powers that some units have or had for an item."""
    rows = connection.execute(
        read_statement("routing/list_powers"), {"item_code": item_code, "unit_ids": list(unit_ids)}
    )
    return [UnitPower(*row) for row in rows]


def list_changes(connection: Connection, incident_id: int) -> list[RoutingChange]:
    """List what the history says of who was to lead, oldest first."""
    rows = connection.execute(read_statement("routing/list_changes"), {"incident_id": incident_id})
    return [RoutingChange(*row) for row in rows]


def list_precedents(
    connection: Connection, *, item_code: str, incident_id: int, township: str | None
) -> list[Precedent]:
    """List up to five decisions over the same item, those of the same township first, then the newest."""
    values = {"item_code": item_code, "incident_id": incident_id, "township": township}
    return [Precedent(*row) for row in connection.execute(read_statement("routing/list_precedents"), values)]


def list_queues(connection: Connection) -> list[QueueCount]:
    """List all queues with what waits in them, also the empty ones."""
    return [QueueCount(*row) for row in connection.execute(read_statement("routing/list_queues"))]


def count_queue_items(connection: Connection) -> list[QueueItemCount]:
    """Count what waits by queue and item, the most first."""
    return [QueueItemCount(*row) for row in connection.execute(read_statement("routing/count_queue_items"))]


def lock_queue(connection: Connection, queue: str) -> int:
    """Lock the incidents of a queue to the end of the transaction; give how many there are."""
    return len(connection.execute(read_statement("routing/lock_queue"), {"queue": queue}).fetchall())


def list_reroutes(connection: Connection, queue: str, *, at: datetime | None) -> list[Reroute]:
    """List those of a queue for which the rules of the instant (None: now) say something else than when they came."""
    rows = connection.execute(read_statement("routing/list_reroutes"), {"queue": queue, "at": at})
    return [Reroute(*row) for row in rows]


def update_routing(
    connection: Connection, ids: Sequence[int], *, at: datetime | None = None, as_reported: bool = False
) -> int:
    """Route incidents anew, with their due times; give how many.

    The rules are those of the instant (None: now), or with `as_reported` of the report of each.
    """
    values = {"ids": list(ids), "at": at, "as_reported": as_reported}
    with maintenance(connection):
        return connection.execute(read_statement("routing/reroute"), values).rowcount


def insert_requeued(connection: Connection, ids: Sequence[int], *, actor: str, note: str, at: datetime | None) -> None:
    """Write to the history that incidents wait in another queue now."""
    values = {"ids": list(ids), "actor": actor, "note": note, "at": at}
    connection.execute(read_statement("routing/insert_requeued"), values)


def find_assignment(
    connection: Connection, *, incident_id: int, unit_id: int, at: datetime | None
) -> Assignment | None:
    """Find whether a unit may be given an incident on the day of the instant; None when there is no such incident."""
    values = {"incident_id": incident_id, "unit_id": unit_id, "at": at}
    row = connection.execute(read_statement("routing/find_assignment"), values).fetchone()
    return None if row is None else Assignment(*row)


def insert_attempt(
    connection: Connection,
    *,
    incident_id: int,
    item_code: str | None,
    from_unit_id: int | None,
    to_unit_id: int,
    actor: str,
    at: datetime | None,
) -> None:
    """Count an attempt to give a township what it may not be given."""
    values = {
        "incident_id": incident_id,
        "item_code": item_code,
        "from_unit_id": from_unit_id,
        "to_unit_id": to_unit_id,
        "actor": actor,
        "at": at,
    }
    connection.execute(read_statement("routing/insert_attempt"), values)
