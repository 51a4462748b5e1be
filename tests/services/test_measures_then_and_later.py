"""What was answered along a random walk of incidents through their lives is answered again when all has happened."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import LIFE_CYCLE, Action, Carried, list_possible
from gridmap.errors import ConflictError, InputError, NotAllowedError
from gridmap.services.measures import MeasureQuestion, MeasureTable, measure
from gridmap.services.proceedings.call_back import call_back
from gridmap.services.transitions import carry_out
from gridmap.storage.database import Database
from tests.county import UNITS, insert_small_county
from tests.staff import STAFF, insert_staff

# From Monday on, over the Mid-Autumn holiday from Friday to Sunday.
START = datetime(2026, 9, 21, 1, tzinfo=UTC)
STEPS = 120
SEED = 14
MORE_STAFF = (
    ("op-2", "operator", None),
    ("ve-2", "verifier", None),
    ("pol-lead", "unit_lead", "U-POL"),
    ("ps-1", "handler", "U-PS1"),
    ("wat-1", "handler", "U-WAT"),
    ("t1-1", "handler", "U-T01"),
    ("t2-1", "handler", "U-T02"),
)
ROLES = {code: (role, unit) for code, role, unit, *_ in (*STAFF, *MORE_STAFF)}
# Item, longitude, precision.
REPORTS = (
    ("A02", 118.805, "exact"),
    ("A02", 118.8052, "exact"),
    ("A04", 118.815, "exact"),
    ("A05", 118.835, "building"),
    ("A01", 118.825, "exact"),
    ("A02", 118.805, "township"),
    ("A03", None, "exact"),
    (None, 118.815, "exact"),
)
# What ends a life is rare, or nothing is left to walk; what measures have to remember is common.
WEIGHTS = {Action.REJECT: 0.03, Action.MERGE: 0.1, Action.DISPUTE: 0.2, Action.RETURN: 0.5, Action.RESOLVE: 2}


class Walk:
    """Incidents that are moved by whoever may, by steps drawn from the table."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.rng = random.Random(seed)
        self.done: Counter[str] = Counter()

    def list_states(self) -> dict[int, tuple[Status, int, str | None]]:
        with self.database.connect() as connection:
            rows = connection.execute(
                "SELECT i.id, i.status, i.version, u.code FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id "
                "ORDER BY i.id"
            ).fetchall()
        return {number: (Status(status), version, lead) for number, status, version, lead in rows}

    def report(self, number: int, at: datetime) -> None:
        item, lon, precision = REPORTS[number]
        with self.database.connect() as connection:
            connection.execute(
                "INSERT INTO incident (item_code, reported_lon, reported_lat, precision, reported_at) "
                "VALUES (%s, %s, %s, %s, %s)",
                [item, lon, None if lon is None else 36.905, precision, at],
            )

    def correct(self, at: datetime) -> None:
        """Correct the item or the point of one."""
        number = self.rng.choice(list(self.list_states()))
        with self.database.connect() as connection:
            connection.execute("SELECT set_config('gridmap.at', %s, true)", [at.isoformat()])
            if self.rng.random() < 0.5:
                connection.execute(
                    "UPDATE incident SET item_code = %s WHERE id = %s", [self.rng.choice(("A01", "A02", "A05")), number]
                )
                self.done["item corrected"] += 1
            else:
                connection.execute(
                    "UPDATE incident SET reported_lon = %s, reported_lat = 36.905, precision = 'exact' WHERE id = %s",
                    [self.rng.choice((118.805, 118.815, 118.835)), number],
                )
                self.done["point corrected"] += 1

    def move(self, at: datetime) -> None:
        """Move one incident by one step; the first step that somebody may do of those that the table allows."""
        states = self.list_states()
        for number in self.rng.sample(list(states), len(states)):
            status, version, lead = states[number]
            if status in (Status.VERIFIED, Status.MERGED) and self.call_back(number, version, at):
                return
            actions = [rule.action for rule in list_possible(status)]
            while actions:
                action = self.rng.choices(actions, [WEIGHTS.get(one, 1) for one in actions])[0]
                actions.remove(action)
                others = [one for one in states if one != number]
                if self.carry_out(number, action, version, at, lead=lead, others=others):
                    return

    def carry_out(
        self, number: int, action: Action, version: int, at: datetime, *, lead: str | None, others: list[int]
    ) -> bool:
        granted = {role for role, _ in LIFE_CYCLE[action].grants}
        actors = [code for code, (role, unit) in ROLES.items() if role in granted and unit in (None, lead)]
        carried = Carried(
            reason="said so",
            evidence=("photo",),
            unit_code=self.rng.choice([None, *(unit[0] for unit in UNITS)]),
            extension=Decimal("0.5"),
            satisfied=True,
            other_incident_id=self.rng.choice(others) if others else None,
        )
        for actor in self.rng.sample(actors, len(actors)):
            for one in (carried, replace(carried, unit_code="U-ENF")):
                try:
                    carry_out(self.database, number, action, actor=actor, expected_version=version, carried=one, at=at)
                except NotAllowedError:
                    break
                except (ConflictError, InputError):
                    continue
                self.done[action] += 1
                return True
        return False

    def call_back(self, number: int, version: int, at: datetime) -> bool:
        is_reached = self.rng.random() < 0.8
        is_satisfied = self.rng.random() < 0.3 if is_reached else None
        for actor in ("op", "op-2"):
            try:
                call_back(
                    self.database, number, actor=actor, expected_version=version, is_reached=is_reached,
                    is_satisfied=is_satisfied, note="said on the telephone", at=at,
                )  # fmt: skip
            except (NotAllowedError, ConflictError):
                continue
            self.done[f"call-back {is_satisfied}"] += 1
            return True
        return False

    def go(self) -> Iterator[datetime]:
        """Go on step by step; gives an instant after each, at which no later step has happened."""
        at = START
        for step in range(STEPS):
            at += timedelta(minutes=self.rng.choice((7, 30, 60, 240)), microseconds=self.rng.randrange(10**6))
            if step % 2 == 0 and step // 2 < len(REPORTS):
                self.report(step // 2, at)
            elif step % 17 == 16:
                self.correct(at)
            else:
                self.move(at)
            # The step's own instant counts as much as any before the next.
            yield at if self.rng.random() < 0.5 else at + timedelta(minutes=5)


def answer(database: Database, instant: datetime) -> list[MeasureTable]:
    return [measure(database, MeasureQuestion(by=by, as_of=instant)) for by in ("unit", "item")]


def insert_county(database: Database) -> None:
    with database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        for code, role, unit in MORE_STAFF:
            connection.execute(
                "INSERT INTO staff (code, role, unit_id) VALUES (%s, %s, (SELECT id FROM unit WHERE code = %s::text))",
                [code, role, unit],
            )


def test_what_was_answered_then_is_answered_later(fresh_database: Database) -> None:
    insert_county(fresh_database)
    with fresh_database.pooled(max_size=2) as database:
        walk = Walk(database, SEED)
        answers = {at: answer(database, at) for step, at in enumerate(walk.go()) if step % 6 == 5}
        # Nothing is shown of what the walk did not do.
        assert wanted() <= set(walk.done), walk.done
        assert len(answers) > 16
        assert len({str(tables) for tables in answers.values()}) == len(answers)
        for at, tables in answers.items():
            assert answer(database, at) == tables, (SEED, at)


def wanted() -> set[str]:
    actions = {Action.RETURN, Action.PAUSE, Action.RESUME, Action.REOPEN, Action.RESOLVE, Action.DISPUTE, Action.MERGE}
    return actions | {"call-back False", "call-back True", "item corrected", "point corrected"}
