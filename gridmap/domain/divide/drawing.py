"""Draw the hand-over of some households from a grid to its neighbour."""

import numpy as np

from gridmap.domain.divide.chord import list_chords, make_normals
from gridmap.domain.divide.faces import make_polygon
from gridmap.domain.divide.flow import Move
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.handover import find_touching, hand_over
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.pick import Pick, list_picks
from gridmap.domain.divide.piece import Piece, Window
from gridmap.domain.divide.plane import Ints

_DIRECTIONS = 90
_PICKS = 3
"""How many ways to hand the same number over are drawn before it is given up."""


class Drawing:
    """Draws borders between neighbours anew, and knows what can be handed over."""

    def __init__(self, grids: Grids, home: Ints, *, is_grouped: bool) -> None:
        """Take grids that change in place.

        Parameters
        ----------
        home
            The grid that the people of each site count as belonging to, -1 for none.
        is_grouped
            Whether there are whole hamlets among them.
        """
        self._grids, self.home, self._is_grouped = grids, home, is_grouped
        self._meshes: dict[int, tuple[Piece, Mesh]] = {}

    def begin(self) -> None:
        """Forget the borders drawn on the way here: the same plan, read again, is tried the same way."""
        self._grids.forget_unused()
        self._meshes.clear()

    def find_first(self, waiting: list[Move]) -> Move:
        """Find the move to draw first: a giver that has enough for it, a taker that hands nothing on."""
        households = self._grids.list_households()
        givers = {move.giver for move in waiting}
        able = [move for move in waiting if households[move.giver] > move.households]
        return min(able or waiting, key=lambda move: (move.taker in givers, move))

    def hand_over(self, move: Move, *, room: int, most: int | None = None, is_straight: bool = True) -> bool:
        """Draw the border of two grids anew: straight if it can be, else round what is handed over.

        Parameters
        ----------
        room
            By how many households what is handed over may miss.
        most
            How many more people may be away from home afterwards, if it matters who goes.
        is_straight
            False: a straight border is not looked for.
        """
        grids = self._grids
        giver, taker = grids.pieces[move.giver], grids.pieces[move.taker]
        mark = grids.nodes.mark()

        def is_good(found: tuple[Piece, Piece] | None) -> bool:
            if found is None or not grids.is_sound(*found):
                return False
            going = giver.sites[~np.isin(giver.sites, found[1].sites)]
            return most is None or self.find_price_of(move.giver, move.taker, going) <= most

        found = self._slide(move) if is_straight else None
        if not is_good(found):
            grids.nodes.take_back(mark)
            found = None
            both = grids.complete(giver), grids.complete(taker)
            for pick in self._list_nearest(move, room, _PICKS if most is None else None):
                tried = hand_over(grids.nodes, *both, grids.load, self.find_mesh(move.giver), pick.blocks)
                if is_good(tried):
                    found = tried
                    break
                grids.nodes.take_back(mark)
        if found is None:
            return False
        grids.pieces[move.taker], grids.pieces[move.giver] = found
        return True

    def find_price_of(self, giver: int, taker: int, going: Ints) -> int:
        """Find how many more people are away from home when some sites are handed over."""
        home, weight = self.home[going], self._grids.load.weight[going]
        return int(weight[home == giver].sum() - weight[home == taker].sum())

    def _list_nearest(self, move: Move, room: int, most: int | None) -> list[Pick]:
        """List what comes nearest to a move, and misses it by no more than so many households; at most so many."""
        picks = self.list_picks(move, move.households + room)
        near = sorted(picks, key=lambda amount: (abs(amount - move.households), amount))
        return [pick for households in near if abs(households - move.households) <= room for pick in picks[households]][
            :most
        ]

    def _slide(self, move: Move) -> tuple[Piece, Piece] | None:
        """Find a straight border after which the taker has all its own and so many households more, in whole lots."""
        grids = self._grids
        taker, giver = grids.pieces[move.taker].sites, grids.pieces[move.giver].sites
        whole = grids.unite(move.giver, move.taker)
        if whole is None:
            return None
        weight = grids.load.weight
        wanted, total = int(weight[taker].sum()) + move.households, int(weight[whole.sites].sum())
        windows = [Window(1, 1, wanted, wanted), Window(1, 1, total - wanted, total - wanted)]
        normals = make_normals(_DIRECTIONS)
        atom = grids.load.atom[giver]
        for cut in list_chords(grids.nodes, whole, grids.load, windows, normals, loose=self._is_grouped, is_each=True):
            for grown, rest in ((cut.left, cut.right), (cut.right, cut.left)):
                is_exact = int(weight[grown.sites].sum()) == wanted and np.isin(taker, grown.sites).all()
                is_given = np.isin(giver, grown.sites)
                if is_exact and not np.isin(atom[is_given], atom[~is_given & (atom >= 0)]).any():
                    return grown, rest
        return None

    def find_mesh(self, giver: int) -> Mesh:
        """Find the faces of a grid as it is now."""
        piece = self._grids.pieces[giver]
        if giver not in self._meshes or self._meshes[giver][0] is not piece:
            polygon = make_polygon(self._grids.nodes, self._grids.complete(piece))
            self._meshes[giver] = piece, make_mesh(polygon, self._grids.load, piece.sites)
        return self._meshes[giver][1]

    def list_picks(self, move: Move, most: int) -> dict[int, list[Pick]]:
        """List what can be handed over on the way of a move, by households."""
        grids = self._grids
        giver, taker = (
            make_polygon(grids.nodes, grids.complete(grids.pieces[number])) for number in (move.giver, move.taker)
        )
        mesh = self.find_mesh(move.giver)
        return list_picks(mesh, find_touching(mesh, giver, taker), most)
