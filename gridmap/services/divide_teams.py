"""Which name and team the grids of a plan have: those of the grid of today that they go on from."""

import re
from collections.abc import Sequence

from gridmap.domain.areas import AreaLevel
from gridmap.domain.divide.village import Start, VillagePlan
from gridmap.storage.divide import GridRow

_NUMBER = re.compile(r"[0-9]+")


def list_grid_rows(village_name: str, today: list[GridRow], plan: VillagePlan) -> list[list[object]]:
    """List the rows of the grids of a plan, in the order of `AREA_COLUMNS`.

    A grid keeps the team of the grid that most of its people come from; a new grid has none recorded. Names follow the
    pattern of today's: the number in them is the number of the code.
    """
    pattern = find_name_pattern(village_name, [(grid.code, grid.name) for grid in today])
    ground = plan.ground
    # The village itself stands in where there are no large grids; it is the parent as well.
    rows: list[list[object]] = []
    for i, code in enumerate(plan.codes):
        before = today[plan.match[i]] if plan.match[i] >= 0 else None
        is_same = before is not None and before.code == code and plan.request.start is not Start.FRESH
        rows.append(
            [
                AreaLevel.SMALL_GRID.value,
                "",
                code,
                before.name if before is not None and is_same else pattern.replace("\0", str(int(code[12:]))),
                ground.cell_codes[int(plan.cell[i])],
                int(plan.households[i]),
                before.team_secretary if before else None,
                before.team_worker if before else None,
                before.team_assistants if before else None,
            ]
        )
    return rows


def find_name_pattern(village_name: str, today: Sequence[tuple[str, str]]) -> str:
    """Find how grids are called: today's way, U+0000 where the number stands; else the village and the number."""
    for code, name in today:
        number = int(code[-3:]) if code[-3:].isdigit() else -1
        for found in _NUMBER.finditer(name):
            if int(found.group()) == number:
                return f"{name[: found.start()]}\0{name[found.end() :]}"
    return f"{village_name} \0"
