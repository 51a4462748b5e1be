"""The steps of the demonstration's stories, and what goes on beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.statement import read_statement


def play_steps(connection: Connection, steps: Sequence[Mapping[str, object]]) -> None:
    """Carry out steps of the life cycle, one after another, each as of its own instant; see `stories/play_step.sql`."""
    with connection.cursor() as cursor:
        cursor.executemany(read_statement("stories/play_step"), steps)


def make_orders(connection: Connection, source_key: str, *, at: datetime) -> None:
    """Order the units that the list names."""
    connection.execute(read_statement("stories/make_orders"), {"source_key": source_key, "at": at})


def finish_orders(connection: Connection, source_key: str, *, at: datetime) -> None:
    """Let the assistants report their part as done."""
    connection.execute(read_statement("stories/finish_orders"), {"source_key": source_key, "at": at})


def delete_unled(connection: Connection) -> list[str]:
    """Delete what is on its way although no unit leads it; give the source keys."""
    with maintenance(connection):
        return [row[0] for row in connection.execute(read_statement("stories/delete_unled")).fetchall()]


def insert_call_backs(connection: Connection, *, channels: Sequence[str], at: datetime) -> int:
    """Write down how the reporters of these channels were called back; give how many attempts."""
    values = {"channels": list(channels), "at": at}
    return connection.execute(read_statement("stories/insert_call_backs"), values).rowcount


def mark_precedents(connection: Connection, *, panel: Sequence[str]) -> int:
    """Let first decisions be precedents; give how many decisions there are."""
    return connection.execute(read_statement("stories/mark_precedents"), {"panel": list(panel)}).rowcount


def answer_cards(connection: Connection, *, at: datetime) -> int:
    """Let units answer most of their cards that are older than a day; give how many."""
    return connection.execute(read_statement("stories/answer_cards"), {"at": at}).rowcount


def list_call_units(connection: Connection) -> list[int]:
    """List the county units that a township may call."""
    return [row[0] for row in connection.execute(read_statement("stories/list_call_units"))]


def insert_attempts(connection: Connection, *, from_units: Sequence[str], at: datetime) -> int:
    """Let units (codes) have tried to give townships what waits for an admission; give how many times."""
    values = {"from_units": list(from_units), "at": at}
    return connection.execute(read_statement("stories/insert_attempts"), values).rowcount
