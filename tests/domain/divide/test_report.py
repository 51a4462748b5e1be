"""What the report says, and what it leaves out where it would mean nothing."""

import numpy as np
import shapely

from gridmap.domain.divide.previous import Previous
from gridmap.domain.divide.report import make_report
from tests.domain.divide.county import Divided, divide, scatter


def report_total(divided: Divided, addresses: int) -> dict[str, object]:
    households = np.ones(addresses, dtype=np.int64)
    total: dict[str, object] = make_report(divided.county, divided.plans, divided.plan, divided.check, households, {})[
        "total"
    ]
    return total


def test_the_best_share_is_of_new_plans_only() -> None:
    square = shapely.box(0, 0, 800, 800)
    xy = scatter(square, 300)
    fresh = divide([square], xy)
    assert report_total(fresh, 300)["share_70_130_most"] == 1.0
    again = divide([square], xy, previous=Previous(fresh.plan.codes, fresh.plan.shapes))
    total = report_total(again, 300)
    assert "share_70_130_most" not in total
    assert total["share_70_130"] == 1.0
