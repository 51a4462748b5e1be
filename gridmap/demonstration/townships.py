"""Where the townships and the villages are: the seats, the township territories, the village sites."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree

from gridmap.demonstration.linework import Line
from gridmap.demonstration.mesh import Mesh, grow_areas
from gridmap.demonstration.plane import Floats, Ints, make_plane_xy

# Seat (lon, lat) and share of the territory in km2: sketched so that the town lies in the south, the salt coast in
# the north.
_SEATS: dict[str, tuple[float, float, float]] = {
    "370783001": (118.742, 36.882, 84.0),
    "370783003": (118.675, 36.872, 60.0),
    "370783004": (118.765, 36.955, 80.0),
    "370783005": (118.850, 36.880, 128.0),
    "370783006": (118.700, 36.795, 88.0),
    "370783100": (118.610, 36.945, 87.0),
    "370783103": (118.905, 37.110, 190.0),
    "370783104": (118.650, 37.035, 105.0),
    "370783106": (118.765, 37.030, 125.0),
    "370783108": (118.885, 36.975, 108.0),
    "370783109": (118.995, 37.025, 215.0),
    "370783111": (118.790, 36.775, 105.0),
    "370783112": (118.925, 36.825, 180.0),
    "370783115": (118.850, 37.240, 300.0),
    "370783400": (118.710, 37.120, 110.0),
}
CITY_LONLAT = (118.757, 36.884)


@dataclass(frozen=True)
class Sites:
    """One row per village in code order: ``xy`` plane metres, ``township`` index."""

    xy: Floats
    township: Ints


def find_seats(townships: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the seats in the plane, shape (n, 2), and the wished areas in km2."""
    rows = np.asarray([_SEATS[code] for code in townships["code"]])
    return make_plane_xy(rows[:, :2]), rows[:, 2]


def make_outline(outline: shapely.Polygon, townships: pd.DataFrame, *, whole: bool) -> shapely.Polygon:
    """Return the outline in the plane; for a reduced county, the part of it around the kept seats."""
    plane = shapely.transform(outline, make_plane_xy)
    if whole:
        return plane
    seats, _ = find_seats(townships)
    around = shapely.union_all(shapely.buffer(shapely.points(seats), 5500.0, quad_segs=3)).convex_hull
    part: shapely.Polygon = shapely.get_parts(shapely.intersection(plane, around))[0]
    return part


def grow_townships(mesh: Mesh, townships: pd.DataFrame) -> Ints:
    """Give each coarse face to a township: connected, near its wished size, stopped by rivers and roads."""
    seats, wished = find_seats(townships)
    wished_m2 = wished / wished.sum() * mesh.area_m2.sum()
    seeds = np.asarray(cKDTree(mesh.centre).query(seats)[1], dtype=np.int64)
    offset = np.zeros(len(seats))
    label = grow_areas(mesh, seeds, offset)
    for step in range(30):
        area = np.bincount(label[label >= 0], mesh.area_m2[label >= 0], len(seats))
        offset += (np.sqrt(area) - np.sqrt(wished_m2)) * (0.5 if step < 15 else 0.25)
        label = grow_areas(mesh, seeds, offset)
    return label


