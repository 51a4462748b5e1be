"""A connected part of an area, on the way to being one grid."""

from dataclasses import dataclass

from gridmap.domain.divide.plane import Floats, Ints


@dataclass(frozen=True, eq=False)
class Piece:
    """A polygon by vertex numbers, and the sites that belong to it."""

    shell: Ints
    """Counter-clockwise, the first vertex not repeated."""
    holes: tuple[Ints, ...]
    """Clockwise."""
    sites: Ints


@dataclass(frozen=True, eq=False)
class Load:
    """What the sites of a region weigh when they are balanced, and which of them stay together."""

    xy: Floats
    weight: Ints
    """Households, towers capped at a full grid; zero where nobody lives."""
    atom: Ints
    """Number of the whole hamlet, -1 for a site that is free."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A piece in two, and how many grids each side is to have."""

    left: Piece
    right: Piece
    left_count: int
    right_count: int


def find_window(total: int, left_count: int, right_count: int) -> tuple[int, int]:
    """Find the least and the most that a side may weigh if every grid is to be within one household of the mean."""
    whole, rest = divmod(total, left_count + right_count)
    low, high = max(0, rest - right_count), min(rest, left_count)
    return whole * left_count + low, whole * left_count + high


def list_left_counts(count: int) -> list[int]:
    """List how many of `count` grids may lie on the left: all, or for many grids the ones near half."""
    if count <= 5:
        return list(range(1, count))
    return sorted({count // 2, (count + 1) // 2, count // 3, count - count // 3})


@dataclass(frozen=True)
class Window:
    """How many grids the left side of a cut is to have, of how many, and what it may weigh for that."""

    left_count: int
    right_count: int
    low: int
    high: int


def list_windows(total: int, count: int) -> list[Window]:
    """List the windows for parting a piece of some weight into `count` grids."""
    return [Window(left, count - left, *find_window(total, left, count - left)) for left in list_left_counts(count)]
