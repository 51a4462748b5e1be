"""Cards of supervision."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.proceeding_settings import ProceedingSettings
from gridmap.domain.supervision import Card, CardKind, CardStatus, find_status
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class StoredCard:
    """One card; a unit of None is the command centre, staff are codes, `cause` is rule or hand."""

    id: int
    incident_id: int
    unit_id: int | None
    unit_code: str | None
    unit_name: str | None
    kind: CardKind
    cause: str
    at: datetime
    given_by: str | None
    reason: str
    answered_at: datetime | None
    answer: str
    answered_by: str | None
    lifted_at: datetime | None
    lift_reason: str
    lifted_by: str | None
    version: int

    @property
    def status(self) -> CardStatus:
        """Where it is."""
        return find_status(self.answered_at, self.lifted_at)


@dataclass(frozen=True)
class UnitCards:
    """How many cards of each kind stand against a unit (None: the command centre), and how many nobody answered."""

    unit_code: str | None
    unit_name: str | None
    reminder: int
    yellow: int
    red: int
    black: int
    unanswered: int


def insert_by_rule(connection: Connection, settings: ProceedingSettings, *, at: datetime) -> list[CardKind]:
    """Give the cards that the shares of the used limits bring up to an instant; give the kinds of the new ones."""
    rows = connection.execute(
        read_statement("supervision/insert_by_rule"),
        {
            "at": at,
            "reminder": settings.supervision_reminder,
            "yellow": settings.supervision_yellow,
            "red": settings.supervision_red,
            "black": settings.supervision_black,
        },
    )
    return [CardKind(row[0]) for row in rows]


def list_counting(connection: Connection, *, since: datetime, at: datetime) -> list[Card]:
    """List the red and black cards after `since` up to `at` that were not lifted."""
    rows = connection.execute(read_statement("supervision/list_counting"), {"since": since, "at": at})
    return [Card(row[0], row[1], CardKind(row[2]), row[3]) for row in rows]


def insert_card(
    connection: Connection, card: Card, *, cause: str, staff_id: int | None = None, reason: str = ""
) -> int | None:
    """Give a card; None when the rule gave it before."""
    row = connection.execute(
        read_statement("supervision/insert_card"),
        {
            "incident_id": card.incident_id,
            "unit_id": card.unit_id,
            "kind": card.kind.value,
            "cause": cause,
            "at": card.at,
            "staff_id": staff_id,
            "reason": reason,
        },
    ).fetchone()
    return None if row is None else int(row[0])


def list_cards(
    connection: Connection,
    *,
    card_id: int | None = None,
    incident_id: int | None = None,
    unit: str | None = None,
    kind: CardKind | None = None,
    is_standing: bool = False,
    after: int = 0,
    limit: int = 1000,
) -> list[StoredCard]:
    """List cards by id, those above `after`; None does not restrict, an empty `unit` is the command centre."""
    with connection.cursor(row_factory=enum_row(StoredCard)) as cursor:
        cursor.execute(
            read_statement("supervision/list_cards"),
            {
                "id": card_id,
                "incident_id": incident_id,
                "unit": unit,
                "kind": kind,
                "is_standing": is_standing,
                "after": after,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def count_by_unit(connection: Connection, *, since: datetime, until: datetime) -> list[UnitCards]:
    """Count the standing cards of a time by unit, the gravest first."""
    rows = connection.execute(read_statement("supervision/count_by_unit"), {"since": since, "until": until})
    return [UnitCards(*row) for row in rows]


def update_answer(
    connection: Connection, card_id: int, *, version: int, at: datetime, staff_id: int | None, answer: str
) -> bool:
    """Write a unit's answer if the card still has this version; tell whether it did."""
    values = {"id": card_id, "version": version, "at": at, "staff_id": staff_id, "answer": answer}
    return connection.execute(read_statement("supervision/update_answer"), values).fetchone() is not None


def update_lifted(
    connection: Connection, card_id: int, *, version: int, at: datetime, staff_id: int | None, reason: str
) -> bool:
    """Lift a card if it still has this version; tell whether it was."""
    values = {"id": card_id, "version": version, "at": at, "staff_id": staff_id, "reason": reason}
    return connection.execute(read_statement("supervision/update_lifted"), values).fetchone() is not None
