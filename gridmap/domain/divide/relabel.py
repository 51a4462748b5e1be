"""Draw the grids for a given label of each address: what a person changed by hand, exact and connected as any plan."""

import time
from collections.abc import Sequence

import numpy as np

from gridmap.domain.divide.area import make_plan
from gridmap.domain.divide.edited import Base, restore
from gridmap.domain.divide.plane import Ints
from gridmap.domain.divide.redraw import redraw
from gridmap.domain.divide.task import AreaPlan
from gridmap.errors import InputError
from gridmap.sentence import Sentence


class LabelError(InputError):
    """Labels that can't be drawn: a grid would fall apart, or one place would be in two grids."""

    def __init__(self, said: Sentence, *, code: str, rows: Ints) -> None:
        """Remember the grid, and the addresses of the task that stand in the way."""
        super().__init__(said)
        self.code = code
        self.rows = rows


def relabel(base: Base, wanted: Sequence[str]) -> AreaPlan:
    """Draw the plan anew for the grids that addresses are wanted in; grids that neither gain nor lose stay as they are.

    The grids that change are drawn together: the ground goes to its nearest household, and the borders are pulled taut
    while every household stays on its side.

    Parameters
    ----------
    wanted
        The code of a grid for each address of the task, in its order. A code that the plan does not have is a new
        grid; a grid that nobody is left in vanishes.

    Raises
    ------
    LabelError
        If a grid would not hang together, or addresses at one place are wanted in two grids.
    """
    started = time.process_time()
    task, plan, sites = base.task, base.plan, base.sites
    label = _find_labels(base, wanted)
    before = np.empty(len(sites), dtype=object)
    before[base.site_of] = np.array(plan.codes, dtype=object)[plan.grid_of_address]
    nodes, pieces = restore(base)
    moved = before != label
    touched = set(before[moved].tolist()) | set(label[moved].tolist())
    kept = {code: piece for code, piece in zip(plan.codes, pieces, strict=True) if code not in touched}
    changed = [piece for code, piece in zip(plan.codes, pieces, strict=True) if code in touched]
    if changed:
        for code, piece in redraw(nodes, changed, sites, label):
            if code in kept:
                raise _make_split_error(base, code, piece.sites, np.flatnonzero(label == code))
            kept[code] = piece
    codes = sorted(kept)
    known = {
        nodes.given + i: (float(lon), float(lat))
        for i, (lon, lat) in enumerate(plan.new_lonlat.tolist())
        if np.isfinite(lon)
    }
    figures = plan.figures
    return make_plan(
        task,
        nodes,
        [kept[code] for code in codes],
        codes,
        sites,
        base.site_of,
        base.regions,
        [figures.deviation_forced],
        started,
        lonlat=known,
        moved=(figures.people_before, figures.people_moved, figures.people_moved_least),
    )


def _find_labels(base: Base, wanted: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    if len(wanted) != len(base.site_of):
        raise InputError(
            "{labels} labels for {addresses} addresses: give one each.", labels=len(wanted), addresses=len(base.site_of)
        )
    label = np.empty(len(base.sites), dtype=object)
    given = np.array(wanted, dtype=object)
    label[base.site_of] = given
    apart = np.flatnonzero(label[base.site_of] != given)
    if len(apart):
        code = str(given[apart[0]])
        raise LabelError(
            Sentence(
                "{n} addresses share their place with others that are in another grid than {grid}: no border can part "
                "them. Move all of one place together.",
                n=len(apart),
                grid=code,
            ),
            code=code,
            rows=apart,
        )
    return label


def _make_split_error(base: Base, code: str, part: Ints, every: Ints) -> LabelError:
    weight = base.sites.weight
    rest = np.setdiff1d(every, part)
    small = part if weight[part].sum() <= weight[rest].sum() else rest
    return LabelError(
        Sentence(
            "Grid {grid} would fall apart: {n} of its {all} households would be cut off from the others. Move what "
            "lies between as well, or give them to a grid beside them.",
            grid=code,
            n=int(weight[small].sum()),
            all=int(weight[every].sum()),
        ),
        code=code,
        rows=np.flatnonzero(np.isin(base.site_of, small)),
    )
