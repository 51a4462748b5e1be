"""The value of a measure: made of a numerator and a denominator, with the interval of a share, against its target."""

from dataclasses import dataclass
from math import sqrt

from gridmap.domain.measures import MEASURES, Direction, Form, MeasureId

_Z = 1.959963984540054
"""Of a normal distribution, for 95 %."""


@dataclass(frozen=True)
class MeasureValue:
    """One measure of one row.

    `held` is only of the hours by unit: those of the incidents that the unit holds now, whoever burnt them. The ends of
    the interval (95 %, of a share) and the value are None where the denominator is 0.
    """

    measure: MeasureId
    numerator: float
    denominator: float
    value: float | None
    is_small: bool
    low: float | None = None
    high: float | None = None
    held: float | None = None


def make_value(
    measure: MeasureId, numerator: float, denominator: float, *, small_number: int, held: float | None = None
) -> MeasureValue:
    """Make the value of a measure; `is_small` where it stands on less than `small_number`: chance may rule it."""
    form = MEASURES[measure].form
    value: float | None = numerator if form is Form.SUM else None
    low = high = None
    if form is not Form.SUM and denominator > 0:
        value = numerator / denominator * (100 if form is Form.PER_100 else 1)
        if form is Form.SHARE:
            low, high = find_interval(numerator, denominator)
    return MeasureValue(measure, numerator, denominator, value, denominator < small_number, low, high, held)


def find_interval(numerator: float, denominator: float) -> tuple[float, float]:
    """Find the 95 % interval of a share.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927): unlike
    the usual p +- z s it stays within 0 and 1 and holds for small numbers.
    """
    share = numerator / denominator
    spread = 1 + _Z**2 / denominator
    middle = (share + _Z**2 / (2 * denominator)) / spread
    half = _Z * sqrt(share * (1 - share) / denominator + _Z**2 / (4 * denominator**2)) / spread
    # Rounding must not leave the share itself outside, as at 0 and 1 it would.
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def meets_target(value: MeasureValue) -> bool | None:
    """Tell whether a value meets the target of its measure; None where there is none, or no value."""
    definition = MEASURES[value.measure]
    if not definition.target or value.value is None:
        return None
    if definition.direction is Direction.BAND:
        return definition.target[0] <= value.value <= definition.target[1]
    return value.value >= definition.target[0]
