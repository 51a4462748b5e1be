"""What a draft of the list would change for incidents that are stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Outcome:
    """Where an incident goes and until when: the code of its lead unit, or the queue where it waits; `due_at` is
    empty while it is paused.
    """

    unit_code: str
    queue: str
    due_at: datetime | None

    @property
    def place(self) -> str:
        """The unit, or else the queue in brackets."""
        return self.unit_code or f"[{self.queue or 'no unit'}]"


@dataclass(frozen=True)
class ChangedIncident:
    """An incident that would go elsewhere, or be due at another time."""

    id: int
    reported_at: datetime
    item_code: str
    status: str
    old: Outcome
    new: Outcome

    @property
    def is_moved(self) -> bool:
        """Tell whether another unit or queue would have it."""
        return self.old.place != self.new.place

    @property
    def is_queued(self) -> bool:
        """Tell whether it would leave its unit, or its queue, for a queue."""
        return self.is_moved and not self.new.unit_code

    @property
    def due_change(self) -> int:
        """Tell whether it would be due earlier (-1), later (1), or at the same time (0)."""
        if self.old.due_at is None or self.new.due_at is None:
            return 0
        return (self.new.due_at > self.old.due_at) - (self.new.due_at < self.old.due_at)


@dataclass(frozen=True)
class Move:
    """How many incidents of an item would go from one unit or queue to another."""

    item_code: str
    old: str
    new: str
    count: int


@dataclass(frozen=True)
class DryRun:
    """The answer: how many incidents were looked at, and those that would change, by id."""

    since: datetime
    until: datetime
    incidents: int
    differing_already: int
    """Whose unit or queue is not what the rules say now, with the draft or without it."""
    changed: Sequence[ChangedIncident]

    @property
    def moved(self) -> int:
        """Number of incidents that would go elsewhere."""
        return sum(one.is_moved for one in self.changed)

    @property
    def queued(self) -> int:
        """Number of incidents that would go to a queue."""
        return sum(one.is_queued for one in self.changed)

    @property
    def earlier(self) -> int:
        """Number of incidents that would be due earlier."""
        return sum(one.due_change < 0 for one in self.changed)

    @property
    def later(self) -> int:
        """Number of incidents that would be due later."""
        return sum(one.due_change > 0 for one in self.changed)

    def count_moves(self) -> list[Move]:
        """Count the moves by item, from and to, the most frequent first."""
        counts = Counter((one.item_code, one.old.place, one.new.place) for one in self.changed if one.is_moved)
        return [Move(*key, count) for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
