"""Load a county that is in memory: the demonstration's, through the same storage functions as the importers."""

import logging
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from gridmap.domain.area_shapes import make_polygons
from gridmap.domain.areas import STORAGE_CRS
from gridmap.domain.responsibility.frame import make_items
from gridmap.domain.zone import find_measure_srid
from gridmap.errors import ConflictError
from gridmap.services.drafts import open_draft
from gridmap.services.publish import Publication, publish_draft_within
from gridmap.services.responsibility import store_items
from gridmap.services.units import store_units
from gridmap.storage import areas as area_storage
from gridmap.storage import generations
from gridmap.storage import map_features as feature_storage
from gridmap.storage import units as unit_storage
from gridmap.storage.database import Connection, Database

if TYPE_CHECKING:
    from gridmap.demonstration import County

logger = logging.getLogger(__name__)

VALID_FROM = date(2026, 1, 1)

Progress = Callable[[str, float], None]


def load_county(
    database: Database,
    county: "County",
    progress: Progress | None = None,
    *,
    name: str = "2026",
    valid_from: date = VALID_FROM,
    also: Callable[[Connection], None] | None = None,
) -> Publication:
    """Load a whole county into a database that holds none, and publish it; one transaction.

    Parameters
    ----------
    county
        Frames in EPSG:4490 with the columns that `gridmap.demonstration.County` describes. Not changed.
    progress
        Called with a step in words and the share done, 0 to 1.
    also
        What belongs to the same transaction, done last.

    Raises
    ------
    ConflictError
        If the database holds areas already.
    """
    say = progress or (lambda _step, _share: None)
    with database.connect() as connection:
        if generations.list_generations(connection):
            raise ConflictError(
                f"The database ({database.where}) holds areas already: a county is loaded into an empty one."
            )
        say("Storing areas", 0.0)
        draft = open_draft(connection, name=name, copy_current=False)
        # Before the areas, so that they are measured once.
        west, _, east, _ = county.areas.total_bounds
        generations.update_measure_srid(connection, find_measure_srid(float(west + east) / 2))
        area_storage.insert_areas(connection, draft, _make_multi(county.areas), source_datum="cgcs2000")
        say("Storing units", 0.2)
        store_units(connection, county.units, source="units")
        unit_storage.upsert_jurisdictions(connection, _make_multi(county.jurisdictions))
        items = make_items(county.duties, unit_types=set(county.duties["unit_type"]), source="duties")
        store_items(connection, items, name=name, effective_from=valid_from, source="items")
        say("Storing addresses", 0.3)
        feature_storage.insert_addresses(connection, county.addresses)
        say("Storing roads, rivers, settlements", 0.7)
        feature_storage.insert_map_features(connection, county.roads, kind="road", class_column="class_name")
        feature_storage.insert_map_features(connection, county.rivers, kind="river", class_column="class_name")
        feature_storage.insert_map_features(connection, county.settlements, kind="settlement", class_column=None)
        say("Publishing", 0.8)
        published = publish_draft_within(connection, valid_from=valid_from)
        if also is not None:
            also(connection)
    with database.connect(autocommit=True) as connection:
        # The planner's first questions come seconds later, before autovacuum.
        connection.execute("ANALYZE")
    say("Storing areas", 1.0)
    return published


def _make_multi(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy()
    if (shapely.get_type_id(shapes) == 6).all():
        return frame
    made = gpd.GeoSeries([make_polygons(shape) for shape in shapes], index=frame.index, crs=STORAGE_CRS)
    return frame.set_geometry(made)
