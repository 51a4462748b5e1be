"""Tell where a point lies: township, village and grid; before anything is stored about it."""

from gridmap.domain.datum import Datum
from gridmap.services.transaction import transaction
from gridmap.storage import points as storage
from gridmap.storage.database import Database
from gridmap.storage.points import LocatedPoint

__all__ = ["LocatedPoint", "locate_point"]


def locate_point(database: Database, *, lon: float, lat: float, datum: Datum) -> LocatedPoint:
    """Locate a point as an exact report of this instant would be placed; nothing is stored.

    Parameters
    ----------
    lon, lat
        Degrees in the datum; a datum that is shifted counts inside the box of China only.
    """
    with transaction(database) as connection:
        return storage.locate_point(connection, lon=lon, lat=lat, datum=datum)
