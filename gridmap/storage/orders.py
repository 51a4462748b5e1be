"""Work orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.orders import OrderRole, OrderStatus
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Order:
    """One unit's order; `due_at` is its own or that of its incident, None while that clock stands."""

    id: int
    incident_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    role: OrderRole
    status: OrderStatus
    duties: list[str]
    ordered_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    finished_at: datetime | None
    result: str
    reason: str
    version: int
    lead_unit_id: int | None


def list_orders(
    connection: Connection,
    *,
    order_id: int | None = None,
    incident_id: int | None = None,
    unit: str | None = None,
    is_running: bool = False,
    after: int = 0,
    limit: int = 1000,
) -> list[Order]:
    """List orders by id, those above `after`; None does not restrict."""
    with connection.cursor(row_factory=enum_row(Order)) as cursor:
        cursor.execute(
            read_statement("orders/list_orders"),
            {
                "id": order_id,
                "incident_id": incident_id,
                "unit": unit,
                "is_running": is_running,
                "after": after,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def make_from_list(connection: Connection, incident_id: int, *, at: datetime) -> int:
    """Make the orders that the responsibility list names; give how many are new."""
    row = connection.execute(read_statement("orders/make_from_list"), {"incident_id": incident_id, "at": at}).fetchone()
    assert row is not None  # noqa: S101  a SELECT without FROM has one row
    return int(row[0])


def insert_order(
    connection: Connection,
    incident_id: int,
    unit_id: int,
    role: OrderRole,
    *,
    duties: Sequence[str],
    at: datetime,
    due_at: datetime | None,
) -> int | None:
    """Insert an order; None when the unit has a running one there already, or another leads."""
    row = connection.execute(
        read_statement("orders/insert_order"),
        {
            "incident_id": incident_id,
            "unit_id": unit_id,
            "role": role.value,
            "duties": list(duties),
            "at": at,
            "due_at": due_at,
        },
    ).fetchone()
    return None if row is None else int(row[0])


def update_order(
    connection: Connection, order: Order, status: OrderStatus, *, version: int, at: datetime, result: str, reason: str
) -> bool:
    """Move an order on if it still has this version; tell whether it did. An empty text leaves what was said."""
    row = connection.execute(
        read_statement("orders/update_order"),
        {
            "id": order.id,
            "version": version,
            "status": status.value,
            "at": at,
            "result": result or order.result,
            "reason": reason or order.reason,
        },
    ).fetchone()
    return row is not None
