"""A county of about 4,000 grids for the bench: shared wiggly borders, small dense grids and large empty ones."""

import numpy as np
import shapely
from numpy.typing import NDArray

CENTRE = (118.75, 36.95)


def make_grids(
    *, rows: int = 62, columns: int = 64, pieces: int = 16, seed: int = 1
) -> tuple[list[str], NDArray[np.object_]]:
    """Make rows x columns grids that tile some 50 x 50 km, each with 4 x pieces vertices, rounded to 1e-7 degrees.

    Every border is one shared line of `pieces` edges; sizes differ by a factor of about 100.
    """
    rng = np.random.default_rng(seed)
    # Uneven spacing: town centres are many small grids.
    x = np.cumsum(0.15 + rng.gamma(0.6, 1.0, columns + 1))
    y = np.cumsum(0.15 + rng.gamma(0.6, 1.0, rows + 1))
    x, y = (x - x[0]) / (x[-1] - x[0]) * 0.56, (y - y[0]) / (y[-1] - y[0]) * 0.45
    node = np.stack(np.meshgrid(x, y), axis=-1)
    step_x, step_y = np.gradient(x), np.gradient(y)
    node[..., 0] += rng.uniform(-0.12, 0.12, node.shape[:2]) * np.minimum(step_x, step_x.min() * 3)
    node[..., 1] += rng.uniform(-0.12, 0.12, node.shape[:2]) * np.minimum(step_y, step_y.min() * 3)[:, None]
    node += np.array(CENTRE) - [0.28, 0.225]

    def make_border(start: NDArray[np.float64], end: NDArray[np.float64], room: float) -> NDArray[np.float64]:
        share = np.linspace(0.0, 1.0, pieces + 1)[:, None]
        line = start + (end - start) * share
        across = np.array([-(end - start)[1], (end - start)[0]]) / np.hypot(*(end - start))
        wiggle = rng.normal(0, 1, pieces + 1)
        wiggle = np.convolve(wiggle, [0.25, 0.5, 0.25], mode="same") * np.sin(share[:, 0] * np.pi) * 0.06 * room
        border: NDArray[np.float64] = np.round(line + across * wiggle[:, None], 7)
        return border

    across_, up = {}, {}
    for j in range(rows + 1):
        for i in range(columns):
            room = min(x[i + 1] - x[i], *(abs(y[min(j + d, rows)] - y[max(j + d - 1, 0)]) or 1 for d in (0, 1)))
            across_[j, i] = make_border(node[j, i], node[j, i + 1], room)
    for j in range(rows):
        for i in range(columns + 1):
            room = min(y[j + 1] - y[j], *(abs(x[min(i + d, columns)] - x[max(i + d - 1, 0)]) or 1 for d in (0, 1)))
            up[j, i] = make_border(node[j, i], node[j + 1, i], room)
    codes, grids = [], []
    for j in range(rows):
        for i in range(columns):
            ring = [across_[j, i][:-1], up[j, i + 1][:-1], across_[j + 1, i][::-1][:-1], up[j, i][::-1]]
            grids.append(shapely.Polygon(np.concatenate(ring)))
            codes.append(f"370783{(rows - 1 - j):03d}{i:03d}001")
    return codes, np.array(grids, dtype=object)
