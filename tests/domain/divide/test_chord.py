"""Cuts by a chord, on pieces whose answer is known."""

import numpy as np
import pytest
import shapely

from gridmap.domain.divide.chord import list_chords, make_normals, split_ring
from gridmap.domain.divide.faces import make_polygon
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Load, Piece, list_windows


def _make(ring: list[tuple[float, float]], xy: np.ndarray, atom: np.ndarray | None = None) -> tuple[Nodes, Piece, Load]:
    nodes = Nodes(np.array(ring, dtype=np.float64))
    count = len(xy)
    load = Load(xy, np.ones(count, dtype=np.int64), np.full(count, -1) if atom is None else atom)
    return nodes, Piece(np.arange(len(ring)), (), np.arange(count)), load


def test_a_long_rectangle_is_cut_across_into_equal_counts() -> None:
    xy = np.array([(x + 0.5, 5 + 0.01 * x) for x in range(100)])
    nodes, piece, load = _make([(0, 0), (100, 0), (100, 10), (0, 10)], xy)
    cut = next(list_chords(nodes, piece, load, list_windows(100, 2), make_normals(32), loose=False))
    assert len(cut.left.sites) == len(cut.right.sites) == 50
    left, right = make_polygon(nodes, cut.left), make_polygon(nodes, cut.right)
    assert left.area + right.area == 1000
    assert abs(left.area - 500) < 15
    assert left.intersection(right).length < 10.5  # a short border, across


def test_every_chord_parts_polygon_and_sites_alike() -> None:
    rng = np.random.default_rng(3)
    ring = [(0, 0), (90, 5), (120, 60), (80, 110), (60, 70), (20, 100)]
    xy = np.array([p for p in rng.uniform(0, 120, (900, 2)) if shapely.Polygon(ring).contains(shapely.Point(p))])
    nodes, piece, load = _make(ring, xy)
    cuts = list(list_chords(nodes, piece, load, list_windows(len(xy), 4), make_normals(32), loose=False))
    assert len(cuts) > 5
    for cut in cuts:
        for side in (cut.left, cut.right):
            polygon = make_polygon(nodes, side)
            assert polygon.is_valid
            assert shapely.contains_xy(polygon, xy[side.sites, 0], xy[side.sites, 1]).all()
        assert sorted([*cut.left.sites, *cut.right.sites]) == list(range(len(xy)))
        # 526 = 4 x 131 + 2: the two spare households may lie on either side.
        spare = len(cut.left.sites) - 131 * cut.left_count
        assert max(0, 2 - cut.right_count) <= spare <= min(2, cut.left_count)


def test_a_line_that_leaves_the_piece_and_comes_back_is_no_chord() -> None:
    # A comb of three teeth with the sites in the tips: every level line meets it six times.
    ring = [
        (0, 0),
        (50, 0),
        (50, 100),
        (40, 100),
        (40, 5),
        (30, 5),
        (30, 100),
        (20, 100),
        (20, 5),
        (10, 5),
        (10, 100),
        (0, 100),
    ]
    xy = np.array([(x, y) for x in (5.0, 25.0, 45.0) for y in np.linspace(60, 95, 20)])
    nodes, piece, load = _make(ring, xy)
    level = np.array([[0.0], [1.0]])
    assert not list(list_chords(nodes, piece, load, list_windows(60, 2), level, loose=False))


def test_a_whole_hamlet_is_not_parted() -> None:
    xy = np.array([(x + 0.5, 5.0 + 0.02 * x) for x in range(100)])
    atom = np.where(np.arange(100) < 60, 7, -1)
    nodes, piece, load = _make([(0, 0), (100, 0), (100, 10), (0, 10)], xy, atom)
    for cut in list_chords(nodes, piece, load, list_windows(100, 2), make_normals(32), loose=True):
        assert len(set(atom[cut.left.sites] == 7)) == 1 or len(set(atom[cut.right.sites] == 7)) == 1
        assert min(len(cut.left.sites), len(cut.right.sites)) == 40


def test_two_addresses_at_one_place_are_on_one_side() -> None:
    xy = np.repeat(np.array([(10.0, 5.0), (90.0, 5.0)]), 2, axis=0)
    nodes, piece, load = _make([(0, 0), (100, 0), (100, 10), (0, 10)], xy)
    cut = next(list_chords(nodes, piece, load, list_windows(4, 2), make_normals(32), loose=False))
    assert {tuple(sorted(cut.left.sites)), tuple(sorted(cut.right.sites))} == {(0, 1), (2, 3)}


def test_a_chord_through_a_corner_uses_the_corner() -> None:
    ring = np.arange(4)
    sides = split_ring(ring, 0, 2, 0, 2)
    assert sides is not None
    assert [sorted(side.tolist()) for side in sides] == [[0, 1, 2], [0, 2, 3]]


@pytest.mark.parametrize("away", [1e-6, 3e-5, 4e-4, 0.009, -2e-6, -0.005])
def test_a_chord_ends_at_a_node_that_the_other_side_of_the_border_has_there(away: float) -> None:
    xy = np.array([(x + 0.5, 5 + 0.01 * x) for x in range(100)])
    nodes, piece, load = _make([(0, 0), (100, 0), (100, 10), (0, 10)], xy)
    level = np.array([[1.0], [0.0]])
    other = nodes.add(50.0 + away, 0.0, on=(0, 1))
    cut = next(list_chords(nodes, piece, load, list_windows(100, 2), level, loose=False))
    assert other in cut.left.shell
    assert other in cut.right.shell
    assert len(nodes.xy) == 6  # Of the two ends only the upper one is new.
    left, right = make_polygon(nodes, cut.left), make_polygon(nodes, cut.right)
    assert left.area + right.area == pytest.approx(1000)
    assert shapely.contains_xy(left, *xy[cut.left.sites].T).all()


def test_a_node_farther_away_is_another_one() -> None:
    xy = np.array([(x + 0.5, 5 + 0.01 * x) for x in range(100)])
    nodes, piece, load = _make([(0, 0), (100, 0), (100, 10), (0, 10)], xy)
    other = nodes.add(50.02, 0.0, on=(0, 1))
    cut = next(list_chords(nodes, piece, load, list_windows(100, 2), np.array([[1.0], [0.0]]), loose=False))
    assert other not in cut.left.shell
    assert other in nodes.complete(cut.left.shell) or other in nodes.complete(cut.right.shell)
