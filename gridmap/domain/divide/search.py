"""Look for few moves from the beginning, all at once, of what is known to be there to be handed over."""

from gridmap.domain.divide.band import Pair
from gridmap.domain.divide.drawing import Drawing
from gridmap.domain.divide.flow import Balance, Move, Offer, list_moves_for
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.plane import Ints

_SEARCHES, _MOST = 6, 40
"""How often moves are looked for, and up to how many households on one way."""

Prices = dict[Pair, dict[int, list[int]]]
"""For each way the amounts that can go, and how many more people may be away from home for each, rising."""


class Search:
    """Moves people between some grids that can be reached from each other: all that is found, or nothing."""

    def __init__(self, grids: Grids, own: list[int], low: Ints, high: Ints, home: Ints, *, is_grouped: bool) -> None:
        """Take grids, the bounds of their sizes, and where the people of each site belong; as for `Exchange`."""
        self._grids, self._own = grids, own
        self._low, self._high = low[own], high[own]
        self._drawing = Drawing(grids, home, is_grouped=is_grouped)

    def run(self, excess: int, most: int) -> bool:
        """Move people so that not more than so many households are out of bounds.

        Parameters
        ----------
        most
            Fewer people more than that are to be away from home afterwards.

        Returns
        -------
        Whether that was found; if not, nothing is changed.
        """
        self._drawing.begin()
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
            failed = self._carry_out(moves, prices, is_straight=True)
            failed = failed and self._carry_out(moves, prices, is_straight=False)
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
        sites, block = self._grids.pieces[giver].sites, self._drawing.find_mesh(giver).site_block
        most = min(_MOST, int(self._grids.load.weight[sites].sum()) - 1)
        return {
            amount: sorted({self._drawing.find_price_of(giver, taker, sites[pick.blocks[block]]) for pick in picks})
            for amount, picks in sorted(self._drawing.list_picks(Move(giver, taker, 0), most).items())
            if amount > 0
        }

    def _carry_out(self, moves: list[Move], prices: Prices, *, is_straight: bool) -> Move | None:
        """Carry moves out, all or none, each for its price; return one that failed."""
        grids = self._grids
        mark, kept = grids.nodes.mark(), list(grids.pieces)
        waiting = list(moves)
        while waiting:
            move = self._drawing.find_first(waiting)
            waiting.remove(move)
            price = prices[move.giver, move.taker][move.households][0]
            if not self._drawing.hand_over(move, room=0, most=price, is_straight=is_straight):
                grids.pieces[:] = kept
                grids.nodes.take_back(mark)
                return move
        return None
