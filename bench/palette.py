"""Search for the first twelve colours of units (gridmap/domain/palette.py): `python -m bench.palette`, about ten
seconds.
"""

import sys

import numpy as np

from gridmap.domain import palette

COUNT = 12
LISTED = 48
"""The following ones are each the farthest from all before: with 40 units none looks like another."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def main() -> None:
    """Print the set found, the most different first, and its smallest distance."""
    lightness = (0.46, 0.53, 0.60, 0.67, 0.74, 0.80)
    colours = np.array(
        [palette.fit_oklch(lt, c, h) for lt in lightness for h in range(0, 360, 8) for c in (0.09, 0.14, 0.19, 0.24)]
    )
    colours = np.unique(np.round(colours * 255).astype(int), axis=0) / 255
    linear = palette.to_linear(colours)
    seen = palette.linear_to_oklab(linear)
    is_good = np.hypot(seen[:, 1], seen[:, 2]) > 0.07
    # WCAG contrast to white and to the wall's background.
    bright = linear @ LUMINANCE + 0.05
    is_good &= (1.05 / bright >= 1.9) & (bright / (0.008 + 0.05) >= 2.6)
    colours, linear, seen = colours[is_good], linear[is_good], seen[is_good]
    deuteranope = palette.linear_to_oklab(palette.see_as_deuteranope(linear))
    distance = np.minimum(_measure(seen), _measure(deuteranope))
    random = np.random.default_rng(1)
    found = max(
        (_climb(distance, int(random.integers(len(colours)))) for _ in range(400)), key=lambda s: _least(distance, s)
    )
    ordered = [max(found, key=lambda index: float(np.hypot(seen[index, 1], seen[index, 2])))]
    while len(ordered) < COUNT:
        ordered.append(max(set(found) - set(ordered), key=lambda index: float(distance[index][ordered].min())))
    while len(ordered) < LISTED:
        ordered.append(int(np.argmax(distance[ordered].min(axis=0))))
    sys.stdout.write(f"{[palette.to_hex(colours[index]) for index in ordered]} {_least(distance, found):.3f}\n")


def _climb(distance: np.ndarray, start: int) -> list[int]:
    """The farthest point each time, then each point moved as long as that widens its smallest distance."""
    chosen = [start]
    while len(chosen) < COUNT:
        chosen.append(int(np.argmax(distance[chosen].min(axis=0))))
    for _ in range(30):
        is_changed = False
        for place in range(COUNT):
            nearest = distance[chosen[:place] + chosen[place + 1 :]].min(axis=0)
            best = int(np.argmax(nearest))
            if nearest[best] > nearest[chosen[place]] + 1e-9:
                chosen[place] = best
                is_changed = True
        if not is_changed:
            break
    return chosen


def _least(distance: np.ndarray, chosen: list[int]) -> float:
    return float((distance[np.ix_(chosen, chosen)] + np.eye(COUNT) * 9).min())


def _measure(points: np.ndarray) -> np.ndarray:
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))


if __name__ == "__main__":
    main()
