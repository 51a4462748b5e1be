"""Shared vertices: an exact coverage from pieces that tile only up to rounding, or an honest None."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.demonstration.noding import share_vertices
from gridmap.demonstration.subdivision import make_exact_faces


def list_edges(faces: np.ndarray) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """List the edges of all rings, each from its lower end."""
    edges = []
    for ring in shapely.get_rings(faces):
        points = [tuple(xy) for xy in shapely.get_coordinates(ring)]
        edges += [(min(a, b), max(a, b)) for a, b in pairwise(points)]
    return edges


def cut(seed: int, count: int) -> np.ndarray:
    """Cut a square by slanting lines, each piece on its own, and round what comes out."""
    rng = np.random.Generator(np.random.PCG64(seed))
    pieces = [shapely.box(118.5, 36.8, 118.6, 36.9)]
    while len(pieces) < count:
        piece = pieces.pop(int(rng.integers(len(pieces))))
        middle, turn = np.asarray(piece.centroid.coords[0]), rng.uniform(0, np.pi)
        along = np.asarray((np.cos(turn), np.sin(turn)))
        across = np.asarray((-along[1], along[0]))
        half = shapely.Polygon([middle - along, middle + along, middle + along + across, middle - along + across])
        for part in (shapely.intersection(piece, half), shapely.difference(piece, half)):
            pieces += [one for one in shapely.get_parts(part) if one.geom_type == "Polygon"]
    return np.asarray(shapely.transform(np.asarray(pieces), lambda c: np.round(c, 7)))


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_pieces_become_an_exact_coverage(seed: int, count: int) -> None:
    pieces = cut(seed, count)
    faces = share_vertices(pieces)
    if faces is None:
        # Two edges crossed by rounding alone; the general way takes over.
        faces, _ = make_exact_faces(shapely.transform(pieces, lambda c: (c - (118.83, 37.0)) * (88_900.0, 110_990.0)))
        assert shapely.coverage_is_valid(faces)
        return
    assert shapely.is_valid(faces).all()
    coordinates = shapely.get_coordinates(faces)
    np.testing.assert_array_equal(coordinates, np.round(coordinates, 7))
    # An oracle of its own: each edge lies between two faces, but for those on the rim of the square.
    edges, walked = np.unique(np.asarray(list_edges(faces)), axis=0, return_counts=True)
    assert set(walked) <= {1, 2}
    rim = edges[walked == 1]
    on_side = [np.ptp(edge[:, 0]) < 3e-7 or np.ptp(edge[:, 1]) < 3e-7 for edge in rim]
    assert all(on_side)
    assert np.hypot(*(rim[:, 1] - rim[:, 0]).T).sum() == pytest.approx(0.4, abs=1e-5)
    assert shapely.area(faces).sum() == pytest.approx(0.01, abs=1e-8)


def test_a_corner_on_an_edge_is_put_into_it() -> None:
    left = shapely.box(118.0, 36.0, 118.1, 36.1)
    below, above = shapely.box(118.1, 36.0, 118.2, 36.04), shapely.box(118.1, 36.04, 118.2, 36.1)
    faces = share_vertices(np.asarray([left, below, above]))
    assert faces is not None
    assert (118.1, 36.04) in {tuple(xy) for xy in shapely.get_coordinates(faces[0])}
    assert shapely.coverage_is_valid(faces)


def test_a_hole_is_kept_and_a_needle_vanishes() -> None:
    outer = shapely.Polygon(
        shapely.box(118.0, 36.0, 118.3, 36.3).exterior.coords, [shapely.box(118.1, 36.1, 118.2, 36.2).exterior.coords]
    )
    needle = shapely.Polygon([(118.1, 36.1), (118.15, 36.1), (118.2, 36.1), (118.15, 36.1)])
    inner = shapely.box(118.1, 36.1, 118.2, 36.2)
    faces = share_vertices(np.asarray([outer, needle, inner]))
    assert faces is not None
    assert [len(face.interiors) for face in faces] == [1, 0]


def test_pieces_that_overlap_are_refused() -> None:
    assert share_vertices(np.asarray([shapely.box(0, 0, 1, 1), shapely.box(0.5, 0.5, 2, 2)])) is None
