"""Invent life for the demonstration: new incidents, and the open ones handled, so that their number stays level.

Matters and places are those of the history that the database holds, and units are late where they were late in it, so
the picture stays what it was: as many open, as many of them overdue, with the same units in the same townships. At a
rate of 5 a minute a day brings 7,200 incidents and about 50,000 changes; simulated incidents are deleted 14 days after
they were resolved, so the database stays below about 110,000 incidents however long it runs. Who serves prunes the
outbox.
"""

import logging
import random
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import psycopg

from gridmap.domain.datum import Datum, from_storage
from gridmap.domain.incidents import Channel, Precision, Status
from gridmap.domain.report import Report
from gridmap.errors import ConflictError, DatabaseError, InputError, NotFoundError
from gridmap.services.intake import take_in_reports
from gridmap.services.transaction import transaction
from gridmap.storage import simulation as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.simulation import ItemWeight, NamedPoint
from gridmap.storage.transitions import update_incident

logger = logging.getLogger(__name__)
T = TypeVar("T")

_ACTOR = "simulation"

MAX_RATE = 6000.0
KEPT_SIMULATED = timedelta(days=14)
_PRUNE_EVERY_S = 600.0
_PRUNE_ROWS = 5000
_RETRY_S = 2.0
_MIN_LEVEL = 50
# Per new incident: four steps up to "handling", one resolution, two steps to the call back. Dealt like cards, so that
# no kind stays away for long: at a rate of 5 something happens every 2.4 seconds, a new or a resolved one every 6.
_ACTIONS = ("report", "advance", "resolve", "advance", "close")
_STEPS = 2
# Of the steps forward so many go astray, by turns. Where so many are paused, disputed or extended already, one of them
# goes on instead.
_STRAY_SHARE = 0.12
_MOST = {"pause": 30, "dispute": 12, "extend": 50}
_WAYS_BACK = {"pause": "resume", "dispute": "decide"}
# By request: what it leads to, and by how much; so many of each wait, and so many of the answered are refused.
_ASKED = {"pause": (Status.PAUSED, None), "extend": (Status.EXTENDED, Decimal(1))}
_MOST_ASKED = 5
_REFUSED = 0.2
_UNSATISFIED = 0.07
_MIN_OVERDUE_SHARE = 0.1
# A unit hurries before its next card. What is stuck all the same makes a red card a day, and a few black ones a month.
_HURRY = timedelta(hours=2)
_STUCK_SHARE = 0.006
_MOST_HURRIED = 50
# Slow incidents stay open for about five days; together they are to be two fifths of what is open.
_SLOW_OF_LEVEL = 0.4
_SLOW_DAYS = 5
_MAX_SLOW_SHARE = 0.2
_NOTES = {
    "return": "不属于本单位职责范围",
    "pause": "等待当事人提供材料",
    "resume": "材料已补齐",
    "extend": "需多部门联合处置",
    "refuse": "现有条件可先行处置",
    "merge": "同一地点同一事项",
    "dispute": "职责边界不清，申请联合认定",
    "decide": "按清单主责条款认定",
}
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
_JITTER_DEGREES = 0.0002


