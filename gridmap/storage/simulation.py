"""What the simulation draws from the database, and how it moves incidents on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.sql import SQL

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import ONWARD
from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.statement import read_statement

# A unit without a history in a township is seldom late there.
_UNKNOWN_FACTOR = 0.3
# They wait for a person, not for chance.
_LEFT_ALONE = [Status.PAUSED.value, Status.DISPUTED.value]


@dataclass(frozen=True)
class ItemWeight:
    """An item of the list in force, and how often it was reported so far."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class NamedPoint:
    """A point in degrees, EPSG:4490, and what the place is called."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class PastPlace:
    """What an earlier incident was, by its item, and where."""

    item_code: str
    point: NamedPoint


@dataclass(frozen=True)
class Habit:
    """How often incidents of a unit in a township are late, as a factor of the mean."""

    unit_id: int
    township: str
    factor: float


@dataclass(frozen=True)
class OpenCounts:
    """Open incidents, of them overdue, of these twice overdue."""

    total: int
    overdue: int
    twice: int


def list_item_weights(connection: Connection) -> list[ItemWeight]:
    """List the items of the list in force."""
    rows = connection.execute(read_statement("incidents/list_item_weights"))
    return [ItemWeight(row[0], row[1], row[2]) for row in rows]


def list_area_points(connection: Connection, *, level: str) -> list[NamedPoint]:
    """List a point inside each area of a level."""
    rows = connection.execute(read_statement("incidents/list_area_points"), {"level": level})
    return [NamedPoint(row[0], row[1], row[2]) for row in rows]


def find_random_address(connection: Connection, *, share: float) -> NamedPoint | None:
    """Find the address at a share (0 to 1) of all; None when there is none."""
    row = connection.execute(read_statement("incidents/find_random_address"), {"share": share}).fetchone()
    return None if row is None else NamedPoint(row[2], row[0], row[1])


def find_last_history(connection: Connection) -> int:
    """Find the number of the last incident that did not come by simulation, else of the last; 0 when there is none."""
    row = connection.execute(read_statement("incidents/find_last_history"), {}).fetchone()
    return 0 if row is None else int(row[0])


def find_past_place(connection: Connection, *, share: float, last: int) -> PastPlace | None:
    """Find the earlier incident at a share (0 to 1) of the numbers up to `last`; None when there is none."""
    values = {"share": share, "last": last}
    row = connection.execute(read_statement("incidents/find_past_place"), values).fetchone()
    return None if row is None else PastPlace(row[0], NamedPoint(row[3], row[1], row[2]))


def list_habits(connection: Connection, *, at: datetime) -> list[Habit]:
    """List how late units are by township, as factors of the mean; empty when nothing was late yet."""
    rows = connection.execute(read_statement("incidents/list_habits"), {"at": at})
    return [Habit(row[0], row[1], float(row[2])) for row in rows]


def count_open(connection: Connection, *, at: datetime) -> OpenCounts:
    """Count the open incidents, and of them the overdue and twice overdue ones at an instant."""
    row = connection.execute(read_statement("incidents/count_open"), {"at": at}).fetchone()
    return OpenCounts(*map(int, row)) if row is not None else OpenCounts(0, 0, 0)


def advance_some(connection: Connection, *, count: int) -> int:
    """Move some open incidents one legal step on; give how many."""
    values = {"count": count, "statuses": [status.value for status in ONWARD]}
    ids = _pick(connection, read_statement("incidents/pick_to_advance"), values)
    return _advance(connection, ids)


def resolve_some(
    connection: Connection, *, count: int, slow_share: float, habits: Sequence[Habit], at: datetime
) -> int:
    """Resolve some open incidents that are not overdue, leaving the slow ones until they are; give how many."""
    values = {
        "count": count,
        "slow_share": slow_share,
        "unit_id": [habit.unit_id for habit in habits],
        "township": [habit.township for habit in habits],
        "factor": [habit.factor for habit in habits],
        "other_factor": _UNKNOWN_FACTOR if habits else 1.0,
        "at": at,
        "left_alone": _LEFT_ALONE,
    }
    return resolve_straight(connection, _pick(connection, read_statement("incidents/pick_to_resolve"), values), at=at)


def resolve_overdue(
    connection: Connection, *, count: int, stuck_share: float, at: datetime, card_before: datetime | None = None
) -> int:
    """Resolve some that are overdue, those first whose next card comes first; give how many.

    Parameters
    ----------
    stuck_share
        Of them, so many are not resolved before they are twice overdue, and a tenth of these not before three times.
    card_before
        Only those whose next card, at twice or three times their limit, comes before this instant.
    """
    values: dict[str, object] = {
        "count": count,
        "stuck_share": stuck_share,
        "card_before": card_before,
        "at": at,
        "left_alone": _LEFT_ALONE,
    }
    picked = _pick(connection, read_statement("incidents/pick_overdue"), values)
    # The lead waits for its assistants: in a hurry they are done with it.
    connection.execute(read_statement("incidents/finish_assistants"), {"ids": picked, "at": at})
    return resolve_straight(connection, picked, at=at)


def resolve_unchanged(connection: Connection, ids: Sequence[int], *, at: datetime) -> int:
    """Resolve those that are still as they were reported; those that no unit leads are rejected. Give how many."""
    picked = _pick(connection, read_statement("incidents/pick_unchanged"), {"ids": list(ids)})
    resolved = resolve_straight(connection, picked, at=at)
    rejected = connection.execute(read_statement("incidents/reject_unled"), {"ids": picked, "at": at}).rowcount
    return resolved + rejected


def resolve_straight(connection: Connection, ids: list[int], *, at: datetime) -> int:
    """Take incidents all the legal steps to their resolution, at one instant; give how many came there."""
    while _advance(connection, ids):
        pass
    return connection.execute(read_statement("incidents/resolve_picked"), {"ids": ids, "at": at}).rowcount


def _pick(connection: Connection, statement: SQL, values: dict[str, object]) -> list[int]:
    return [row[0] for row in connection.execute(statement, values)]


def _advance(connection: Connection, ids: list[int]) -> int:
    if not ids:
        return 0
    connection.execute(read_statement("incidents/assign_leads"), {"ids": ids})
    values = {
        "ids": ids,
        "from": [status.value for status in ONWARD],
        "to": [status.value for status in ONWARD.values()],
    }
    return connection.execute(read_statement("incidents/advance_picked"), values).rowcount


def insert_dispatches(connection: Connection, source_keys: Sequence[str], instants: Sequence[datetime]) -> int:
    """Write down when incidents of a history were dispatched, where that is not known yet; give how many."""
    values = {"source_key": list(source_keys), "at": list(instants)}
    with maintenance(connection):
        return connection.execute(read_statement("incidents/insert_dispatches"), values).rowcount


def count_strayed(connection: Connection) -> dict[str, int]:
    """Count the open incidents that are paused, disputed or extended, by the action that made them so."""
    return {row[0]: int(row[1]) for row in connection.execute(read_statement("incidents/count_strayed"))}


@dataclass(frozen=True)
class AnsweredRequest:
    """A request that was answered, and why it was made."""

    id: int
    incident_id: int
    is_approved: bool
    reason: str


def count_requests(connection: Connection, *, kind: str) -> int:
    """Count the open requests of a kind."""
    row = connection.execute(read_statement("incidents/count_requests"), {"kind": kind}).fetchone()
    return 0 if row is None else int(row[0])


def ask_one(connection: Connection, *, kind: str, note: str, at: datetime) -> int:
    """Let the unit that holds an incident ask for a pause or an extension; give how many, 0 or 1."""
    values = {"kind": kind, "note": note, "at": at}
    return connection.execute(read_statement("incidents/ask_one"), values).rowcount


def answer_one(
    connection: Connection, *, kind: str, note: str, is_refused: bool, at: datetime
) -> AnsweredRequest | None:
    """Answer the oldest open request of a kind, `note` being why not; None when there is none."""
    values = {"kind": kind, "note": note, "is_refused": is_refused, "at": at}
    row = connection.execute(read_statement("incidents/answer_one"), values).fetchone()
    return None if row is None else AnsweredRequest(*row)


def stray_one(connection: Connection, *, action: str, at: datetime) -> int:
    """Carry out an action off the straight way on one incident in which it is possible; give how many, 0 or 1."""
    values = {"action": action, "at": at}
    return connection.execute(read_statement("incidents/stray_one"), values).rowcount


def close_some(connection: Connection, *, count: int, unsatisfied: float = 0.0) -> int:
    """Verify some that were resolved within two hours, and call back others; give how many.

    Of the reporters who are called back a share is not satisfied, and theirs are reopened.
    """
    values = {"count": count, "unsatisfied": unsatisfied}
    return connection.execute(read_statement("incidents/close_some"), values).rowcount


def delete_simulated(connection: Connection, *, before: datetime, count: int) -> int:
    """Delete simulated incidents that were resolved before an instant, at most `count`; give how many."""
    values = {"before": before, "count": count}
    with maintenance(connection):
        return connection.execute(read_statement("incidents/delete_simulated"), values).rowcount
