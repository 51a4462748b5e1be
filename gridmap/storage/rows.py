"""Rows as frozen dataclasses, with their words as the enumerations that the domain compares."""

from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from psycopg.rows import BaseRowFactory, class_row

Kind = TypeVar("Kind")


def enum_row(kind: type[Kind]) -> BaseRowFactory[Kind]:
    """Make the row factory of a dataclass: as `class_row`, but a field of a StrEnum gets one and not its text."""
    hints = get_type_hints(kind)
    enums = [(name, hint) for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, StrEnum)]

    def make(**values: Any) -> Kind:
        for name, enum in enums:
            values[name] = enum(values[name])
        return kind(**values)

    # It calls what it is given with the columns by name, and asks nothing else of it.
    return class_row(make)  # type: ignore[arg-type]
