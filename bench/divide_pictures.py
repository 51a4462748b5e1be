"""Draw ten areas of the made-up county as they are divided, to look at: `python -m bench.divide_pictures OUT.svg`."""

import sys
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.divide_county import make_synthetic_county
from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.county import Addresses, make_tasks
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.task import AreaTask

FILLS = ["#cfe3f5", "#fbe3c8", "#d5ecd0", "#f3d3df", "#e5dcf3", "#f8f1c4", "#d4eeee", "#eedccd", "#dfe5ea", "#e9f0d8"]
HAMLETS = ["#1b5e9c", "#b45309", "#15803d", "#9d174d"]
SIDE = 430


def draw(task: AreaTask) -> str:
    """Draw one area: grids with their households, barriers blue, addresses in the colour of their hamlet."""
    plan = divide_area(task)
    xy = np.concatenate([task.vertex_xy, plan.new_xy])
    low = task.vertex_xy.min(axis=0)
    scale = SIDE / float((task.vertex_xy.max(axis=0) - low).max())

    def place(points: NDArray[np.float64]) -> str:
        return " ".join(f"{(x - low[0]) * scale:.0f},{SIDE - (y - low[1]) * scale:.0f}" for x, y in points)

    parts = []
    for number, rings in enumerate(plan.rings):
        parts.append(f'<polygon points="{place(xy[rings[0]])}" fill="{FILLS[number % len(FILLS)]}" class="g"/>')
    outline = shapely.Polygon(task.vertex_xy[task.parts[0][0]])
    for ends in task.barriers:
        line = shapely.LineString([ends[:2], ends[2:]]).intersection(outline)
        if isinstance(line, shapely.LineString) and line.length > 0:
            parts.append(f'<polyline points="{place(np.array(line.coords))}" class="b"/>')
    for colour in [*range(len(HAMLETS)), -1]:
        rows = np.flatnonzero(np.where(task.hamlet < 0, -1, task.hamlet % len(HAMLETS)) == colour)
        dots = "".join(f"M{pair}h0" for pair in place(task.xy[rows]).split())
        parts.append(f'<path d="{dots}" stroke="{HAMLETS[colour] if colour >= 0 else "#555"}" class="h"/>')
    for number, rings in enumerate(plan.rings):
        middle = shapely.Polygon(xy[rings[0]]).representative_point()
        x, y = place(np.array([[middle.x, middle.y]])).split(",")
        parts.append(f'<text x="{x}" y="{y}">{plan.households[number]}</text>')
    return "".join(parts)


def main(out: Path) -> None:
    """Draw nine villages and a community."""
    county = make_synthetic_county(villages=200, communities=7, scale=(200 / 975) ** 0.5)
    addresses = Addresses(county.lon, county.lat, county.households, county.hamlet)
    tasks = make_tasks(
        county.codes,
        county.areas,
        addresses,
        options=DivideOptions(),
        targets=county.targets,
        barriers=county.barriers,
    ).tasks
    villages = [task for task in tasks if 250 < task.weight.sum() < 900]
    chosen = [villages[i] for i in np.random.default_rng(1).choice(len(villages), 9, replace=False)] + [tasks[-2]]
    cells = [
        f'<svg x="{10 + at % 5 * 450}" y="{10 + at // 5 * 450}" width="440" height="440" viewBox="-5 -5 440 440">'
        f"{draw(task)}</svg>"
        for at, task in enumerate(chosen)
    ]
    style = (
        ".g{stroke:#333;stroke-width:1.6}.b{fill:none;stroke:#2f6fd0;stroke-width:3.5;opacity:.6}"
        ".h{stroke-width:3;stroke-linecap:round;fill:none}"
        "text{font:bold 17px sans-serif;text-anchor:middle;stroke:#fff;stroke-width:3;paint-order:stroke}"
    )
    out.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2270 910"><style>{style}</style>'
        f'<rect width="2270" height="910" fill="#fff"/>{"".join(cells)}</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
