"""Check where jurisdictions overlap and where they leave gaps, as they are valid today."""

from dataclasses import dataclass
from datetime import date

from gridmap.domain.jurisdiction_checks import (
    JurisdictionFinding,
    JurisdictionFindingKind,
    StandIn,
    list_jurisdiction_findings,
)
from gridmap.domain.zone import find_measure_crs
from gridmap.errors import NotFoundError
from gridmap.services.transaction import transaction
from gridmap.storage import areas, generations
from gridmap.storage import jurisdictions as storage
from gridmap.storage.database import Database

__all__ = ["JurisdictionCheck", "JurisdictionFinding", "JurisdictionFindingKind", "StandIn", "check_jurisdictions"]


@dataclass(frozen=True)
class JurisdictionCheck:
    """The findings of a day, and how many jurisdictions each unit type has then."""

    day: date
    jurisdictions: dict[str, int]
    has_outline: bool
    findings: list[JurisdictionFinding]


def check_jurisdictions(database: Database, *, day: date | None = None) -> JurisdictionCheck:
    """Check the jurisdictions that are valid on a day (None: today in the county's zone) against the county of now.

    Raises
    ------
    NotFoundError
        If none is valid then.
    """
    with transaction(database) as connection:
        on = day or generations.find_today(connection)
        found = storage.read_jurisdictions(connection, day=on)
        current = [one for one in generations.list_generations(connection) if one.is_current]
        outline = areas.find_outline(connection, current[0].id) if current else None
        counts = storage.list_stand_ins(connection, day=on, generation_id=current[0].id if current else None)
    if found.empty:
        raise NotFoundError(f"No jurisdiction is valid on {on}. Begin with: gridmap import jurisdictions FILE ...")
    west, _, east, _ = found.total_bounds
    findings = list_jurisdiction_findings(
        found,
        outline,
        stand_ins={one[0]: _make_stand_in(*one[1:]) for one in counts},
        measure_crs=find_measure_crs(float(west + east) / 2),
    )
    by_type = {str(name): int(count) for name, count in found["unit_type"].value_counts().sort_index().items()}
    return JurisdictionCheck(on, by_type, outline is not None, findings)


def _make_stand_in(has_county_unit: bool, townships_with: int, townships: int) -> StandIn:
    if has_county_unit:
        return StandIn.COUNTY
    if townships_with == 0:
        return StandIn.NOBODY
    return StandIn.TOWNSHIPS if townships_with >= townships else StandIn.SOME_TOWNSHIPS
