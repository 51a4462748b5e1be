"""A made-up county for measuring the division: 1,011 areas with shared wiggly outlines, addresses in hamlets, barriers.

975 villages of about 320 households in nucleated hamlets of courtyard rows with a few scattered farmsteads, 36 urban
communities of about 3,000 households in buildings of 1 to 60. Deterministic by its seed.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import Voronoi

Floats = NDArray[np.float64]
SIDE_M = 45_000.0
ORIGIN = (500_000.0, 4_060_000.0)
PLANE = 4548
PIECES = 8


@dataclass(frozen=True, eq=False)
class SyntheticCounty:
    codes: list[str]
    targets: NDArray[np.int64]
    areas: NDArray[np.object_]
    lon: Floats
    lat: Floats
    households: NDArray[np.int64]
    hamlet: list[str]
    barriers: NDArray[np.object_]


def make_synthetic_county(
    *, villages: int = 975, communities: int = 36, seed: int = 7, scale: float = 1.0
) -> SyntheticCounty:
    """Make a county; all coordinates in EPSG:4490 degrees with nine decimals."""
    rng = np.random.default_rng(seed)
    side = SIDE_M * scale
    rings = _make_rings(_place_seats(rng, villages, communities, side), rng, side)
    order = np.argsort([-ring[:, 1].mean() * 3 + ring[:, 0].mean() for ring in rings[:villages]], kind="stable")
    rings = [rings[i] for i in order] + rings[villages:]
    points, weights, hamlets = [], [], []
    for number, ring in enumerate(rings):
        polygon = shapely.Polygon(ring)
        shapely.prepare(polygon)
        if number < villages:
            xy, weight, hamlet = _settle_village(polygon, rng, number)
        else:
            xy, weight, hamlet = _settle_community(polygon, rng)
        points.append(xy)
        weights.append(weight)
        hamlets += hamlet
    xy = np.round(np.concatenate(points), 1)
    to_degrees = Transformer.from_crs(PLANE, 4490, always_xy=True)

    def move(places: Floats) -> Floats:
        return np.round(np.stack(to_degrees.transform(places[:, 0], places[:, 1]), axis=1), 9)

    areas = shapely.transform(np.array([shapely.Polygon(ring) for ring in rings], dtype=object), move)
    barriers = shapely.transform(_make_barriers(rings, rng, side), move)
    lonlat = move(xy)
    shuffled = rng.permutation(len(xy))
    return SyntheticCounty(
        [f"370783{100 + n // 100:03d}{200 + n % 100:03d}" for n in range(len(rings))],
        np.array([100] * villages + [300] * communities),
        areas,
        lonlat[shuffled, 0],
        lonlat[shuffled, 1],
        np.concatenate(weights)[shuffled],
        [hamlets[i] for i in shuffled],
        barriers,
    )


def _place_seats(rng: np.random.Generator, villages: int, communities: int, side: float) -> Floats:
    """Place one seat per area, relaxed a few times; the communities on a lattice in the middle."""
    per_row = max(1, round(communities**0.5))
    town = np.stack(np.meshgrid(np.arange(per_row), np.arange(-(-communities // per_row))), axis=-1).reshape(-1, 2)[
        :communities
    ]
    town = (town - town.mean(axis=0)) * 650.0 + rng.uniform(-120, 120, town.shape) + side / 2
    seats = rng.uniform(0, side, (villages, 2))
    for _ in range(3):
        inside = np.abs(seats - side / 2).max(axis=1) < 650.0 * per_row / 2 + 300
        seats[inside] = rng.uniform(0, side, (int(inside.sum()), 2))
        cells = _find_cells(np.concatenate([seats, town]), side)
        middles = np.array([vertices.mean(axis=0) for vertices in cells[1]])
        seats = 0.5 * seats + 0.5 * np.clip(middles[:villages], 50, side - 50)
    return np.concatenate([seats, town])


def _find_cells(seats: Floats, side: float) -> tuple[list[list[int]], list[Floats], Floats]:
    mirrored = [seats]
    for axis in (0, 1):
        for wall in (0.0, side):
            other = seats.copy()
            other[:, axis] = 2 * wall - other[:, axis]
            mirrored.append(other)
    diagram = Voronoi(np.concatenate(mirrored))
    cells = [diagram.regions[diagram.point_region[i]] for i in range(len(seats))]
    return cells, [diagram.vertices[cell] for cell in cells], diagram.vertices


def _make_rings(seats: Floats, rng: np.random.Generator, side: float) -> list[Floats]:
    cells, _, vertices = _find_cells(seats, side)
    lines: dict[tuple[int, int], Floats] = {}

    def find_line(p: int, q: int) -> Floats:
        a, b = min(p, q), max(p, q)
        if (a, b) not in lines:
            share = np.linspace(0, 1, PIECES + 1)[:, None]
            way = vertices[b] - vertices[a]
            wiggle = np.cumsum(rng.normal(0, 1, PIECES + 1))
            wiggle = (wiggle - wiggle[0] - (wiggle[-1] - wiggle[0]) * share[:, 0]) * np.sin(np.pi * share[:, 0])
            lines[a, b] = vertices[a] + share * way + 0.05 * wiggle[:, None] * np.array([-way[1], way[0]])
        line = lines[a, b]
        return line if p == a else line[::-1]

    rings = []
    for cell in cells:
        ring = np.concatenate([find_line(p, q)[:-1] for p, q in zip(cell, cell[1:] + cell[:1], strict=True)])
        rings.append(np.round(ring + np.array(ORIGIN), 3))
    return rings


def _settle_village(
    polygon: shapely.Polygon, rng: np.random.Generator, number: int
) -> tuple[Floats, NDArray[np.int64], list[str]]:
    wanted = int(np.clip(rng.lognormal(np.log(321), 0.5), 54, 1390))
    hamlets = int(rng.integers(1, 5))
    shares = rng.dirichlet(np.full(hamlets, 3.0))
    inner = polygon.buffer(-80)
    inner = polygon if inner.is_empty else inner
    counts = np.maximum(3, np.round(wanted * 0.9 * shares)).astype(np.int64)
    # A hamlet's own half-diagonal; hamlets stand apart, as real ones do, wherever there is room.
    reach = 0.5 * np.hypot(15.0, 23.0 / 1.4) * (counts * 1.4) ** 0.5 + 15.0
    seats = _scatter(inner, 1, rng)
    for at in range(1, hamlets):
        tried = _scatter(inner, 30, rng)
        room = (np.hypot(*(tried[:, None] - seats[None]).transpose(2, 0, 1)) - reach[:at] - reach[at]).min(axis=1)
        seats = np.concatenate([seats, tried[[int(np.argmax(room > 0)) if (room > 0).any() else int(room.argmax())]]])
    parts, names = [], []
    for seat, count, name in zip(seats, counts.tolist(), "ABCD", strict=False):
        columns = max(2, round((count * 1.4) ** 0.5))
        at = np.arange(count)
        row = at // columns
        place = np.stack([(at % columns) * 15.0, row * 20.0 + (row // 2) * 6.0], axis=1)
        angle = rng.uniform(-0.3, 0.3)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        place = (place - place.mean(axis=0) + rng.normal(0, 1.5, place.shape)) @ turn + seat
        parts.append(place)
        names += [f"{number}{name}"] * count
    farms = max(1, round(0.02 * wanted))
    parts.append(_scatter(polygon, farms, rng))
    names += [""] * farms
    xy = np.concatenate(parts)
    inside = shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])
    kept = np.flatnonzero(inside | (rng.random(len(xy)) < 0.02))
    again = rng.choice(kept, max(1, len(kept) // 100))
    kept = np.concatenate([kept, again])
    weight = np.where(rng.random(len(kept)) < 0.04, rng.integers(2, 7, len(kept)), 1)
    return xy[kept], weight.astype(np.int64), [names[i] for i in kept]


def _settle_community(
    polygon: shapely.Polygon, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int64], list[str]]:
    wanted = int(rng.integers(2101, 3824))
    weight = np.where(rng.random(wanted) < 0.5, rng.integers(1, 6, wanted), rng.integers(12, 61, wanted))
    weight = weight[: int(np.searchsorted(np.cumsum(weight), wanted)) + 1]
    return _scatter(polygon, len(weight), rng), weight.astype(np.int64), [""] * len(weight)


def _scatter(polygon: shapely.Polygon, count: int, rng: np.random.Generator) -> Floats:
    west, south, east, north = polygon.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        xy = rng.uniform((west, south), (east, north), (4 * count + 10, 2))
        found = np.concatenate([found, xy[shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])]])
    return found[:count]


def _make_barriers(rings: list[Floats], rng: np.random.Generator, side: float) -> NDArray[np.object_]:
    """Make roads and rivers through the county, and lines through single areas that end in a field or outside."""
    lines = []
    for _ in range(round(26 * side / SIDE_M)):
        angle, middle = rng.uniform(0, np.pi), rng.uniform(0, side, 2)
        along = np.linspace(-1.5 * side, 1.5 * side, 241)
        bend = np.cumsum(rng.normal(0, 25, 241))
        way = np.array([np.cos(angle), np.sin(angle)])
        lines.append(middle + along[:, None] * way + bend[:, None] * np.array([-way[1], way[0]]) + np.array(ORIGIN))
    for ring in rings:
        if rng.random() < 0.45:
            west, south = ring.min(axis=0)
            east, north = ring.max(axis=0)
            start, end = rng.uniform((west, south), (east, north), (2, 2))
            way = end - start
            far = rng.uniform(0.2, 1.0, 2)[:, None] * np.array([-way, way]) + np.array([start, end])
            lines.append(
                np.linspace(far[0], far[1], 6) + np.vstack([np.zeros(2), rng.normal(0, 15, (4, 2)), np.zeros(2)])
            )
    return np.array([shapely.LineString(line) for line in lines], dtype=object)
