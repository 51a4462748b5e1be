"""What `/api/areas` and `/api/units` answer: the shapes for the API's description, and the same filled from a page."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from gridmap.domain.palette import make_colour
from gridmap.services.areas import AreaPage
from gridmap.services.unit_counts import UnitRow


class AreaLinkAnswer(BaseModel):
    """Another area."""

    id: int
    code: str
    name: str
    level: str


class NeighbourAnswer(AreaLinkAnswer):
    """An area of the same level beside this one."""

    shared_border_m: float


class TeamAnswer(BaseModel):
    """The team "1+1+N"; null where nothing is recorded."""

    secretary: bool | None
    worker: bool | None
    assistants: int | None
    vacancies: list[str] = Field(description="Posts that are known to be empty: secretary, worker, assistants.")


class BelowAnswer(BaseModel):
    """What lies below, of one level."""

    level: str
    count: int
    households: int | None
    without_full_team: int


class CountsAnswer(BaseModel):
    """Open incidents now; overdue includes twice overdue, near_due does not."""

    open: int
    near_due: int
    overdue: int
    twice_overdue: int


class UnitRefAnswer(BaseModel):
    """A unit."""

    id: int
    code: str
    name: str
    letter: str
    colour: str


class UnitCountsAnswer(CountsAnswer):
    """Counts of one unit."""

    unit: UnitRefAnswer | None = Field(description="Null: no unit leads.")


class JurisdictionAnswer(BaseModel):
    """A jurisdiction that covers the area, or a part of it."""

    id: int
    code: str
    name: str
    kind: str
    unit: UnitRefAnswer
    share: float = Field(description="Of the area, 0 to 1.")


class AreaAnswer(BaseModel):
    """One area; its counts include the areas below."""

    id: int
    code: str
    name: str
    level: str
    kind: str
    generation: int
    current: bool = Field(description="It belongs to the generation that is valid now.")
    lon: float = Field(description="Of a point inside; CGCS2000, degrees.")
    lat: float = Field(description="Of a point inside; CGCS2000, degrees.")
    bounds: tuple[float, float, float, float] = Field(description="West, south, east, north; CGCS2000, degrees.")
    area_m2: float = Field(description="In the county's Gauss-Kruger zone.")
    parents: list[AreaLinkAnswer] = Field(description="From the coarsest down to the direct parent.")
    recorded_parent: str | None
    parent_by_geometry: str | None
    households: int | None
    team: TeamAnswer
    children: list[AreaLinkAnswer]
    below: list[BelowAnswer]
    neighbours: list[NeighbourAnswer]
    jurisdictions: list[JurisdictionAnswer]
    incidents: CountsAnswer
    units: list[UnitCountsAnswer]
    recent_30_days: int
    recent_per_100_households: float | None


class UnitAnswer(CountsAnswer):
    """A unit with its counts."""

    id: int
    code: str
    name: str
    short_name: str
    letter: str
    unit_type: str
    level: str
    township_code: str
    telephone: str
    colour_slot: int
    colour: str


class UnitsAnswer(BaseModel):
    """All units."""

    units: list[UnitAnswer]


def make_area_answer(page: AreaPage) -> AreaAnswer:
    """Fill the answer of an area."""
    facts = page.facts
    counts = {
        "open": page.open,
        "near_due": page.near_due,
        "overdue": page.overdue,
        "twice_overdue": page.twice_overdue,
    }
    return AreaAnswer(
        id=facts.id,
        code=facts.code,
        name=facts.name,
        level=facts.level,
        kind=facts.kind,
        generation=facts.generation_id,
        current=facts.is_current,
        lon=facts.lon,
        lat=facts.lat,
        bounds=(facts.west, facts.south, facts.east, facts.north),
        area_m2=facts.area_m2,
        parents=[AreaLinkAnswer(**asdict(parent)) for parent in page.parents],
        recorded_parent=facts.parent_code,
        parent_by_geometry=facts.parent_code_by_geometry,
        households=page.households,
        team=TeamAnswer(
            secretary=facts.team_secretary,
            worker=facts.team_worker,
            assistants=facts.team_assistants,
            vacancies=page.vacancies,
        ),
        children=[AreaLinkAnswer(**asdict(child)) for child in page.children],
        below=[BelowAnswer(**asdict(below)) for below in page.below],
        neighbours=[NeighbourAnswer(**asdict(neighbour)) for neighbour in page.neighbours],
        jurisdictions=[
            JurisdictionAnswer(
                id=found.id,
                code=found.code,
                name=found.name,
                kind=found.kind,
                unit=_make_unit_ref(
                    found.unit_id, found.unit_code, found.unit_name, found.unit_letter, found.unit_colour_slot
                ),
                share=found.share,
            )
            for found in page.jurisdictions
        ],
        incidents=CountsAnswer(**counts),
        units=[
            UnitCountsAnswer(
                unit=None
                if unit.unit_id is None
                else _make_unit_ref(
                    unit.unit_id,
                    unit.unit_code or "",
                    unit.unit_name or "",
                    unit.unit_letter or "",
                    unit.unit_colour_slot or 0,
                ),
                open=unit.open,
                near_due=unit.near_due,
                overdue=unit.overdue,
                twice_overdue=unit.twice_overdue,
            )
            for unit in page.units
        ],
        recent_30_days=page.recent,
        recent_per_100_households=page.recent_per_100_households,
    )


def make_unit_answer(unit: UnitRow) -> UnitAnswer:
    """Fill the answer of a unit."""
    return UnitAnswer(**asdict(unit), colour=make_colour(unit.colour_slot))


def _make_unit_ref(unit_id: int, code: str, name: str, letter: str, slot: int) -> UnitRefAnswer:
    return UnitRefAnswer(id=unit_id, code=code, name=name, letter=letter, colour=make_colour(slot))
