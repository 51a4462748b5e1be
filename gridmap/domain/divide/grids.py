"""The grids of an area while they change: their land, codes, people, and who touches whom."""

from collections import Counter

import numpy as np
import shapely

from gridmap.domain.divide.band import Pair
from gridmap.domain.divide.bisect import has_group
from gridmap.domain.divide.faces import Adopter, make_polygon
from gridmap.domain.divide.flow import Lot
from gridmap.domain.divide.nodes import Nodes, Saved
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Bools, Ints

_MIN_BORDER_M = 1.0


class Grids:
    """Numbered from 0 in the order of `pieces` and `codes`."""

    def __init__(
        self,
        nodes: Nodes,
        load: Load,
        pieces: list[Piece],
        codes: list[str],
        locked: set[str],
        region_of_site: Ints,
        is_binding: Bools,
    ) -> None:
        """Take the pieces as they are; they change in place from here.

        Parameters
        ----------
        is_binding
            For each site whether it lies in a block that no grid reaches into from another such block.
        """
        self.nodes, self.load = nodes, load
        self.pieces, self.codes, self.locked = list(pieces), list(codes), locked
        self.region_of_site, self._is_binding = region_of_site, is_binding

    def __len__(self) -> int:
        return len(self.pieces)

    def save(self) -> tuple[Saved, list[Piece], list[str]]:
        """Keep how things stand, for `restore`."""
        return self.nodes.save(), list(self.pieces), list(self.codes)

    def restore(self, saved: tuple[Saved, list[Piece], list[str]]) -> None:
        """Bring everything back to how it was when it was saved."""
        nodes, pieces, codes = saved
        self.nodes.restore(nodes)
        self.pieces[:], self.codes[:] = pieces, codes

    def list_households(self) -> Ints:
        """List the households of each grid."""
        return np.array([int(self.load.weight[piece.sites].sum()) for piece in self.pieces], dtype=np.int64)

    def has_group(self, number: int) -> bool:
        """Tell whether a grid has households that stay together."""
        return has_group(self.load, self.pieces[number])

    def find_grid_of_site(self) -> Ints:
        """Find the grid of each site."""
        grid_of_site = np.full(len(self.load.weight), -1, dtype=np.int64)
        for number, piece in enumerate(self.pieces):
            grid_of_site[piece.sites] = number
        return grid_of_site

    def list_borders(self) -> dict[Pair, float]:
        """List the neighbours, the lower number first, and how many metres of border they have."""
        edges: dict[Pair, int] = {}
        length: dict[Pair, float] = {}
        for number, piece in enumerate(self.pieces):
            for ring in (piece.shell, *piece.holes):
                ring = self.nodes.complete(ring)
                after = np.roll(ring, -1)
                step = np.hypot(*(self.nodes.xy[after] - self.nodes.xy[ring]).T)
                for p, q, metres in zip(ring.tolist(), after.tolist(), step.tolist(), strict=True):
                    other = edges.setdefault((min(p, q), max(p, q)), number)
                    if other != number:
                        length[other, number] = length.get((other, number), 0.0) + metres
        return {pair: metres for pair, metres in sorted(length.items()) if metres > _MIN_BORDER_M}

    def list_touching(self) -> list[Pair]:
        """List the pairs that people may be moved between: neighbours of one region, neither of them locked."""
        region = [self.find_region(number) for number in range(len(self.pieces))]
        return sorted(
            (a, b)
            for a, b in self.list_borders()
            if self.codes[a] not in self.locked and self.codes[b] not in self.locked and region[a] == region[b]
        )

    def find_region(self, number: int) -> int:
        """Find the region that most people of a grid live in, before others where a barrier binds.

        Else people would be moved into a block that binds from another one, through a grid that has a little of both
        regions. -1 for a grid without addresses.
        """
        sites = self.pieces[number].sites
        if not len(sites):
            return -1
        if (binding := self._is_binding[sites]).any():
            sites = sites[binding]
        return int(np.bincount(self.region_of_site[sites], self.load.weight[sites] + 1e-6).argmax())

    def may_hold(self, number: int, sites: Ints) -> bool:
        """Tell whether a grid would not cross a barrier with these sites that it does not cross without."""
        own = self.pieces[number].sites

        def list_sides(some: Ints) -> Ints:
            # Of two blocks that bind there is one in a region at most.
            return np.unique(self.region_of_site[some[self._is_binding[some]]])

        now = list_sides(own)
        return len(np.union1d(now, list_sides(sites))) <= max(1, len(now))

    def list_regions(self) -> list[int]:
        """List the regions that grids lie in."""
        return sorted({self.find_region(number) for number in range(len(self.pieces))})

    def list_of_region(self, region: int) -> list[int]:
        """List the grids of a region."""
        return [number for number in range(len(self.pieces)) if self.find_region(number) == region]

    def list_lots(
        self, home_of_site: Ints, own: list[int], *, is_exact: bool, pieces: list[Piece] | None = None
    ) -> dict[Lot, int]:
        """List what can change grid as a whole, and how often each kind is there.

        Parameters
        ----------
        home_of_site
            The grid that the people of each site count as belonging to, -1 for none.
        own
            The grids to look at.
        is_exact
            False: as if every household could go alone.
        pieces
            The grids as they were at another time.
        """
        found: Counter[Lot] = Counter()
        for number in own:
            sites = (pieces or self.pieces)[number].sites
            atom, weight, home = (array[sites] for array in (self.load.atom, self.load.weight, home_of_site))
            if not is_exact:
                for own_home in np.unique(home).tolist():
                    households = int(weight[home == own_home].sum())
                    found[Lot(number, 1, ((own_home, 1),) if own_home >= 0 else ())] += households
                continue
            free = (atom < 0) & (weight > 0)
            kinds, counts = np.unique(np.stack([weight[free], home[free]]), axis=1, return_counts=True)
            for households, own_home, count in zip(kinds[0].tolist(), kinds[1].tolist(), counts.tolist(), strict=True):
                found[Lot(number, households, ((own_home, households),) if own_home >= 0 else ())] += count
            for group in np.unique(atom[atom >= 0]).tolist():
                inside = atom == group
                if households := int(weight[inside].sum()):
                    homes = np.bincount(home[inside] + 1, weight[inside])[1:].astype(np.int64).tolist()
                    found[Lot(number, households, tuple((i, n) for i, n in enumerate(homes) if n))] += 1
        return dict(found)

    def forget_unused(self) -> None:
        """Forget the nodes on borders that no grid has any more; what was marked before can't be taken back."""
        self.nodes.forget_unused(
            np.concatenate([ring for piece in self.pieces for ring in (piece.shell, *piece.holes)])
        )

    def complete(self, piece: Piece) -> Piece:
        """Return a piece with all nodes that others made on its border."""
        complete = self.nodes.complete
        return Piece(complete(piece.shell), tuple(complete(hole) for hole in piece.holes), piece.sites)

    def is_sound(self, *pieces: Piece) -> bool:
        """Tell whether pieces are valid polygons; what was drawn a step of the lattice beside a border may not be."""
        return all(make_polygon(self.nodes, self.complete(piece)).is_valid for piece in pieces)

    def unite(self, a: int, b: int) -> Piece | None:
        """Unite two grids; None if they no longer touch, because a third one has grown between them."""
        both = [self.complete(self.pieces[number]) for number in (a, b)]
        try:
            whole = shapely.coverage_union_all([make_polygon(self.nodes, piece) for piece in both])
        except shapely.GEOSException:
            return None
        if not isinstance(whole, shapely.Polygon):
            return None
        sites = np.sort(np.concatenate([piece.sites for piece in both]))
        return Adopter(self.nodes, both[0]).adopt(whole, sites)
