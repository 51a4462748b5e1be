"""What the duty officer's desk needs beside the board and the lists of each subject."""

from dataclasses import dataclass

from gridmap.domain.life_cycle import LIFE_CYCLE, Rule
from gridmap.services.transaction import transaction
from gridmap.storage import desk as storage
from gridmap.storage.database import Database
from gridmap.storage.desk import Township, WaitingCounts

__all__ = ["Desk", "Township", "WaitingCounts", "list_rules", "read_desk"]


@dataclass(frozen=True)
class Desk:
    """Counts of what waits, and the townships that lists can be cut to."""

    waiting: WaitingCounts
    townships: list[Township]


def read_desk(database: Database) -> Desk:
    """Read what the desk shows beside the board."""
    with transaction(database) as connection:
        return Desk(storage.count_waiting(connection), storage.list_townships(connection))


def list_rules() -> list[Rule]:
    """List the actions of the life cycle in its order: a page offers them by these rules, the server decides."""
    return list(LIFE_CYCLE.values())
