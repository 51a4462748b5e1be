"""Versions of the responsibility list in the database: inserted whole, read whole, never changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.dry_run import ChangedIncident, Outcome
from gridmap.domain.responsibility.item import Duty, Item, Level, ListVersion, Party, PartyRole, Stage
from gridmap.domain.responsibility.words import make_value_text
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def lock_lists(connection: Connection) -> None:
    """Let no other import come between a question about the versions and the insert of one."""
    connection.execute(read_statement("responsibility/lock_lists"))


def insert_list(connection: Connection, items: Sequence[Item], *, name: str, effective_from: date, source: str) -> int:
    """Insert a version and give its id."""
    values = {"name": name, "effective_from": effective_from, "source": source}
    list_id = _read_scalar(connection, "responsibility/insert_list", values)
    columns: dict[str, list[Any]] = {
        "code": [item.code for item in items],
        "class_name": [item.class_name for item in items],
        "name": [item.name for item in items],
        "level": [item.level.value for item in items],
        "legal_basis": [item.legal_basis for item in items],
        "limit_value": [make_value_text(item.limit.value) for item in items],
        "limit_unit": [item.limit.unit.value for item in items],
        "needs_power": [item.needs_power for item in items],
    }
    made = connection.execute(read_statement("responsibility/insert_items"), {**columns, "list_id": list_id})
    ids: dict[str, int] = dict(made.fetchall())
    parties = [(ids[item.code], party) for item in items for party in item.parties]
    # Before the duties, which would bring parties of their own.
    _insert(
        connection,
        "responsibility/insert_parties",
        ("item_id", "role", "unit_type", "position", "legal_basis", "contact", "telephone"),
        [(key, p.role.value, p.unit_type, p.position, p.legal_basis, p.contact, p.telephone) for key, p in parties],
    )
    _insert(
        connection,
        "responsibility/insert_duties",
        ("item_id", "role", "unit_type", "number", "duty"),
        [(key, p.role.value, p.unit_type, duty.number, duty.text) for key, p in parties for duty in p.duties],
    )
    _insert(
        connection,
        "responsibility/insert_stages",
        ("item_id", "number", "name", "limit_value", "limit_unit"),
        [
            (ids[item.code], number, stage.name, make_value_text(stage.limit.value), stage.limit.unit.value)
            for item in items
            for number, stage in enumerate(item.stages, start=1)
        ],
    )
    return list_id


def list_versions(connection: Connection) -> list[ListVersion]:
    """List the versions by their first day."""
    return [ListVersion(*row) for row in connection.execute(read_statement("responsibility/list_versions"))]


def find_list_id(connection: Connection, day: date) -> int | None:
    """Find the version of a day, before the first one the first; None when there is none at all."""
    row = connection.execute(read_statement("responsibility/find_list_id"), {"day": day}).fetchone()
    return row[0] if row else None


def read_items(connection: Connection, list_id: int) -> tuple[Item, ...]:
    """Read the items of a version, in the order of the list."""
    values = {"list_id": list_id}
    duties: dict[tuple[int, str, str], list[Duty]] = defaultdict(list)
    for key, role, unit_type, number, text in connection.execute(read_statement("responsibility/list_duties"), values):
        duties[key, role, unit_type].append(Duty(number, text))
    parties: dict[int, list[Party]] = defaultdict(list)
    for key, role, unit_type, *rest in connection.execute(read_statement("responsibility/list_parties"), values):
        position, legal_basis, contact, telephone = rest
        said = tuple(duties[key, role, unit_type])
        parties[key].append(Party(PartyRole(role), unit_type, position, said, legal_basis, contact, telephone))
    stages: dict[int, list[Stage]] = defaultdict(list)
    for key, name, value, unit in connection.execute(read_statement("responsibility/list_stages"), values):
        stages[key].append(Stage(name, Limit(float(value), LimitUnit(unit))))
    return tuple(
        Item(
            code=code,
            class_name=class_name,
            name=name,
            level=Level(level),
            limit=Limit(float(value), LimitUnit(unit)),
            parties=tuple(parties[key]),
            stages=tuple(stages[key]),
            legal_basis=legal_basis,
            needs_power=needs_power,
        )
        for key, code, class_name, name, level, legal_basis, value, unit, needs_power in connection.execute(
            read_statement("responsibility/list_items"), values
        )
    )


def count_earlier_incidents(connection: Connection, list_id: int) -> int:
    """Count the incidents that were reported since a version's first day and came under another."""
    return _read_scalar(connection, "responsibility/count_earlier_incidents", {"list_id": list_id})


def put_other_lists_off(connection: Connection, list_id: int) -> None:
    """Let one version hold for every day; for a transaction that is rolled back, as it changes the others."""
    connection.execute(read_statement("responsibility/begin_dry_run"))
    connection.execute(read_statement("responsibility/put_other_lists_off"), {"list_id": list_id})


def count_incidents(connection: Connection, *, since: datetime, until: datetime) -> int:
    """Count the incidents that were reported from `since` up to `until`."""
    return _read_scalar(connection, "responsibility/count_incidents", {"since": since, "until": until})


def compare_incidents(
    connection: Connection, *, since: datetime, until: datetime, after_id: int, most: int
) -> list[ChangedIncident]:
    """Compare what is stored of incidents with what the rules say now: so many after an id, changed or not."""
    values = {"since": since, "until": until, "after_id": after_id, "most": most}
    found = connection.execute(read_statement("responsibility/compare_incidents"), values)
    return [
        ChangedIncident(key, reported_at, item_code, status, Outcome(*outcomes[:3]), Outcome(*outcomes[3:]))
        for key, reported_at, item_code, status, *outcomes in found
    ]


def route_incidents(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Ask the rules where incidents go now: the code of the unit and the queue of each id."""
    found = connection.execute(read_statement("responsibility/route_incidents"), {"ids": list(ids)})
    return {key: (unit_code, queue) for key, unit_code, queue in found}


def _insert(connection: Connection, statement: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    connection.execute(read_statement(statement), {name: [row[i] for row in rows] for i, name in enumerate(columns)})


def _read_scalar(connection: Connection, statement: str, values: dict[str, Any]) -> int:
    row = connection.execute(read_statement(statement), values).fetchone()
    assert row is not None  # noqa: S101 -- INSERT ... RETURNING of one row, or an aggregate
    return int(row[0])
