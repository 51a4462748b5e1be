"""Show work orders."""

from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID
from gridmap.services.transaction import transaction
from gridmap.storage import orders as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.orders import Order

__all__ = ["Order", "find_order_on", "list_orders"]


def list_orders(
    database: Database,
    *,
    incident_id: int | None = None,
    unit: str | None = None,
    is_running: bool = False,
    after: int = 0,
    limit: int = 100,
) -> list[Order]:
    """List orders by id: of an incident, of a unit (its code), only those that run."""
    with transaction(database) as connection:
        return storage.list_orders(
            connection, incident_id=incident_id, unit=unit, is_running=is_running, after=after, limit=limit
        )


def find_order_on(connection: Connection, order_id: int) -> Order:
    """Find an order.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = storage.list_orders(connection, order_id=order_id) if 0 < order_id <= MAX_ID else []
    if not found:
        raise NotFoundError("There is no order {order}.", order=order_id)
    return found[0]
