"""What is wrong with a file: which cell, what, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

_LISTED = 50


@dataclass(frozen=True, order=True)
class Fault:
    """A fault of one cell; `column` is empty where it is the row as a whole. A warning does not refuse the file."""

    row: int
    column: str
    what: str
    to_do: str
    is_warning: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        return f"row {self.row}{f', {self.column}' if self.column else ''}: {self.what}. {self.to_do}"


def has_refusal(faults: Iterable[Fault]) -> bool:
    """Tell whether one of the faults is more than a warning."""
    return any(not fault.is_warning for fault in faults)


def describe_faults(faults: Iterable[Fault], source: str) -> str:
    """Describe the refusing faults of a file, the first of them each in a line."""
    refusing = [fault for fault in faults if not fault.is_warning]
    more = f"\n  and {len(refusing) - _LISTED} more" if len(refusing) > _LISTED else ""
    count = f"{len(refusing)} fault{'' if len(refusing) == 1 else 's'}"
    return f"{source}: {count}, nothing was stored.\n  " + "\n  ".join(map(str, refusing[:_LISTED])) + more
