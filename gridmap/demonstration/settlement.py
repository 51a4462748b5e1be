"""Hamlets: how many households, where, how large, and which faces are built over."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.plane import Flags, Floats, Ints, find_field_angle, make_noise, make_plane_xy
from gridmap.demonstration.townships import CITY_LONLAT, Sites, find_seats

M2_PER_HOUSEHOLD = 445.0
"""Ground of a courtyard with its share of lane, as the rows below lay it out."""
SPLIT_COMMUNITIES = 38
"""Communities large enough to be cut into large grids; the smaller ones are one large grid, as a village is."""
URBAN_LARGE_GRIDS = 338
_COMMUNITY_HOUSEHOLDS = 2668.0
_VILLAGE_HOUSEHOLDS = 302.0


@dataclass(frozen=True)
class Hamlets:
    """Built-up nuclei: ``village`` index, ``xy`` centre, half lengths, ``households`` wished."""

    village: Ints
    xy: Floats
    half_u_m: Floats
    half_v_m: Floats
    households: Ints
    village_households: Ints
    rough: Callable[[Floats], Floats]

    def is_near(self, xy: Floats, *, margin_m: float) -> Flags:
        """Tell which places (n, 2) lie in a hamlet or within a margin around it."""
        grown = replace(self, half_u_m=self.half_u_m + margin_m, half_v_m=self.half_v_m + margin_m)
        tree = cKDTree(self.xy)
        count = min(4, len(self.xy))
        near = np.asarray(tree.query(xy, k=count)[1]).reshape(len(xy), count)
        depth = np.stack([grown.measure_depth(xy, near[:, i]) for i in range(count)], axis=1)
        inside: Flags = depth.min(axis=1) < 1.0
        return inside

    def measure_depth(self, xy: Floats, hamlet: Ints) -> Floats:
        """Return the depth of each place in the given hamlet, by a rounded rectangle along the field direction."""
        angle = find_field_angle(self.xy)[hamlet]
        offset = xy - self.xy[hamlet]
        u = np.abs(offset[:, 0] * np.cos(angle) + offset[:, 1] * np.sin(angle)) / self.half_u_m[hamlet]
        v = np.abs(offset[:, 1] * np.cos(angle) - offset[:, 0] * np.sin(angle)) / self.half_v_m[hamlet]
        depth: Floats = (u**5 + v**5) ** 0.2 * (1.0 + 0.16 * self.rough(xy))
        return depth


def make_hamlets(rng: np.random.Generator, inputs: Inputs, sites: Sites) -> Hamlets:
    """Give each village its households and one or two nuclei; communities have none, they are built over as a whole."""
    kind = (inputs.villages["kind"] == "community").to_numpy()
    seats, _ = find_seats(inputs.townships)
    wished = np.clip(np.exp(rng.normal(np.log(_VILLAGE_HOUSEHOLDS) - 0.11, 0.47, len(kind))), 70.0, 1250.0)
    for index, seat in enumerate(seats):
        own = np.flatnonzero((sites.township == index) & ~kind)
        # The seat of the township is a market town.
        nearest = own[np.argmin(np.hypot(*(sites.xy[own] - seat).T))]
        wished[nearest] = max(wished[nearest] * 1.7, 850.0)
    wished[~kind] *= _VILLAGE_HOUSEHOLDS / wished[~kind].mean()
    wished[kind] = rng.uniform(0.86, 1.14, kind.sum()) * _COMMUNITY_HOUSEHOLDS
    # The communities outside the town, and those after the 38th, are small: one large grid each, as a village is.
    city = make_plane_xy(np.asarray([CITY_LONLAT]))[0]
    ranked = np.flatnonzero(kind)[np.argsort(np.hypot(*(sites.xy[kind] - city).T), kind="stable")]
    wished[ranked[SPLIT_COMMUNITIES:]] = rng.uniform(260.0, 480.0, len(ranked[SPLIT_COMMUNITIES:]))
    spacing = np.asarray(cKDTree(sites.xy).query(sites.xy, k=2)[0])
    village, xy, share = [], [], []
    for row in np.flatnonzero(~kind):
        turn, part = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.22, 0.38)
        second = rng.random() < 0.2 and wished[row] > 180.0
        village.append(row)
        xy.append(sites.xy[row])
        share.append(1.0 - part if second else 1.0)
        if second:
            village.append(row)
            xy.append(sites.xy[row] + np.asarray((np.cos(turn), np.sin(turn))) * min(0.44 * spacing[row, 1], 700.0))
            share.append(part)
    households = np.round(wished[village] * np.asarray(share)).astype(np.int64)
    ground_m2 = np.maximum(households, 25) * M2_PER_HOUSEHOLD
    aspect = np.exp(rng.normal(0.12, 0.28, len(village)))
    return Hamlets(
        np.asarray(village, dtype=np.int64),
        np.asarray(xy),
        np.sqrt(ground_m2 * aspect) / 2.0,
        np.sqrt(ground_m2 / aspect) / 2.0,
        households,
        np.round(wished).astype(np.int64),
        make_noise(rng, (420.0, 190.0)),
    )
