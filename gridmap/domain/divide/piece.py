"""A connected part of an area, on the way to being one grid."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

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

    @cached_property
    def are_all_free(self) -> bool:
        """Whether there are no whole hamlets at all."""
        return not bool((self.atom >= 0).any())

    def weigh(self, piece: Piece) -> int:
        """Add up what lies in a piece."""
        return int(self.weight[piece.sites].sum())

    def has_group(self, piece: Piece) -> bool:
        """Tell whether a piece has sites that must stay together."""
        if self.are_all_free:
            return False
        atom = self.atom[piece.sites]
        atom = atom[atom >= 0]
        return len(atom) > len(np.unique(atom))

    def list_groups(self, piece: Piece) -> tuple[list[int], int]:
        """List the households of each whole hamlet in a piece, and add up the others."""
        weight, atom = self.weight[piece.sites], self.atom[piece.sites]
        own = atom >= 0
        households = np.bincount(atom[own], weight[own]) if own.any() else np.empty(0)
        return [int(some) for some in households if some > 0], int(weight[~own].sum())

    def count_atoms(self, piece: Piece) -> int:
        """Count what could be a grid of its own: free sites with households, and whole hamlets."""
        occupied = self.weight[piece.sites] > 0
        if self.are_all_free:
            return int(np.count_nonzero(occupied))
        atom = self.atom[piece.sites][occupied]
        return int(np.count_nonzero(atom < 0)) + len(np.unique(atom[atom >= 0]))


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
