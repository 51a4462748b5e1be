"""Invent life for the demonstration: new incidents, and the open ones handled, so that their number stays level.

Items, places and repeat places are drawn from what the database holds. At a rate of 5 a minute a day brings 7,200
incidents and about 50,000 changes; simulated incidents are deleted 14 days after they were resolved, and the outbox is
kept for 7 days, so the database stays below about 110,000 incidents however long it runs.
"""

import logging
import random
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import psycopg

from gridmap.domain.datum import Datum, from_storage
from gridmap.domain.incidents import Channel, Precision
from gridmap.domain.report import Report
from gridmap.errors import ConflictError, DatabaseError, InputError, NotFoundError
from gridmap.services.incidents import prune_outbox
from gridmap.services.intake import take_in_reports
from gridmap.services.transaction import transaction
from gridmap.storage import simulation as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.simulation import ItemWeight, NamedPoint

logger = logging.getLogger(__name__)
T = TypeVar("T")

MAX_RATE = 6000.0
KEPT_SIMULATED = timedelta(days=14)
_PRUNE_EVERY_S = 600.0
_PRUNE_ROWS = 5000
_RETRY_S = 2.0
_MIN_LEVEL = 50
# Per new incident: four steps up to "handling", one resolution, two steps to the call back.
_ACTIONS = ("report", "advance", "resolve", "close")
_ACTION_WEIGHTS = (1, 4, 1, 2)
# Slow incidents stay open for about five days; together they are to be two fifths of what is open.
_SLOW_OF_LEVEL = 0.4
_SLOW_DAYS = 5
_MAX_SLOW_SHARE = 0.2
_CHANNELS = {
    Channel.HOTLINE: 40,
    Channel.GRID_WORKER: 30,
    Channel.PATROL: 12,
    Channel.CAMERA: 6,
    Channel.MAILBOX: 5,
    Channel.SUPERIOR: 3,
    Channel.UNIT: 4,
}
_PRECISIONS = {
    Precision.EXACT: 45,
    Precision.BUILDING: 40,
    Precision.STREET: 5,
    Precision.VILLAGE: 7,
    Precision.TOWNSHIP: 3,
}
_DATUMS = {Datum.CGCS2000: 45, Datum.WGS84: 15, Datum.GCJ02: 35, Datum.BD09: 5}
_REPEAT_SHARE = 0.12
_JITTER_DEGREES = 0.0002


def run_simulation(database: Database, *, rate: float, stop: threading.Event, seed: int | None = None) -> int:
    """Run until `stop` is set; a database that goes away is waited for.

    Parameters
    ----------
    rate
        New incidents per minute; there are about seven changes of status to each.
    seed
        Of what is drawn; the instants and the database's own draws stay free.

    Returns
    -------
    int
        How many incidents were reported.

    Raises
    ------
    InputError
        If the rate is not above 0 and at most 6,000.
    NotFoundError
        If the database holds no county with a responsibility list.
    """
    if not 0 < rate <= MAX_RATE:
        raise InputError(f"The rate has to lie above 0 and at most at {MAX_RATE:.0f} incidents a minute, it is {rate}.")
    with database.pooled(max_size=2) as pooled:
        return _Simulation(pooled, rate=rate, seed=seed).run(stop)


class _Simulation:
    def __init__(self, database: Database, *, rate: float, seed: int | None) -> None:
        self._database = database
        self._rate = rate
        self._rng = random.Random(seed)
        with transaction(database) as connection:
            self._items = storage.list_item_weights(connection)
            self._villages = storage.list_area_points(connection, level="village")
            self._townships = storage.list_area_points(connection, level="township")
            self._level = max(storage.count_open(connection), _MIN_LEVEL)
        if not self._items or not self._villages or not self._townships:
            raise NotFoundError(
                "The database holds no county with townships, villages and a responsibility list to simulate on. "
                "Build the demonstration with 'gridmap demo', or import your own."
            )
        self._slow_share = min(_MAX_SLOW_SHARE, _SLOW_OF_LEVEL * self._level / (rate * 1440 * _SLOW_DAYS))
        self._reported = 0
        self._pruned_at = 0.0

    def run(self, stop: threading.Event) -> int:
        mean_wait_s = 60 / (self._rate * sum(_ACTION_WEIGHTS))
        next_s = time.monotonic()
        is_lost = False
        while True:
            next_s += self._rng.expovariate(1 / mean_wait_s)
            if stop.wait(max(0.0, next_s - time.monotonic())):
                return self._reported
            try:
                self._act(self._rng.choices(_ACTIONS, _ACTION_WEIGHTS)[0])
                is_lost = False
            except (psycopg.OperationalError, DatabaseError, ConflictError) as error:
                if not is_lost:
                    logger.warning("simulation: the database is away, waiting for it: %s", str(error).strip())
                is_lost = True
                stop.wait(_RETRY_S)
                next_s = time.monotonic()

    def _act(self, action: str) -> None:
        if action == "report":
            taken = take_in_reports(self._database, [(0, self._make_report())])
            self._reported += len(taken.accepted)
        else:
            with transaction(self._database) as connection:
                if action == "advance":
                    storage.advance_some(connection, count=1)
                elif action == "close":
                    storage.close_some(connection, count=1)
                else:
                    surplus = storage.count_open(connection) - self._level
                    # A tenth of the surplus at a time brings the number back gently, and over it two for one.
                    count = 0 if surplus < -0.05 * self._level else 1 + max(0, surplus) // 10
                    if count:
                        storage.resolve_some(connection, count=count, slow_share=self._slow_share)
        if time.monotonic() - self._pruned_at > _PRUNE_EVERY_S:
            self._pruned_at = time.monotonic()
            with transaction(self._database) as connection:
                storage.delete_simulated(connection, before=datetime.now(UTC) - KEPT_SIMULATED, count=_PRUNE_ROWS)
            prune_outbox(self._database)

    def _make_report(self) -> Report:
        rng = self._rng
        precision = _draw(rng, _PRECISIONS)
        with transaction(self._database) as connection:
            place = self._find_place(connection, precision)
        item = self._draw_item()
        datum = _draw(rng, _DATUMS)
        lon, lat = from_storage(place.lon, place.lat, datum)
        return Report(
            source_key=f"simulated:{uuid.uuid4().hex}",
            channel=_draw(rng, _CHANNELS),
            item_code=item.code,
            title=item.name,
            address=place.name,
            lon=round(float(lon), 7),
            lat=round(float(lat), 7),
            datum=datum,
            precision=precision,
            reported_at=datetime.now(UTC),
        )

    def _find_place(self, connection: Connection, precision: Precision) -> NamedPoint:
        rng = self._rng
        if precision is Precision.TOWNSHIP:
            return rng.choice(self._townships)
        if precision is Precision.VILLAGE:
            return rng.choice(self._villages)
        share = rng.random()
        if rng.random() < _REPEAT_SHARE:
            again = storage.find_recent_point(connection, share=share)
            if again is not None:
                return again
        found = storage.find_random_address(connection, share=share) or rng.choice(self._villages)
        return NamedPoint(
            found.name,
            found.lon + rng.uniform(-_JITTER_DEGREES, _JITTER_DEGREES),
            found.lat + rng.uniform(-_JITTER_DEGREES, _JITTER_DEGREES),
        )

    def _draw_item(self) -> ItemWeight:
        # One more than was seen, so that an item without history comes too.
        return self._rng.choices(self._items, [item.count + 1 for item in self._items])[0]


def _draw(rng: random.Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
