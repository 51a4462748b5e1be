"""Rivers and roads: the lines along which the county is later cut into fields, blocks and areas."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.interpolate import CubicSpline
from scipy.spatial import Delaunay

from gridmap.demonstration.plane import Floats, make_plane_xy


@dataclass(frozen=True)
class Line:
    """One named river or road in the plane (metres)."""

    kind: str
    name: str
    geometry: shapely.LineString


# Control points in lon/lat. The courses are sketched: they are where a county of this kind has them, not surveyed.
_RIVERS: tuple[tuple[str, str, tuple[tuple[float, float], ...]], ...] = (
    (
        "river",
        "弥河",
        (
            (118.63, 36.70),
            (118.70, 36.755),
            (118.765, 36.815),
            (118.797, 36.875),
            (118.83, 36.935),
            (118.862, 36.99),
            (118.885, 37.045),
            (118.905, 37.10),
            (118.955, 37.16),
            (119.00, 37.215),
            (119.05, 37.30),
        ),
    ),
    (
        "stream",
        "丹河",
        (
            (118.845, 36.72),
            (118.862, 36.79),
            (118.895, 36.855),
            (118.925, 36.92),
            (118.955, 36.985),
            (118.985, 37.04),
            (119.01, 37.12),
        ),
    ),
    (
        "stream",
        "崔家河",
        ((118.94, 36.76), (118.955, 36.83), (118.985, 36.89), (119.00, 36.955), (119.05, 37.0), (119.10, 37.10)),
    ),
    (
        "river",
        "小清河",
        (
            (118.50, 37.045),
            (118.58, 37.05),
            (118.64, 37.09),
            (118.685, 37.15),
            (118.735, 37.205),
            (118.82, 37.255),
            (118.90, 37.275),
            (118.96, 37.285),
            (119.05, 37.31),
        ),
    ),
    (
        "canal",
        "引黄济青干渠",
        (
            (118.50, 36.985),
            (118.60, 36.99),
            (118.68, 37.02),
            (118.77, 37.035),
            (118.86, 37.055),
            (118.96, 37.03),
            (119.15, 37.03),
        ),
    ),
    (
        "stream",
        "塌河",
        (
            (118.60, 36.88),
            (118.635, 36.94),
            (118.66, 36.99),
            (118.70, 37.05),
            (118.745, 37.10),
            (118.79, 37.16),
            (118.83, 37.25),
        ),
    ),
    (
        "stream",
        "跃龙河",
        ((118.69, 36.73), (118.672, 36.80), (118.665, 36.87), (118.68, 36.93), (118.70, 36.98), (118.74, 37.04)),
    ),
    (
        "stream",
        "益寿新河",
        ((118.78, 36.73), (118.80, 36.79), (118.84, 36.835), (118.862, 36.90), (118.90, 36.95), (118.93, 37.0)),
    ),
)
_TRUNKS: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    (
        "北环快速路",
        (
            (118.50, 36.925),
            (118.62, 36.925),
            (118.72, 36.918),
            (118.80, 36.916),
            (118.90, 36.925),
            (119.02, 36.94),
            (119.15, 36.95),
        ),
    ),
    (
        "南环快速路",
        ((118.50, 36.835), (118.63, 36.832), (118.75, 36.835), (118.85, 36.828), (118.95, 36.84), (119.05, 36.85)),
    ),
    ("沿海公路", ((118.50, 37.075), (118.66, 37.11), (118.78, 37.13), (118.90, 37.135), (119.02, 37.13))),
    (
        "羊临公路",
        (
            (118.745, 36.70),
            (118.752, 36.80),
            (118.748, 36.88),
            (118.77, 36.98),
            (118.79, 37.08),
            (118.82, 37.18),
            (118.85, 37.30),
        ),
    ),
    (
        "东外环路",
        ((118.83, 36.72), (118.832, 36.83), (118.842, 36.90), (118.90, 37.00), (118.95, 37.08), (118.985, 37.20)),
    ),
)


def make_curve(
    xy: Floats, rng: np.random.Generator, *, amplitude_m: float, step_m: float, wave_m: float = 900.0
) -> shapely.LineString:
    """Draw a curve through points (n, 2) in metres, swung sideways by a wave that dies at both ends."""
    chord = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    count = max(3, round(chord[-1] / step_m) + 1)
    at = np.linspace(0.0, chord[-1], count)
    line = (
        CubicSpline(chord, xy)(at) if len(xy) > 2 else np.column_stack([np.interp(at, chord, xy[:, i]) for i in (0, 1)])
    )
    swing = np.zeros(count)
    for wave in (wave_m * 2.3, wave_m, wave_m * 0.43):
        swing += wave / wave_m * 0.45 * np.sin(2.0 * math.pi * at / wave + rng.uniform(0.0, 2.0 * math.pi))
    swing *= amplitude_m * np.minimum(1.0, np.minimum(at, chord[-1] - at) / (0.3 * wave_m))
    tangent = np.gradient(line, axis=0)
    tangent /= np.hypot(tangent[:, 0], tangent[:, 1])[:, None]
    return shapely.LineString(line + np.column_stack((-tangent[:, 1], tangent[:, 0])) * swing[:, None])


def make_rivers(rng: np.random.Generator, outline: shapely.Geometry) -> list[Line]:
    """Draw the rivers, clipped to the outline (plane metres)."""
    lines = []
    for kind, name, lonlat in _RIVERS:
        amplitude_m, step_m = (
            (14.0, 220.0) if kind == "canal" else ((170.0, 90.0) if kind == "river" else (110.0, 80.0))
        )
        curve = make_curve(
            make_plane_xy(np.asarray(lonlat)), rng, amplitude_m=amplitude_m, step_m=step_m, wave_m=1500.0
        )
        lines += [Line(kind, name, part) for part in _list_clipped(curve, outline)]
    return lines


def make_trunks(rng: np.random.Generator, outline: shapely.Geometry) -> list[Line]:
    """Draw the trunk roads, clipped to the outline (plane metres)."""
    lines = []
    for name, lonlat in _TRUNKS:
        curve = make_curve(make_plane_xy(np.asarray(lonlat)), rng, amplitude_m=40.0, step_m=260.0, wave_m=5000.0)
        lines += [Line("trunk", name, part) for part in _list_clipped(curve, outline)]
    return lines


def make_road_net(
    rng: np.random.Generator,
    places: Floats,
    names: list[str],
    outline: shapely.Geometry,
    *,
    kind: str,
    amplitude_m: float,
) -> list[Line]:
    """Join neighbouring places (n, 2) by curved roads that do not cross: the Gabriel graph of the places."""
    lines = []
    for a, b in list_gabriel_edges(places):
        curve = make_curve(places[[a, b]], rng, amplitude_m=amplitude_m, step_m=130.0, wave_m=1400.0)
        lines += [Line(kind, f"{names[a]}{names[b]}路", part) for part in _list_clipped(curve, outline)]
    return lines


def list_gabriel_edges(places: Floats) -> list[tuple[int, int]]:
    """List the pairs of places whose connecting circle holds no third: planar, and all hang together."""
    triangles = Delaunay(places).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1), axis=0
    )
    middle = (places[pairs[:, 0]] + places[pairs[:, 1]]) / 2.0
    radius2 = ((places[pairs[:, 0]] - middle) ** 2).sum(axis=1)
    keep = [((places - m) ** 2).sum(axis=1).min() >= r2 * (1.0 - 1e-9) for m, r2 in zip(middle, radius2, strict=True)]
    return [(int(a), int(b)) for a, b in pairs[np.asarray(keep)]]


def _list_clipped(curve: shapely.LineString, outline: shapely.Geometry) -> list[shapely.LineString]:
    parts = shapely.get_parts(shapely.line_merge(shapely.intersection(curve, outline)))
    return [part for part in parts if isinstance(part, shapely.LineString) and part.length > 30.0]
