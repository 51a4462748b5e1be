"""Colours of units: given by slot, for ever the same, told apart by people with deuteranopia, readable on light and
dark.

Slots 0 to 11 were searched for once (bench/palette.py repeats the search): among colours of OKLCH lightness 0.46 to
0.80 that stand out from white and from the dark wall, the set with the greatest smallest distance, taken as the lesser
of the distance in OKLab and the distance in OKLab as a deuteranope sees it: 0.109, where 0.02 is just noticed. The
most different come first. Slots 12 to 47 are each the colour farthest from all before; later ones follow the golden
angle in OKLCH at three levels of lightness, so that any number of units has a colour.

Sources: OKLab and OKLCH, B. Ottosson, "A perceptual color space for image processing" (2020). Deuteranopia at full
severity: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE TVCG 15 (2009), matrix applied to linear sRGB.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridmap.errors import InputError

Floats = NDArray[np.float64]

# fmt: off
FIRST_SLOTS: tuple[str, ...] = (
    "#1d57f3", "#f5af00", "#516000", "#be93f2", "#00627c", "#b76b00", "#657fb6", "#70c170",
    "#fc98d4", "#bd7fa3", "#5d8fff", "#96556a", "#006fb9", "#d73f6a", "#fa5800", "#ae4634",
    "#00684e", "#8292cd", "#0084db", "#f2a7a2", "#7d5c92", "#67bea9", "#5aab5b", "#2d918e",
    "#ec98ff", "#ff843b", "#6d64ff", "#ffa475", "#61b9cf", "#5c55d5", "#449be6", "#dc6d85",
    "#c65b48", "#ff7997", "#4a7949", "#006a34", "#ae83b8", "#ff4a4e", "#efa6bb", "#d1ade8",
    "#006569", "#8750a5", "#a1457f", "#429176", "#0089c9", "#318da2", "#fca953", "#91bb54",
)
# fmt: on
"""By slot. Later ones may be added, none may be changed."""

_GOLDEN_ANGLE_DEG = 180 * (3 - math.sqrt(5))
_LIGHTNESS = (0.62, 0.50, 0.74)
_CHROMA = (0.14, 0.10, 0.17)

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)


def make_colour(slot: int) -> str:
    """Make the colour `#rrggbb` of a slot.

    Raises
    ------
    InputError
        If the slot is negative.
    """
    if slot < 0:
        raise InputError(f"Palette: there is no slot {slot}; slots begin at 0.")
    if slot < len(FIRST_SLOTS):
        return FIRST_SLOTS[slot]
    turn = slot - len(FIRST_SLOTS)
    hue = (turn * _GOLDEN_ANGLE_DEG + 20.0) % 360
    return to_hex(fit_oklch(_LIGHTNESS[turn % 3], _CHROMA[turn // 3 % 3], hue))


def fit_oklch(lightness: float, chroma: float, hue_deg: float) -> Floats:
    """Give the sRGB colour (0 to 1) of an OKLCH one, with as much of the chroma as sRGB holds."""
    angle = math.radians(hue_deg)
    grey = np.array([lightness, 0.0, 0.0])
    direction = np.array([0.0, math.cos(angle), math.sin(angle)])
    held, tried = 0.0, chroma
    step = chroma
    for _ in range(20):
        linear = oklab_to_linear(grey + tried * direction)
        if bool(np.all((linear >= 0) & (linear <= 1))):
            held = tried
            if held == chroma:
                break
        step /= 2
        tried = held + step
    return from_linear(np.clip(oklab_to_linear(grey + held * direction), 0, 1))


def to_linear(srgb: ArrayLike) -> Floats:
    """Linear light of sRGB values 0 to 1 (IEC 61966-2-1)."""
    values = np.asarray(srgb, dtype=np.float64)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def from_linear(linear: ArrayLike) -> Floats:
    """sRGB values of linear light 0 to 1 (IEC 61966-2-1)."""
    values = np.asarray(linear, dtype=np.float64)
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * np.maximum(values, 0) ** (1 / 2.4) - 0.055)


def linear_to_oklab(linear: ArrayLike) -> Floats:
    """OKLab of linear sRGB; the last axis is the colour."""
    return np.asarray(np.cbrt(np.asarray(linear, dtype=np.float64) @ _TO_LMS.T) @ _LMS_TO_OKLAB.T)


def oklab_to_linear(oklab: ArrayLike) -> Floats:
    """Linear sRGB of OKLab, out of 0 to 1 where sRGB does not hold it."""
    lms = np.asarray(oklab, dtype=np.float64) @ np.linalg.inv(_LMS_TO_OKLAB).T
    return np.asarray(lms**3 @ np.linalg.inv(_TO_LMS).T)


def see_as_deuteranope(linear: ArrayLike) -> Floats:
    """What a deuteranope sees of linear sRGB, as linear sRGB."""
    return np.asarray(np.clip(np.asarray(linear, dtype=np.float64) @ _DEUTERANOPIA.T, 0, 1))


def to_hex(srgb: ArrayLike) -> str:
    """Write sRGB values 0 to 1 as `#rrggbb`."""
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in np.asarray(srgb))


def read_hex(colour: str) -> Floats:
    """Read `#rrggbb` as sRGB values 0 to 1."""
    return np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
