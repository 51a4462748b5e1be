"""Show attempts to call back, and who still waits."""

from gridmap.services.proceedings.matters import check_incident
from gridmap.services.transaction import transaction
from gridmap.storage import call_backs as storage
from gridmap.storage.call_backs import CallBack, WaitingCallBack
from gridmap.storage.database import Database
from gridmap.storage.proceedings import read_proceeding_settings

__all__ = ["CallBack", "WaitingCallBack", "list_call_backs", "list_waiting_call_backs"]


def list_call_backs(database: Database, incident_id: int) -> list[CallBack]:
    """List the attempts of an incident, oldest first.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        check_incident(connection, incident_id)
        return storage.list_call_backs(connection, incident_id)


def list_waiting_call_backs(database: Database, *, limit: int = 100) -> list[WaitingCallBack]:
    """List the incidents whose reporters have to be called, the earliest due first; merged ones among them."""
    with transaction(database) as connection:
        settings = read_proceeding_settings(connection)
        return storage.list_waiting(
            connection, limit_days=settings.call_back_limit_days, attempts=settings.call_back_attempts, limit=limit
        )
