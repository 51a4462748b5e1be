"""The steps of the demonstration's stories, and what goes on beside them."""

from collections.abc import Collection, Mapping, Sequence
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


def insert_request(connection: Connection, step: Mapping[str, object], *, at: datetime) -> None:
    """Let a handler of the unit ask for what `unit` of the step says, if that is possible at that instant."""
    values = {"source_key": step["source_key"], "kind": step["unit"], "note": step["note"], "at": at}
    values["extension"] = step["extension"]
    connection.execute(read_statement("stories/insert_request"), values)


def end_request(
    connection: Connection, step: Mapping[str, object], *, status: str, kind: str, at: datetime
) -> dict[str, object] | None:
    """End the open request of a kind, if there is one; give what the history says of an approval."""
    values = {"source_key": step["source_key"], "kind": kind, "status": status, "note": step["note"], "at": at}
    values["granted"] = step["extension"]
    row = connection.execute(read_statement("stories/end_request"), values).fetchone()
    return None if row is None else {"request_id": row[0], "requested_by": row[1]}


def delete_unled(connection: Connection, *, told: Collection[str]) -> list[str]:
    """Delete what is on its way, or is `told` (source keys), although no unit leads it; give the source keys."""
    with maintenance(connection):
        found = connection.execute(read_statement("stories/delete_unled"), {"told": list(told)}).fetchall()
    return [row[0] for row in found]


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


def list_call_units(connection: Connection) -> dict[str, int]:
    """List the county units that a township may call, one of each type."""
    return dict(connection.execute(read_statement("stories/list_call_units")).fetchall())


def insert_attempts(connection: Connection, *, from_units: Sequence[str], at: datetime) -> int:
    """Let units (codes) have tried to give townships what waits for an admission; give how many times."""
    values = {"from_units": list(from_units), "at": at}
    return connection.execute(read_statement("stories/insert_attempts"), values).rowcount