def run_simulation(database: Database, *, rate: float, stop: threading.Event, seed: int | None = None) -> int:
    """Run until `stop` is set; a database that goes away is waited for.

    Parameters
    ----------
    rate
        New incidents per minute; there are about seven changes of status to each, each a legal step.
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
            now = datetime.now(UTC)
            counts = storage.count_open(connection, at=now)
            self._habits = storage.list_habits(connection, at=now)
            self._last = storage.find_last_history(connection)
        self._level = max(counts.total, _MIN_LEVEL)
        self._overdue_level = max(counts.overdue, round(_MIN_OVERDUE_SHARE * self._level))
        self._names = {item.code: item.name for item in self._items}
        if not self._items or not self._villages or not self._townships:
            raise NotFoundError(
                "The database holds no county with townships, villages and a responsibility list to simulate on. "
                "Build the demonstration with 'gridmap demo', or import your own."
            )
        self._slow_share = min(_MAX_SLOW_SHARE, _SLOW_OF_LEVEL * self._level / (rate * 1440 * _SLOW_DAYS))
        self._reported = 0
        self._pruned_at = 0.0

    def run(self, stop: threading.Event) -> int:
        mean_wait_s = 60 / (self._rate * len(_ACTIONS))
        next_s = time.monotonic()
        is_lost = False
        hand: list[str] = []
        while True:
            next_s += mean_wait_s * self._rng.uniform(0.3, 1.7)
            if stop.wait(max(0.0, next_s - time.monotonic())):
                return self._reported
            hand = hand or self._rng.sample(_ACTIONS, len(_ACTIONS))
            try:
                self._act(hand.pop())
                is_lost = False
            except (psycopg.OperationalError, DatabaseError, ConflictError) as error:
                if not is_lost:
                    logger.warning("simulation: the database is away, waiting for it: %s", str(error).strip())
                is_lost = True
                stop.wait(_RETRY_S)
                next_s = time.monotonic()

    def _act(self, action: str) -> None:
        now = datetime.now(UTC)
        if action == "report":
            self.report(1, at=now)
        elif action == "resolve":
            self.resolve(1, at=now)
        else:
            with transaction(self._database) as connection:
                set_acting(connection, actor=_ACTOR, role="", action="", at=now)
                if action != "advance":
                    storage.close_some(connection, count=_STEPS, unsatisfied=_UNSATISFIED)
                elif self._rng.random() < _STRAY_SHARE:
                    self.stray(connection, at=now)
                else:
                    storage.advance_some(connection, count=_STEPS)
        if time.monotonic() - self._pruned_at > _PRUNE_EVERY_S:
            self._pruned_at = time.monotonic()
            with transaction(self._database) as connection:
                storage.delete_simulated(connection, before=now - KEPT_SIMULATED, count=_PRUNE_ROWS)

    def report(self, count: int, *, at: datetime) -> None:
        """Report so many new incidents at an instant."""
        with transaction(self._database) as connection:
            reports = [self._make_report(connection, at=at) for _ in range(count)]
        taken = take_in_reports(self._database, list(enumerate(reports)))
        self._reported += len(taken.accepted)

    def stray(self, connection: Connection, *, at: datetime) -> None:
        """Let one be returned, paused, extended, merged or disputed; or, when enough are, let one of those go on."""
        action = self._rng.choice(("return", "return", "pause", "extend", "merge", "dispute"))
        found = storage.count_strayed(connection)
        if found.get(action, 0) >= _MOST.get(action, self._level):
            action = _WAYS_BACK.get(action, "return")
        if action in _ASKED:
            self.ask(connection, action, at=at)
            return
        set_acting(connection, actor=_ACTOR, role="", action=action, note=_NOTES[action], at=at)
        storage.stray_one(connection, action=action, at=at)

    def ask(self, connection: Connection, action: str, *, at: datetime) -> None:
        """Let a unit ask for a pause or an extension; where enough wait, let the oldest be answered."""
        if storage.count_requests(connection, kind=action) < _MOST_ASKED:
            storage.ask_one(connection, kind=action, note=_NOTES[action], at=at)
            return
        is_refused = self._rng.random() < _REFUSED
        answered = storage.answer_one(connection, kind=action, note=_NOTES["refuse"], is_refused=is_refused, at=at)
        if answered is None or not answered.is_approved:
            return
        detail = {"request_id": answered.id}
        set_acting(connection, actor=_ACTOR, role="", action=action, note=answered.reason, detail=detail, at=at)
        status, extension = _ASKED[action]
        update_incident(connection, answered.incident_id, status, extension=extension)

    def resolve(self, count: int, *, at: datetime) -> None:
        """Resolve about so many at an instant: what soon has its next card, what is overdue above its level, and of the
        others to keep theirs.
        """
        with transaction(self._database) as connection:
            set_acting(connection, actor=_ACTOR, role="", action="", at=at)
            counts = storage.count_open(connection, at=at)
            late = storage.resolve_overdue(
                connection, count=_MOST_HURRIED, stuck_share=_STUCK_SHARE, at=at, card_before=at + _HURRY
            )
            wanted = _count_surplus(counts.overdue - late, self._overdue_level)
            if wanted:
                late += storage.resolve_overdue(connection, count=wanted, stuck_share=_STUCK_SHARE, at=at)
            surplus = counts.total - late - self._level
            # A tenth of the surplus at a time brings the number back gently, and over it two for one.
            wanted = 0 if surplus < -0.05 * self._level else count + max(0, surplus) // 10
            if wanted > late:
                storage.resolve_some(
                    connection, count=wanted - late, slow_share=self._slow_share, habits=self._habits, at=at
                )

    def _make_report(self, connection: Connection, *, at: datetime) -> Report:
        rng = self._rng
        precision = _draw(rng, _PRECISIONS)
        item_code, place = self._find_matter(connection, precision)
        datum = _draw(rng, _DATUMS)
        lon, lat = from_storage(place.lon, place.lat, datum)
        return Report(
            source_key=f"simulated:{uuid.uuid4().hex}",
            channel=_draw(rng, _CHANNELS),
            item_code=item_code,
            title=self._names[item_code],
            address=place.name,
            lon=round(float(lon), 7),
            lat=round(float(lat), 7),
            datum=datum,
            precision=precision,
            reported_at=at,
            target_at=None,
        )

    def _find_matter(self, connection: Connection, precision: Precision) -> tuple[str, NamedPoint]:
        """Find what happens where: what happened before, near where it did, so that a history goes on as it was."""
        rng = self._rng
        past = storage.find_past_place(connection, share=rng.random(), last=self._last)
        if past is not None and past.item_code in self._names:
            item_code, found = past.item_code, past.point
        else:
            item_code = self._draw_item().code
            found = storage.find_random_address(connection, share=rng.random()) or rng.choice(self._villages)
        if precision is Precision.TOWNSHIP:
            return item_code, rng.choice(self._townships)
        if precision is Precision.VILLAGE:
            return item_code, rng.choice(self._villages)
        jitter = (rng.uniform(-_JITTER_DEGREES, _JITTER_DEGREES), rng.uniform(-_JITTER_DEGREES, _JITTER_DEGREES))
        return item_code, NamedPoint(found.name, found.lon + jitter[0], found.lat + jitter[1])

    def _draw_item(self) -> ItemWeight:
        # One more than was seen, so that an item without history comes too.
        return self._rng.choices(self._items, [item.count + 1 for item in self._items])[0]


def _count_surplus(number: int, level: int) -> int:
    """Count how many to take away now: none up to the level, above it a tenth of what is too much, at least one."""
    return 0 if number <= level else 1 + (number - level) // 10


def _draw(rng: random.Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
