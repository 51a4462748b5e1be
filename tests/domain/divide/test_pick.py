"""What can be handed over: exact numbers, both sides in one piece."""

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridmap.domain.divide.mesh import Mesh
from gridmap.domain.divide.pick import list_picks


def make_lattice(weight: list[list[int]]) -> Mesh:
    """Make a mesh of unit squares."""
    rows, columns = len(weight), len(weight[0])
    at = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.concatenate(
        [np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], 1), np.stack([at[:-1].ravel(), at[1:].ravel()], 1)]
    )
    i, j = np.concatenate([pairs, pairs[:, ::-1]]).T
    faces = np.array([shapely.box(c, r, c + 1, r + 1) for r in range(rows) for c in range(columns)], dtype=object)
    size = rows * columns
    border = csr_array((np.ones(len(i)), (i, j)), shape=(size, size))
    flat = np.array(weight, dtype=np.int64).ravel()
    return Mesh(faces, np.arange(size), flat, shapely.get_coordinates(shapely.centroid(faces)), border, np.arange(size))


@pytest.mark.parametrize("seed", range(5))
def test_every_pick_is_exact_touches_the_taker_and_leaves_one_piece(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mesh = make_lattice(rng.integers(0, 5, (5, 6)).tolist())
    touching = np.where(np.arange(30) % 6 == 0, 1.0, 0.0)
    total = int(mesh.weight.sum())
    picks = list_picks(mesh, touching, total - 1)
    for amount, some in picks.items():
        for pick in some:
            assert pick.households == amount == mesh.weight[pick.blocks].sum()
            for side in (pick.blocks, ~pick.blocks):
                assert side.any()
            rest = mesh.border.toarray()[~pick.blocks][:, ~pick.blocks]
            assert connected_components(rest, directed=False)[0] == 1
            parts = connected_components(mesh.border.toarray()[pick.blocks][:, pick.blocks], directed=False)[1]
            for part in np.unique(parts):
                assert touching[np.flatnonzero(pick.blocks)[parts == part]].any()
    # Of single households any number can be made up.
    even = list_picks(make_lattice([[1] * 6] * 5), touching, 29)
    assert set(even) - {0} == set(range(1, 30))


def test_the_shortest_border_comes_first() -> None:
    touching = np.where(np.arange(30) % 6 == 0, 1.0, 0.0)
    best = list_picks(make_lattice([[1] * 6] * 5), touching, 5)[5][0]
    assert best.blocks.reshape(5, 6)[:, 0].all()
    assert best.cost == 0.0


def test_what_lies_behind_a_whole_hamlet_can_not_be_had_without_it() -> None:
    mesh = make_lattice([[60, 1, 1, 40]])
    touching = np.array([1.0, 0.0, 0.0, 0.0])
    assert sorted(amount for amount in list_picks(mesh, touching, 101) if amount) == [60, 61, 62]
