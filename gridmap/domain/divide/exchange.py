"""Move people between neighbours until no move pays any more: what is drawn is what was reckoned, or it is not done."""

import numpy as np

from gridmap.domain.divide.band import Pair, find_excess, find_parts
from gridmap.domain.divide.chord import list_chords, make_normals
from gridmap.domain.divide.faces import make_polygon
from gridmap.domain.divide.flow import Balance, Lot, Move, Offer, list_moves, list_moves_for
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.handover import find_touching, hand_over
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.pick import Pick, list_picks
from gridmap.domain.divide.piece import Piece, Window
from gridmap.domain.divide.plane import Ints

_ROUNDS = 12
_TRIES = 80
_DIRECTIONS = 90
_WHOLE_TRIES = 6
_WORTH_BAND, _WORTH_GROUPED = 1000, 20
"""How many people it is worth moving to bring one household into the bounds: the band is a promise, but where hamlets
stay whole a grid that is a little too large is better than a hamlet that changes grid."""
_SEARCHES, _SEARCH_MOST = 6, 40
"""How often moves that are known to be there are looked for, and up to how many households on one way."""
_PICKS = 3
"""How many ways to hand the same number over are drawn before it is given up."""


class Exchange:
    """Moves people between some grids that can be reached from each other."""

    def __init__(self, grids: Grids, own: list[int], low: Ints, high: Ints, *, is_grouped: bool) -> None:
        """Take grids and the bounds of their sizes.

        Parameters
        ----------
        own
            The numbers of the grids.
        low, high
            Of all grids, also others.
        is_grouped
            Whether there are whole hamlets among them.
        """
        self._grids, self._own = grids, own
        self._low, self._high = low[own], high[own]
        self._is_grouped = is_grouped
        self._worth = _WORTH_GROUPED if is_grouped else _WORTH_BAND
        # Everyone is at home where they are now: whoever is moved twice is moved once.
        self._home = grids.find_grid_of_site()
        self._meshes: dict[int, tuple[Piece, Mesh]] = {}

    def run(self) -> None:
        """Find the moves that pay best and carry them out, until none is left that can be drawn."""
        for _ in range(_ROUNDS):
            if not self._find_excess() or not self._run_once():
                return

    def search(self, home: Ints, excess: int, most: int) -> bool:
        """Move people all at once by what is known to be there to be handed over, one amount on each way.

        From here, and for no more than so many households out of bounds, so that fewer than `most` people more are
        away from home. Nothing is changed where that is not found.

        Parameters
        ----------
        home
            The grid that the people of each site count as belonging to, -1 for none.
        """
        self._home = home
        self._grids.forget_unused()
        self._meshes.clear()
        at = {number: i for i, number in enumerate(self._own)}
        touching = [(a, b) for a, b in self._grids.list_touching() if a in at and b in at]
        prices = {way: self._list_prices(way) for pair in touching for way in (pair, pair[::-1])}
        households = self._grids.list_households()[self._own]
        for _ in range(_SEARCHES):
            balance = Balance(
                households, self._low, self._high, {}, [(at[a], at[b]) for a, b in prices],
                {(at[a], at[b]): [Offer(n, left[0]) for n, left in some.items()] for (a, b), some in prices.items()},
            )  # fmt: skip
            moves = [
                Move(self._own[move.giver], self._own[move.taker], move.households)
                for move in list_moves_for(balance, excess, most)
            ]
            # A straight border may leave others nothing of a short one that they are to go over.
            failed = self._carry_out_exactly(moves, prices, is_straight=True)
            failed = failed and self._carry_out_exactly(moves, prices, is_straight=False)
            if failed is None:
                return bool(moves)
            left = prices[failed.giver, failed.taker]
            if len(left[failed.households]) > 1:
                left[failed.households].pop(0)
            else:
                del left[failed.households]
        return False

    def _list_prices(self, way: Pair) -> dict[int, list[int]]:
        """List the amounts that can be handed over on a way, and how many people may leave their home for each."""
        giver, taker = way
        sites, block = self._grids.pieces[giver].sites, self._find_mesh(giver).site_block
        most = min(_SEARCH_MOST, int(self._grids.load.weight[sites].sum()) - 1)
        return {
            amount: sorted({self._find_price_of(giver, taker, sites[pick.blocks[block]]) for pick in picks})
            for amount, picks in sorted(self._list_picks(Move(giver, taker, 0), most).items())
            if amount > 0
        }

    def _carry_out_exactly(
        self, moves: list[Move], prices: dict[Pair, dict[int, list[int]]], *, is_straight: bool
    ) -> Move | None:
        """Carry moves out, all or none, each for its price; return one that failed."""
        grids = self._grids
        mark, kept = grids.nodes.mark(), list(grids.pieces)
        waiting = list(moves)
        while waiting:
            move = self._find_first(waiting)
            waiting.remove(move)
            price = prices[move.giver, move.taker][move.households][0]
            if not self._hand_over(move, room=0, most=price, is_straight=is_straight):
                grids.pieces[:] = kept
                grids.nodes.take_back(mark)
                return move
        return None

    def _find_first(self, waiting: list[Move]) -> Move:
        """Find the move to draw first: a giver that has enough for it, a taker that hands nothing on."""
        households = self._grids.list_households()
        givers = {move.giver for move in waiting}
        able = [move for move in waiting if households[move.giver] > move.households]
        return min(able or waiting, key=lambda move: (move.taker in givers, move))

    def _run_once(self) -> bool:
        """Carry out the best moves that can be drawn from here, all of them or none; tell whether there were any."""
        # Nothing may depend on borders drawn on the way here: the same plan, read again, is tried the same way.
        self._grids.forget_unused()
        self._meshes.clear()
        at = {number: i for i, number in enumerate(self._own)}
        touching = [(a, b) for a, b in self._grids.list_touching() if a in at and b in at]
        ways = [*touching, *((b, a) for a, b in touching)]
        offers: dict[Pair, list[Offer]] = {}
        if not self._is_grouped:
            # Who goes home is not told apart when an amount is drawn.
            self._home = self._grids.find_grid_of_site()
        lots = self._list_lots(at)
        for tried in range(_TRIES):
            households = self._grids.list_households()[self._own]
            balance = Balance(
                households, self._low, self._high, lots, [(at[a], at[b]) for a, b in ways],
                {(at[a], at[b]): some for (a, b), some in offers.items()},
            )  # fmt: skip
            moves = [
                Move(self._own[move.giver], self._own[move.taker], move.households)
                for move in list_moves(balance, self._worth)
            ]
            if not moves:
                return False
            failed = self._carry_out(moves, is_whole=self._is_grouped and tried < _WHOLE_TRIES)
            if failed is None:
                return True
            way = (failed.giver, failed.taker)
            if not self._is_grouped:
                offers[way] = []
            elif way in offers:
                offers[way] = [offer for offer in offers[way] if offer.households != failed.households]
            else:
                offers[way] = self._list_offers(failed, self._find_excess())
        return False

    def _list_lots(self, at: dict[int, int]) -> dict[Lot, int]:
        return {
            Lot(at[lot.grid], lot.households, tuple((at[i], n) for i, n in lot.homes if i in at)): count
            for lot, count in self._grids.list_lots(self._home, self._own, is_exact=self._is_grouped).items()
        }

    def _find_excess(self) -> int:
        households = self._grids.list_households()[self._own]
        return find_excess(households, self._low, self._high)

    def _find_price(self) -> int:
        """Find what is to become less: people away from home, and households out of bounds times their worth."""
        away = self._grids.find_grid_of_site() != self._home
        return int(self._grids.load.weight[away].sum()) + self._worth * self._find_excess()

    def _carry_out(self, moves: list[Move], *, is_whole: bool) -> Move | None:
        """Carry moves out, those that hang together all or none; if nothing is gained, return one that failed.

        Parameters
        ----------
        is_whole
            False: what could be drawn of those that hang together stays, if it is a gain.
        """
        failed: Move | None = None
        is_gain = False
        for some in _list_chains(moves):
            failed_here = self._carry_out_chain(some, is_whole=is_whole)
            is_gain = is_gain or failed_here is None
            failed = failed or failed_here
        return None if is_gain else failed

    def _carry_out_chain(self, moves: list[Move], *, is_whole: bool) -> Move | None:
        grids, before = self._grids, self._find_price()
        mark, kept = grids.nodes.mark(), list(grids.pieces)
        waiting = list(moves)
        failed: Move | None = None
        while waiting and not (failed and is_whole):
            move = self._find_first(waiting)
            waiting.remove(move)
            # Among whole hamlets a miss can't be made up for.
            if not self._hand_over(move, room=0 if self._is_grouped else move.households // 2):
                failed = failed or move
        if not (failed and is_whole) and self._find_price() < before:
            return None
        grids.pieces[:] = kept
        grids.nodes.take_back(mark)
        return failed or moves[0]

    def _hand_over(self, move: Move, *, room: int, most: int | None = None, is_straight: bool = True) -> bool:
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
            return most is None or self._find_price_of(move.giver, move.taker, going) <= most

        found = self._slide(move) if is_straight else None
        if not is_good(found):
            grids.nodes.take_back(mark)
            found = None
            both = grids.complete(giver), grids.complete(taker)
            for pick in self._list_nearest(move, room, _PICKS if most is None else None):
                tried = hand_over(grids.nodes, *both, grids.load, self._find_mesh(move.giver), pick.blocks)
                if is_good(tried):
                    found = tried
                    break
                grids.nodes.take_back(mark)
        if found is None:
            return False
        grids.pieces[move.taker], grids.pieces[move.giver] = found
        return True

    def _find_price_of(self, giver: int, taker: int, going: Ints) -> int:
        """Find how many more people are away from home when some sites are handed over."""
        home, weight = self._home[going], self._grids.load.weight[going]
        return int(weight[home == giver].sum() - weight[home == taker].sum())

    def _list_nearest(self, move: Move, room: int, most: int | None) -> list[Pick]:
        """List what comes nearest to a move, and misses it by no more than so many households; at most so many."""
        picks = self._list_picks(move, move.households + room)
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

    def _find_mesh(self, giver: int) -> Mesh:
        piece = self._grids.pieces[giver]
        if giver not in self._meshes or self._meshes[giver][0] is not piece:
            polygon = make_polygon(self._grids.nodes, self._grids.complete(piece))
            self._meshes[giver] = piece, make_mesh(polygon, self._grids.load, piece.sites)
        return self._meshes[giver][1]

    def _list_picks(self, move: Move, most: int) -> dict[int, list[Pick]]:
        grids = self._grids
        giver, taker = (
            make_polygon(grids.nodes, grids.complete(grids.pieces[number])) for number in (move.giver, move.taker)
        )
        mesh = self._find_mesh(move.giver)
        return list_picks(mesh, find_touching(mesh, giver, taker), most)

    def _list_offers(self, move: Move, excess: int) -> list[Offer]:
        """List what can be handed over on a way from here, and the price of each."""
        grids = self._grids
        sites = grids.pieces[move.giver].sites
        weight = grids.load.weight[sites]
        groups = np.bincount(grids.load.atom[sites] + 1, weight)[1:]
        most = max(move.households, excess, int(max(groups, default=0)), int(max(weight, default=0)))
        block = self._find_mesh(move.giver).site_block
        price = weight * (
            (self._home[sites] == move.giver).astype(np.int64) - (self._home[sites] == move.taker).astype(np.int64)
        )
        return [
            Offer(households, int(price[picks[0].blocks[block]].sum()))
            for households, picks in sorted(self._list_picks(move, min(most, int(weight.sum()) - 1)).items())
            if households > 0
        ]


def _list_chains(moves: list[Move]) -> list[list[Move]]:
    """Group moves that hang together by a grid."""
    size = max(max(move.giver, move.taker) for move in moves) + 1
    part = find_parts(size, [(move.giver, move.taker) for move in moves])
    groups: dict[int, list[Move]] = {}
    for move in moves:
        groups.setdefault(int(part[move.giver]), []).append(move)
    return list(groups.values())
