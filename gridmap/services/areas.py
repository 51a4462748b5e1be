"""The page of one area: all that a panel or the API says of it."""

from dataclasses import dataclass

from gridmap.domain.areas import AreaId, AreaLevel
from gridmap.errors import InputError, NotFoundError
from gridmap.sentence import Term, list_texts
from gridmap.storage import area_pages as storage
from gridmap.storage.area_pages import AreaFacts, AreaJurisdiction, AreaLink, Below, Neighbour, UnitCounts
from gridmap.storage.database import Connection, Database

__all__ = [
    "AreaFacts",
    "AreaJurisdiction",
    "AreaLink",
    "AreaPage",
    "Below",
    "Neighbour",
    "UnitCounts",
    "find_area_by_code",
    "find_area_page",
]

RECENT_DAYS = 30


@dataclass(frozen=True)
class AreaPage:
    """All that is said of one area; counts include the areas below it, at the instant of the question."""

    facts: AreaFacts
    parents: list[AreaLink]
    """From the coarsest down to the direct parent."""
    children: list[AreaLink]
    below: list[Below]
    """Everything under the area by level, from coarse to fine."""
    neighbours: list[Neighbour]
    jurisdictions: list[AreaJurisdiction]
    units: list[UnitCounts]
    recent: int
    """Incidents reported in the last 30 days."""

    @property
    def households(self) -> int | None:
        """Households of the area, or else the sum of the first level below that knows them."""
        if self.facts.households is not None:
            return self.facts.households
        return next((below.households for below in self.below if below.households is not None), None)

    @property
    def open(self) -> int:
        """Open incidents."""
        return sum(unit.open for unit in self.units)

    @property
    def near_due(self) -> int:
        """Open incidents of which 75 % of the limit is used, not yet overdue."""
        return sum(unit.near_due for unit in self.units)

    @property
    def overdue(self) -> int:
        """Open incidents past due, those twice overdue included."""
        return sum(unit.overdue for unit in self.units)

    @property
    def twice_overdue(self) -> int:
        """Open incidents that have used 200 % of the limit."""
        return sum(unit.twice_overdue for unit in self.units)

    @property
    def recent_per_100_households(self) -> float | None:
        """Incidents of the last 30 days per 100 households; None without households."""
        return 100.0 * self.recent / self.households if self.households else None

    @property
    def vacancies(self) -> list[str]:
        """Posts of the team "1+1+N" that are known to be empty: secretary, worker, assistants."""
        facts = self.facts
        empty = {
            "secretary": facts.team_secretary is False,
            "worker": facts.team_worker is False,
            "assistants": facts.team_assistants == 0,
        }
        return [post for post, is_empty in empty.items() if is_empty]


def find_area_page(database: Database, area_id: int) -> AreaPage:
    """Find the page of an area by its id, of any generation.

    Raises
    ------
    NotFoundError
        If there is no such area.
    """
    if not 0 < area_id < 2**31:
        raise NotFoundError("There is no area with id {area}.", area=area_id)
    with database.connect() as connection:
        return _find_page(connection, AreaId(area_id))


def find_area_by_code(database: Database, code: str, *, level: str | None = None) -> AreaPage:
    """Find the page of an area of the current generation by its code.

    Parameters
    ----------
    level
        Needed only to see a coarser area whose code a finer one has too: without it the finest is found.

    Raises
    ------
    InputError
        If there is no such level.
    NotFoundError
        If there is no such area.
    """
    if level is not None and level not in set(AreaLevel):
        raise InputError("level {level} is none of {levels}.", level=level, levels=list_texts(AreaLevel))
    if "\0" in code:
        raise InputError("A code can't hold the character U+0000.")
    with database.connect() as connection:
        found = storage.find_area_id(connection, code, level=level)
        if found is None:
            if not level:
                raise NotFoundError("There is no area with code {code} in the current generation.", code=code)
            raise NotFoundError(
                "There is no area of level {level} with code {code} in the current generation.",
                level=Term("level", level),
                code=code,
            )
        return _find_page(connection, found)


def _find_page(connection: Connection, area_id: AreaId) -> AreaPage:
    facts = storage.find_area_facts(connection, area_id)
    if facts is None:
        raise NotFoundError("There is no area with id {area}.", area=area_id)
    return AreaPage(
        facts=facts,
        parents=storage.list_parents(connection, area_id),
        children=storage.list_children(connection, area_id),
        below=storage.list_below(connection, area_id),
        neighbours=storage.list_neighbours(connection, area_id),
        jurisdictions=storage.list_area_jurisdictions(connection, area_id),
        units=storage.list_unit_counts(connection, area_id),
        recent=storage.count_recent_incidents(connection, area_id, days=RECENT_DAYS),
    )
