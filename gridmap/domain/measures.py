"""What people are judged by: the definition of each measure.

docs/measures.md holds the same table in words; a test compares the two. The counts come from migration 0016 and the
statements of `storage/sql/measures`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gridmap.errors import InputError
from gridmap.sentence import list_texts

MIN_HOUSEHOLDS = 80
MAX_HOUSEHOLDS = 120
"""A small grid of 80 to 120 households is good."""


class MeasureId(StrEnum):
    """The measures, in the order of their table."""

    ACCEPTED = "accepted"
    DISPATCHED_IN_TIME = "dispatched_in_time"
    RESOLVED_IN_TIME = "resolved_in_time"
    CLOSED_SAME_DAY = "closed_same_day"
    CALLED_BACK = "called_back"
    SATISFIED = "satisfied"
    RETURNED = "returned"
    REOPENED = "reopened"
    OVERDUE_NOW = "overdue_now"
    OVERDUE_HOURS = "overdue_hours"
    BURNT_HOURS = "burnt_hours"
    INCIDENTS_PER_100_HOUSEHOLDS = "incidents_per_100_households"
    REPEAT_PLACES = "repeat_places"
    HOUSEHOLDS_PER_GRID = "households_per_grid"
    GRIDS_IN_BAND = "grids_in_band"
    GRIDS_WITHOUT_TEAM = "grids_without_team"


class Dimension(StrEnum):
    """What the rows of a table of measures are."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    LARGE_GRID = "large_grid"
    SMALL_GRID = "small_grid"
    UNIT = "unit"
    ITEM = "item"
    CLASS = "class"
    CHANNEL = "channel"
    DAY = "day"
    MONTH = "month"


AREA_DIMENSIONS = frozenset(
    {Dimension.COUNTY, Dimension.TOWNSHIP, Dimension.VILLAGE, Dimension.LARGE_GRID, Dimension.SMALL_GRID}
)


