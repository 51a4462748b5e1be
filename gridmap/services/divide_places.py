"""The places that can be divided: county, townships and villages, with outlines to choose from on a map."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.services.transaction import transaction
from gridmap.storage import divide_draft as storage
from gridmap.storage import generations
from gridmap.storage.database import Database

# Some 20 m: what a village's outline may be off where one only chooses from a map. No boundary is made of it.
_SIMPLIFY_DEG = 0.0002


@dataclass(frozen=True)
class Places:
    """County, townships and villages of a generation."""

    generation_id: int | None
    rows: list[storage.PlaceRow]
    outlines: list[shapely.Geometry]
    """Simplified outline of each, in EPSG:4490."""
    barrier_groups: list[str]


def list_places(database: Database) -> Places:
    """List the places of the current generation, coarse ones first; none before anything is published."""
    with transaction(database) as connection:
        current = generations.find_current_generation(connection)
        rows = storage.list_places(connection)
        groups = storage.list_barrier_groups(connection)
    shapes = shapely.from_wkb(np.array([row.shape for row in rows], dtype=object))
    return Places(
        None if current is None else int(current),
        rows,
        list(shapely.simplify(shapes, _SIMPLIFY_DEG)),
        groups,
    )
