"""From an empty outline to faces: rivers and roads, township territories, village sites, house blocks and fields."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.linework import Line, make_rivers, make_road_net, make_trunks
from gridmap.demonstration.mesh import Mesh, fill_gaps, grow_areas, make_mesh
from gridmap.demonstration.plane import Floats, Geometries, Ints
from gridmap.demonstration.settlement import Hamlets, make_hamlets
from gridmap.demonstration.subdivision import divide_faces, make_exact_faces, make_faces_of_lines
from gridmap.demonstration.townships import Sites, find_seats, grow_townships, make_outline, make_sites

_COARSE_M2 = 300_000.0
_FIELD_M2 = 120_000.0
_URBAN_M2 = 5_200.0
URBAN_REACH_M = 1000.0
_HOUSES_M2 = 6_000.0
_GARDENS_M2 = 26_000.0


@dataclass(frozen=True)
class Ground:
    """The faces of the county and what they belong to.

    ``faces`` are lon/lat polygons that share vertices exactly, ``plane`` the same in metres; ``township`` and
    ``village`` are indices into the input tables.
    """

    faces: Geometries
    plane: Geometries
    mesh: Mesh
    township: Ints
    village: Ints
    sites: Sites
    hamlets: Hamlets
    rivers: list[Line]
    roads: list[Line]


def make_ground(inputs: Inputs, rng: np.random.Generator, *, whole: bool) -> Ground:
    """Make the faces of the county and give each to a township and, inside it, to a village."""
    outline = make_outline(inputs.outline, inputs.townships, whole=whole)
    rivers = make_rivers(rng, outline)
    trunks = make_trunks(rng, outline)
    seats, _ = find_seats(inputs.townships)
    short = [name[:1] for name in inputs.townships["name"]]
    mains = make_road_net(rng, seats, short, outline, kind="main", amplitude_m=180.0) if len(seats) > 2 else []
    frame = [line.geometry for line in (*rivers, *trunks, *mains)]
    blocks = make_faces_of_lines(frame, outline)
    coarse, _ = divide_faces(blocks, lambda xy: np.full(len(xy), _COARSE_M2), rng)
    coarse_faces, coarse_plane = make_exact_faces(coarse)
    barriers = [([line.geometry for line in rivers], 2500.0), ([line.geometry for line in trunks], 900.0)]
    coarse_mesh = make_mesh(coarse_faces, coarse_plane, barriers)
    territory = grow_townships(coarse_mesh, inputs.townships)
    sites = make_sites(rng, coarse_mesh, territory, inputs.townships, inputs.villages, rivers)
    places = [name.removesuffix("村").removesuffix("社区") for name in inputs.villages["place"]]
    lanes = make_road_net(rng, sites.xy, places, outline, kind="lane", amplitude_m=55.0)
    hamlets = make_hamlets(rng, inputs, sites)
    blocks = make_faces_of_lines([*shapely.boundary(coarse_plane), *(line.geometry for line in lanes)], outline)
    pieces, _ = divide_faces(blocks, _make_target(inputs, sites, hamlets), rng)
    faces, plane = make_exact_faces(pieces)
    barriers = [
        ([line.geometry for line in rivers], 1500.0),
        ([line.geometry for line in trunks], 500.0),
        ([line.geometry for line in mains], 150.0),
    ]
    mesh = make_mesh(faces, plane, barriers)
    township = _find_owner(plane, coarse_plane, territory)
    village = grow_areas(mesh, _find_seed_faces(mesh, sites, township), np.zeros(len(sites.xy)), parent=township)
    village = fill_gaps(mesh, village)
    township = sites.township[village]
    return Ground(faces, plane, mesh, township, village, sites, hamlets, rivers, [*trunks, *mains, *lanes])


def _make_target(inputs: Inputs, sites: Sites, hamlets: Hamlets) -> Callable[[Floats], Floats]:
    urban = (inputs.villages["kind"] == "community").to_numpy()
    tree = cKDTree(sites.xy[urban] if urban.any() else np.full((1, 2), 1e9))

    def target_m2(xy: Floats) -> Floats:
        # The open country grows emptier to the north: first wide fields, then salt pans.
        north = np.clip((xy[:, 1] - 11_000.0) / 9_000.0, 0.0, 1.0)
        wished = _FIELD_M2 * (1.0 + 6.0 * north)
        distance, _ = tree.query(xy)
        wished = np.where(distance < URBAN_REACH_M + 60.0, _URBAN_M2, wished)
        # A ring of gardens and threshing floors between the houses and the fields.
        wished = np.where(hamlets.is_near(xy, margin_m=180.0), np.minimum(wished, _GARDENS_M2), wished)
        result: Floats = np.where(hamlets.is_near(xy, margin_m=50.0), np.minimum(wished, _HOUSES_M2), wished)
        return result

    return target_m2


def _find_owner(plane: Geometries, coarse: Geometries, territory: Ints) -> Ints:
    inner = shapely.point_on_surface(plane)
    face, piece = shapely.STRtree(coarse).query(inner, predicate="intersects")
    owner = np.full(len(plane), -1, dtype=np.int64)
    owner[face[::-1]] = territory[piece[::-1]]
    return owner


def _find_seed_faces(mesh: Mesh, sites: Sites, township: Ints) -> Ints:
    """Return a different face of its own township for each site, the nearest that is free."""
    seeds = np.full(len(sites.xy), -1, dtype=np.int64)
    for index in np.unique(sites.township):
        rows = np.flatnonzero(sites.township == index)
        faces = np.flatnonzero(township == index)
        taken: set[int] = set()
        nearest = np.asarray(cKDTree(mesh.centre[faces]).query(sites.xy[rows], k=12)[1])
        for row, candidates in zip(rows, nearest, strict=True):
            choice = next(int(c) for c in candidates if int(c) not in taken)
            taken.add(choice)
            seeds[row] = faces[choice]
    return seeds