class Direction(StrEnum):
    """Which values are good."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


class Form(StrEnum):
    """How a value is made of a numerator and a denominator."""

    SHARE = "share"
    """Numerator over denominator, 0 to 1, with an interval."""
    PER_100 = "per_100"
    MEAN = "mean"
    SUM = "sum"
    """The numerator itself; the denominator says of how many incidents."""


@dataclass(frozen=True)
class Definition:
    """One measure. A target of a band is its lower and upper end; `is_of_areas`: only for rows that are areas."""

    id: MeasureId
    chinese: str
    english: str
    numerator: str
    denominator: str
    form: Form
    unit: str
    direction: Direction
    target: tuple[float, ...] = ()
    is_of_areas: bool = False


_M = MeasureId
_DEFINITIONS = (
    Definition(
        _M.ACCEPTED,
        "受理率",
        "accepted",
        "accepted, now or before",
        "reported, duplicates that were merged left out",
        Form.SHARE,
        "%",
        Direction.UP,
        (1.0,),
    ),
    Definition(
        _M.DISPATCHED_IN_TIME,
        "按时派单率",
        "dispatched in time",
        "first dispatched by the end of the dispatch limit",
        "dispatched, or the dispatch limit is over; merged, rejected, and records that do not say when left out",
        Form.SHARE,
        "%",
        Direction.UP,
        (1.0,),
    ),
    Definition(
        _M.RESOLVED_IN_TIME,
        "按时办结率",
        "resolved in time",
        "closed before the due time, and not reopened since",
        "closed, or open and due; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.UP,
        (1.0,),
    ),
    Definition(
        _M.CLOSED_SAME_DAY,
        "当日办结率",
        "closed the same day",
        "closed on the day of the report, and not reopened since",
        "closed, or the day of the report is over; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.UP,
        (0.85,),
    ),
    Definition(
        _M.CALLED_BACK,
        "回访率",
        "called back",
        "called back since the last closing",
        "closed, or reopened by a call-back; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.UP,
        (1.0,),
    ),
    Definition(
        _M.SATISFIED,
        "满意率",
        "satisfied",
        "the last answer of the reporter was: satisfied",
        "a call-back reached the reporter; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.UP,
    ),
    Definition(
        _M.RETURNED,
        "退单率",
        "returned",
        "returned at least once",
        "given to a unit at least once; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.DOWN,
    ),
    Definition(
        _M.REOPENED,
        "重开率",
        "reopened",
        "reopened at least once",
        "closed, or reopened; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.DOWN,
    ),
    Definition(
        _M.OVERDUE_NOW,
        "在办逾期率",
        "overdue now",
        "open and due at the instant asked about",
        "open at that instant",
        Form.SHARE,
        "%",
        Direction.DOWN,
    ),
    Definition(
        _M.OVERDUE_HOURS,
        "在办逾期工时",
        "working hours over",
        "working hours after the due time of what is overdue now",
        "incidents with such hours",
        Form.SUM,
        "h",
        Direction.DOWN,
    ),
    Definition(
        _M.BURNT_HOURS,
        "耗用工时",
        "working hours burnt",
        "working hours of the period in which incidents were held",
        "incidents with such hours",
        Form.SUM,
        "h",
        Direction.DOWN,
    ),
    Definition(
        _M.INCIDENTS_PER_100_HOUSEHOLDS,
        "百户事件数",
        "incidents per 100 households",
        "reported; merged and rejected left out",
        "households of the row's area, else of the area asked for",
        Form.PER_100,
        "per 100",
        Direction.DOWN,
    ),
    Definition(
        _M.REPEAT_PLACES,
        "重复发生率",
        "repeat places",
        "within N days after one of the same item, not more than M metres away, was closed",
        "reported with an item and a point as good as a building; merged and rejected left out",
        Form.SHARE,
        "%",
        Direction.DOWN,
    ),
    Definition(
        _M.HOUSEHOLDS_PER_GRID,
        "微网格平均户数",
        "households per small grid",
        "households of small grids",
        "small grids whose households are known",
        Form.MEAN,
        "households",
        Direction.BAND,
        (float(MIN_HOUSEHOLDS), float(MAX_HOUSEHOLDS)),
        is_of_areas=True,
    ),
    Definition(
        _M.GRIDS_IN_BAND,
        "户数达标微网格占比",
        "small grids of 80 to 120 households",
        "small grids with 80 to 120 households",
        "small grids whose households are known",
        Form.SHARE,
        "%",
        Direction.UP,
        is_of_areas=True,
    ),
    Definition(
        _M.GRIDS_WITHOUT_TEAM,
        "缺员网格占比",
        "grids without a full team",
        "grids that lack a secretary, a grid worker or an assistant",
        "grids whose team is known",
        Form.SHARE,
        "%",
        Direction.DOWN,
        is_of_areas=True,
    ),
)

MEASURES = MappingProxyType({one.id: one for one in _DEFINITIONS})
"""The table."""

LEDGER_MEASURES = frozenset({_M.OVERDUE_HOURS, _M.BURNT_HOURS})
GRID_MEASURES = frozenset({_M.HOUSEHOLDS_PER_GRID, _M.GRIDS_IN_BAND, _M.GRIDS_WITHOUT_TEAM})
COUNTED_MEASURES = frozenset(_M) - LEDGER_MEASURES - GRID_MEASURES - {_M.REPEAT_PLACES}
"""Those that one pass over the incidents counts."""


def choose_measures(names: Iterable[str], *, by: Dimension, leave_out: Iterable[str] = ()) -> tuple[MeasureId, ...]:
    """Choose measures by name, in the order of the table; no names are all that rows of this kind can have.

    Raises
    ------
    InputError
        If there is no such measure, or it is only of areas and the rows are none.
    """
    wanted, left = [_read_name(name) for name in names], {_read_name(name) for name in leave_out}
    refused = [one for one in wanted if MEASURES[one].is_of_areas and by not in AREA_DIMENSIONS]
    if refused:
        raise InputError(
            "{measures}: only by an area, such as by=village; it was asked by {by}.",
            measures=list_texts(refused),
            by=by,
        )
    return tuple(
        one
        for one in MeasureId
        if one not in left
        and (one in wanted or (not wanted and (by in AREA_DIMENSIONS or not MEASURES[one].is_of_areas)))
    )


def _read_name(name: str) -> MeasureId:
    try:
        return MeasureId(name)
    except ValueError:
        raise InputError(
            "There is no measure {name!r}; there are {measures}.", name=name, measures=list_texts(MeasureId)
        ) from None
