"""Vertices of one side of a border become vertices of the other."""

import numpy as np
import shapely

from gridmap.domain.divide.seam import insert_vertices


def make_shapes(*shapes: shapely.Geometry) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def test_a_coverage_becomes_valid() -> None:
    left = shapely.Polygon([(0, 0), (1, 0.1), (1.3, 1), (0, 1)])
    # Two on the right, whose corner lies in the middle of the left one's edge.
    share = 0.37
    corner = (1 + share * 0.3, 0.1 + share * 0.9)
    right = make_shapes(
        shapely.Polygon([(1, 0.1), (3, 0), (3, 0.5), corner]), shapely.Polygon([corner, (3, 0.5), (3, 1), (1.3, 1)])
    )
    every = np.concatenate([make_shapes(left), right])
    assert not shapely.coverage_is_valid(every)
    fitted, changed = insert_vertices(make_shapes(left), shapely.get_coordinates(right))
    assert changed.tolist() == [True]
    assert shapely.coverage_is_valid(np.concatenate([fitted, right]))
    assert abs(fitted[0].area - left.area) < 1e-15
    again, changed = insert_vertices(fitted, shapely.get_coordinates(right))
    assert not changed.any()
    assert shapely.equals_exact(again[0], fitted[0])


def test_holes_parts_and_what_is_far_away() -> None:
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 3), (3, 3), (3, 1)]])
    both = shapely.MultiPolygon([ring, shapely.box(9, 9, 10, 10)])
    places = np.array([[1, 2], [2, 0], [10, 9.5], [1e-12, 0], [2, 2], [5, 5]])
    (fitted,), changed = insert_vertices(make_shapes(both), places)
    assert changed.tolist() == [True]
    assert fitted.geom_type == "MultiPolygon"
    found = {tuple(place) for place in shapely.get_coordinates(fitted).tolist()}
    assert found - {tuple(place) for place in shapely.get_coordinates(both).tolist()} == {(1, 2), (2, 0), (10, 9.5)}
    assert shapely.area(fitted) == shapely.area(both)


def test_several_places_on_one_edge_come_in_order() -> None:
    square = shapely.box(0, 0, 1, 1)
    places = np.array([[0.7, 0], [0.2, 0], [0.5, 0]])
    (fitted,), _ = insert_vertices(make_shapes(square), places)
    assert shapely.is_valid(fitted)
    assert len(shapely.get_coordinates(fitted)) == 8


def test_a_border_between_two_of_them_is_left_alone() -> None:
    """A notch of the outline that ends a hair from an inner border is no vertex of it."""
    left = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
    right = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1)])
    shapes = make_shapes(left, right)
    fitted, changed = insert_vertices(shapes, np.array([[1, 0.5], [2, 0.25]]))
    assert changed.tolist() == [False, True]
    assert shapely.coverage_is_valid(fitted)
    assert [2, 0.25] in shapely.get_coordinates(fitted[1]).tolist()
    assert [1, 0.5] not in shapely.get_coordinates(fitted).tolist()
