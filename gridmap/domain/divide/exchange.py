"""Move people between neighbours until no move pays any more: what is drawn is what was reckoned, or it is not done."""

import numpy as np

from gridmap.domain.divide.band import Pair, find_excess, find_parts
from gridmap.domain.divide.drawing import Drawing
from gridmap.domain.divide.flow import Balance, Lot, Move, Offer, list_moves
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.plane import Ints

_ROUNDS = 12
_TRIES = 80
_WHOLE_TRIES = 6
_WORTH_BAND, _WORTH_GROUPED = 1000, 20
"""How many people it is worth moving to bring one household into the bounds: the band is a promise, but where hamlets
stay whole a grid that is a little too large is better than a hamlet that changes grid."""


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
        self._drawing = Drawing(grids, grids.find_grid_of_site(), is_grouped=is_grouped)

    def run(self) -> None:
        """Find the moves that pay best and carry them out, until none is left that can be drawn."""
        for _ in range(_ROUNDS):
            if not self._find_excess() or not self._run_once():
                return

    def _run_once(self) -> bool:
        """Carry out the best moves that can be drawn from here, all of them or none; tell whether there were any."""
        self._drawing.begin()
        at = {number: i for i, number in enumerate(self._own)}
        touching = [(a, b) for a, b in self._grids.list_touching() if a in at and b in at]
        ways = [*touching, *((b, a) for a, b in touching)]
        offers: dict[Pair, list[Offer]] = {}
        if not self._is_grouped:
            # Who goes home is not told apart when an amount is drawn.
            self._drawing.home = self._grids.find_grid_of_site()
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
            for lot, count in self._grids.list_lots(self._drawing.home, self._own, is_exact=self._is_grouped).items()
        }

    def _find_excess(self) -> int:
        households = self._grids.list_households()[self._own]
        return find_excess(households, self._low, self._high)

    def _find_price(self) -> int:
        """Find what is to become less: people away from home, and households out of bounds times their worth."""
        away = self._grids.find_grid_of_site() != self._drawing.home
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
            move = self._drawing.find_first(waiting)
            waiting.remove(move)
            # Among whole hamlets a miss can't be made up for.
            if not self._drawing.hand_over(move, room=0 if self._is_grouped else move.households // 2):
                failed = failed or move
        if not (failed and is_whole) and self._find_price() < before:
            return None
        grids.pieces[:] = kept
        grids.nodes.take_back(mark)
        return failed or moves[0]

    def _list_offers(self, move: Move, excess: int) -> list[Offer]:
        """List what can be handed over on a way from here, and the price of each."""
        grids = self._grids
        sites = grids.pieces[move.giver].sites
        weight = grids.load.weight[sites]
        groups = np.bincount(grids.load.atom[sites] + 1, weight)[1:]
        most = max(move.households, excess, int(max(groups, default=0)), int(max(weight, default=0)))
        block = self._drawing.find_mesh(move.giver).site_block
        price = weight * (
            (self._drawing.home[sites] == move.giver).astype(np.int64)
            - (self._drawing.home[sites] == move.taker).astype(np.int64)
        )
        return [
            Offer(households, int(price[picks[0].blocks[block]].sum()))
            for households, picks in sorted(self._drawing.list_picks(move, min(most, int(weight.sum()) - 1)).items())
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
