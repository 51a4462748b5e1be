"""Check the areas of a generation: gaps, overlaps, slivers, parents, households, names."""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.domain.area_checks import list_findings
from gridmap.domain.areas import AreaLevel, GenerationId, find_parent_level
from gridmap.domain.findings import Finding, FindingKind
from gridmap.domain.zone import find_measure_crs
from gridmap.errors import NotFoundError
from gridmap.storage import areas as storage
from gridmap.storage import generations
from gridmap.storage.database import Connection, Database

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class AreaCheck:
    """The findings of one generation, by level from coarse to fine and then the gravest first."""

    generation_id: GenerationId
    generation_name: str
    areas: dict[AreaLevel, int]
    findings: list[Finding]

    def count_by_kind(self) -> dict[tuple[AreaLevel, FindingKind], int]:
        """Count the findings by level and kind; only those that occur."""
        counts: dict[tuple[AreaLevel, FindingKind], int] = {}
        for finding in self.findings:
            key = (finding.level, finding.kind)
            counts[key] = counts.get(key, 0) + 1
        return counts


def check_areas(
    database: Database,
    *,
    level: AreaLevel | None = None,
    generation_name: str | None = None,
    progress: Progress | None = None,
) -> AreaCheck:
    """Check one level, or all, of a generation: the draft if there is one, else the current one.

    Raises
    ------
    NotFoundError
        If there is no such generation, or it has no areas of that level.
    """
    say = progress or (lambda _step, _share: None)
    with database.connect() as connection:
        generation, name = _find_generation(connection, generation_name)
        counts = storage.count_areas(connection, generation)
        if level is not None and level not in counts:
            raise NotFoundError(
                f"Generation {name} has no areas of level {level}. It has: {', '.join(counts) or 'none'}."
            )
        areas = storage.read_areas(connection, generation, list(counts))
    if areas.empty:
        raise NotFoundError(f"Generation {name} has no areas. Import some first.")
    west, _, east, _ = areas.total_bounds
    measure_crs = find_measure_crs(float(west + east) / 2)
    by_level = {present: areas[areas["level"] == present.value].reset_index(drop=True) for present in counts}
    wanted = [present for present in counts if level in (None, present)]
    total = sum(counts[present] for present in wanted)
    findings: list[Finding] = []
    done = 0
    for present in wanted:
        parent_level = find_parent_level(present, counts)
        parents = None if parent_level is None else by_level[parent_level]
        findings += list_findings(
            by_level[present],
            parents,
            level=present,
            measure_crs=measure_crs,
            step=lambda step, present=present, done=done: say(f"{present}: {step}", done / total),  # type: ignore[misc]
        )
        done += counts[present]
    say("done", 1.0)
    return AreaCheck(generation, name, {present: counts[present] for present in wanted}, findings)


def _find_generation(connection: Connection, name: str | None) -> tuple[GenerationId, str]:
    found = generations.list_generations(connection)
    if name is not None:
        chosen = [generation for generation in found if generation.name == name]
        if not chosen:
            there = ", ".join(generation.name for generation in found) or "none"
            raise NotFoundError(f"There is no generation {name}. There are: {there}.")
    else:
        # The draft is what can still be put right.
        chosen = [generation for generation in found if generation.published_at is None]
        chosen = chosen or [generation for generation in found if generation.is_current]
    if not chosen:
        raise NotFoundError("There are no areas yet. Begin with: gridmap import areas FILE --level ...")
    return chosen[0].id, chosen[0].name