def make_sites(
    rng: np.random.Generator,
    mesh: Mesh,
    label: Ints,
    townships: pd.DataFrame,
    villages: pd.DataFrame,
    rivers: list[Line],
) -> Sites:
    """Place the villages of each township: evenly with play, denser near the seat and away from the sea, off the
    rivers.

    Neighbouring codes get neighbouring sites, so that 一村, 二村, 三村 of one name lie together; the communities get
    the sites nearest to the town.
    """
    seats, _ = find_seats(townships)
    city = make_plane_xy(np.asarray([CITY_LONLAT]))[0]
    xy = np.zeros((len(villages), 2))
    owner = townships.reset_index().set_index("code")["index"].reindex(villages["parent_code"]).to_numpy()
    for index in range(len(townships)):
        rows = np.flatnonzero(owner == index)
        faces = np.flatnonzero(label == index)
        centre = mesh.centre[faces]
        distance = np.hypot(*(centre - seats[index]).T)
        weight = mesh.area_m2[faces] * (1.0 + 0.8 * np.exp(-((distance / 2500.0) ** 2)))
        # North of the coastal road there are salt pans and mud flats, and few people.
        weight *= np.exp(-np.maximum(0.0, centre[:, 1] - 9000.0 - np.where(index == 13, 9000.0, 0.0)) / 3500.0)
        picked = rng.choice(faces, size=80 * len(rows), p=weight / weight.sum())
        cloud = (
            mesh.centre[picked] + rng.uniform(-0.35, 0.35, (len(picked), 2)) * np.sqrt(mesh.area_m2[picked])[:, None]
        )
        start = cloud[rng.choice(len(cloud), len(rows), replace=False)]
        sites, _ = kmeans2(cloud, start, iter=6, minit="matrix", missing="warn")
        spacing = np.asarray(cKDTree(sites).query(sites, k=2)[0])
        sites = sites + rng.normal(0.0, 0.10, sites.shape) * np.minimum(spacing[:, 1:], 2000.0)
        xy[rows] = _match_sites(_spread(_keep_off(sites, rivers)), villages.iloc[rows], seats[index], city)
    return Sites(xy, owner.astype(np.int64))


def _keep_off(sites: Floats, rivers: list[Line], *, keep_m: float = 330.0) -> Floats:
    lines = [river.geometry for river in rivers]
    points = shapely.points(sites)
    hit = shapely.STRtree(lines).nearest(points)
    near = shapely.line_interpolate_point(
        np.asarray(lines)[hit], shapely.line_locate_point(np.asarray(lines)[hit], points)
    )
    away = sites - shapely.get_coordinates(near)
    distance = np.maximum(np.hypot(*away.T), 1.0)
    moved: Floats = sites + away / distance[:, None] * np.maximum(0.0, keep_m - distance)[:, None]
    return moved


def _spread(sites: Floats, *, apart_m: float = 620.0) -> Floats:
    """Push sites that came to lie too near to each other apart, a few times."""
    sites = sites.copy()
    for _ in range(12):
        pairs = cKDTree(sites).query_pairs(apart_m, output_type="ndarray")
        if not len(pairs):
            break
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        gap = sites[pairs[:, 1]] - sites[pairs[:, 0]]
        distance = np.maximum(np.hypot(*gap.T), 1.0)
        push = gap / distance[:, None] * ((apart_m - distance) * 0.5)[:, None]
        np.add.at(sites, pairs[:, 1], push)
        np.add.at(sites, pairs[:, 0], -push)
    return sites


def _match_sites(sites: Floats, villages: pd.DataFrame, seat: Floats, city: Floats) -> Floats:
    urban = (villages["kind"] == "community").to_numpy()
    centre = city if urban.sum() > 2 else seat
    by_centre = np.argsort(np.hypot(*(sites - centre).T), kind="stable")
    placed = np.zeros_like(sites)
    for rows, chosen in (
        (np.flatnonzero(urban), by_centre[: urban.sum()]),
        (np.flatnonzero(~urban), by_centre[urban.sum() :]),
    ):
        placed[rows] = sites[chosen][_order_in_bands(sites[chosen])]
    return placed


def _order_in_bands(sites: Floats) -> Ints:
    """Order sites along a snake of west-east bands from north to south."""
    if not len(sites):
        return np.zeros(0, dtype=np.int64)
    bands = max(1, round(np.sqrt(len(sites)) / 1.4))
    rank = np.argsort(np.argsort(-sites[:, 1], kind="stable"), kind="stable")
    band = rank * bands // len(sites)
    along = np.where(band % 2 == 0, sites[:, 0], -sites[:, 0])
    return np.lexsort((along, band)).astype(np.int64)
