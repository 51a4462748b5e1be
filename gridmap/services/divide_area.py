"""Divide villages of the database: read one, plan it, edit the plan, and put it into a new generation."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.domain.areas import AREA_COLUMNS, STORAGE_CRS, GenerationId
from gridmap.domain.divide.seam import insert_vertices
from gridmap.domain.divide.village import (
    Ground,
    PlanRequest,
    VillagePlan,
    count_moved,
    edit_village,
    find_today_labels,
    plan_village,
)
from gridmap.errors import ConflictError, NotFoundError
from gridmap.services.divide_coverage import check_coverage_within
from gridmap.services.divide_teams import list_grid_rows
from gridmap.services.drafts import open_draft
from gridmap.services.publish import Publication, publish_draft_within
from gridmap.services.transaction import transaction
from gridmap.storage import areas as area_storage
from gridmap.storage import divide as storage
from gridmap.storage import generations
from gridmap.storage.database import Connection, Database

_KEPT_VILLAGES = 8
_KEPT_PLANS = 32


@dataclass(frozen=True, eq=False)
class Village:
    """A village with all that its division needs, and what it looks like today."""

    id: int
    generation_id: int
    code: str
    name: str
    kind: str
    version: str
    """Changes with the generation, the addresses, the grids and the barriers."""
    ground: Ground
    outline: shapely.Geometry
    grids: list[storage.GridRow]
    """Today's small grids, in the order of `ground.today_codes`."""
    today_label: NDArray[np.int64]
    barrier_names: list[str]
    first_day: date
    """The first day that a new generation may begin."""


@dataclass(frozen=True)
class Stored:
    """A plan in a draft, or published."""

    generation_id: int
    name: str
    grids: int
    people_moved: int
    publication: Publication | None


def read_village(database: Database, *, code: str | None = None, area_id: int | None = None) -> Village:
    """Read a village by its code, or the one that an area of the current generation is or lies in.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    with transaction(database) as connection:
        return read_village_within(connection, code=code, area_id=area_id)


def read_village_within(connection: Connection, *, code: str | None = None, area_id: int | None = None) -> Village:
    """Read a village in a transaction that is open; the same as `read_village` otherwise."""
    row = storage.find_village(connection, code=code, area_id=area_id)
    if row is None:
        if code is not None:
            raise NotFoundError(
                "There is no village {code} in the current generation. Choose a village, or a grid of one.", code=code
            )
        raise NotFoundError(
            "There is no village that area {area} lies in in the current generation. Choose a village, or a grid of "
            "one.",
            area=str(area_id),
        )
    grids = storage.list_grids(connection, row.id)
    small = [grid for grid in grids if grid.level == "small_grid"]
    large = [grid for grid in grids if grid.level == "large_grid"]
    addresses = storage.list_addresses(connection, row.id)
    barriers = storage.list_barriers(connection, row.id)
    around = storage.list_neighbour_grids(
        connection, row.id, GenerationId(row.generation_id), own=[grid.code for grid in small]
    )
    outline = shapely.from_wkb(row.shape)
    cells = _make_shapes([shapely.from_wkb(grid.shape) for grid in large] or [outline])
    today = _make_shapes([shapely.from_wkb(grid.shape) for grid in small])
    # What the grids next door have as a vertex on the outline is one here too.
    places = shapely.get_coordinates([shape for _, shape in around])
    cells, _ = insert_vertices(cells, places)
    ground = Ground(
        code=row.code,
        cell_codes=[grid.code for grid in large] or [row.code],
        cells=cells,
        lon=np.array([one.lon for one in addresses], dtype=np.float64),
        lat=np.array([one.lat for one in addresses], dtype=np.float64),
        households=np.array([one.households for one in addresses], dtype=np.int64),
        hamlet=[one.hamlet for one in addresses],
        today_codes=[grid.code for grid in small],
        today=today,
        barriers=_make_shapes([shapely.from_wkb(one.shape) for one in barriers]),
        barrier_groups=[f"{one.kind}:{one.class_name}" for one in barriers],
    )
    newest = generations.find_newest_valid_from(connection)
    first_day = generations.find_today(connection)
    return Village(
        row.id, row.generation_id, row.code, row.name, row.kind, _find_version(row, grids, addresses, barriers), ground,
        outline, small, find_today_labels(ground), [one.name for one in barriers],
        max(first_day, newest) if newest is not None else first_day,
    )  # fmt: skip


def _make_shapes(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def _find_version(
    row: storage.VillageRow,
    grids: list[storage.GridRow],
    addresses: list[storage.AddressRow],
    barriers: list[storage.BarrierRow],
) -> str:
    digest = hashlib.sha256(f"{row.generation_id} {row.code}".encode())
    digest.update(row.shape)
    for shape in [*(one.shape for one in grids), *(one.shape for one in barriers)]:
        digest.update(shape)
    digest.update(repr([(one.id, one.households, one.hamlet, one.lon, one.lat) for one in addresses]).encode())
    return digest.hexdigest()[:20]


class VillagePlans:
    """Plans of villages, made when they are asked for. What was made is kept for a while, which nothing depends on.

    The state of an edit is its request and labels alone: any process that has the database gives the same answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._villages: OrderedDict[tuple[str, str, str], Village] = OrderedDict()
        self._plans: OrderedDict[tuple[str, str, PlanRequest], VillagePlan] = OrderedDict()

    def find_village(self, database: Database, code: str) -> Village:
        """Read a village, and keep it for the edits to come."""
        village = read_village(database, code=code)
        self._keep_village(database, village)
        return village

    def find_plan(
        self, database: Database, code: str, version: str, request: PlanRequest
    ) -> tuple[Village, VillagePlan]:
        """Find the plan of a village by a request.

        Raises
        ------
        ConflictError
            If the village is no longer that of the version.
        InputError, PlanError
            As `plan_village`.
        """
        with self._lock:
            village = self._villages.get((database.where, code, version))
        if village is None:
            village = self.find_village(database, code)
            _check_version(village, version)
        key = (code, version, request)
        with self._lock:
            plan = self._plans.get(key)
        if plan is None:
            plan = plan_village(village.ground, request)
            with self._lock:
                self._plans[key] = plan
                while len(self._plans) > _KEPT_PLANS:
                    self._plans.popitem(last=False)
        return village, plan

    def _keep_village(self, database: Database, village: Village) -> None:
        with self._lock:
            self._villages[database.where, village.code, village.version] = village
            while len(self._villages) > _KEPT_VILLAGES:
                self._villages.popitem(last=False)


def _check_version(village: Village, version: str) -> None:
    if village.version != version:
        raise ConflictError(
            "Village {code} ({name}) has changed since it was read: its grids, addresses or roads are others now. "
            "Load it again.",
            code=village.code,
            name=village.name,
        )


def draw_plan(plan: VillagePlan, label: Sequence[int] | None) -> VillagePlan:
    """Draw a plan for labels of its addresses; without labels it is the plan itself.

    Raises
    ------
    LabelError, InputError
        As `edit_village`.
    """
    if label is None or list(label) == plan.label.tolist():
        return plan
    return edit_village(plan, label)


def publish_plan(
    database: Database,
    *,
    code: str,
    version: str,
    request: PlanRequest,
    label: Sequence[int] | None = None,
    valid_from: date | None = None,
    draft_only: bool = False,
) -> Stored:
    """Put the plan of a village into a new generation, and publish it unless `draft_only`; one transaction.

    Everything is computed anew from what the database holds: no geometry comes from outside.

    Raises
    ------
    ConflictError
        If the village has changed since it was read; if there is a draft already and it is to be published; if
        `valid_from` is before the newest generation.
    CoverageError
        If the small grids of the draft would not tile the county.
    """
    with transaction(database) as connection:
        generations.lock_generations(connection)
        village = read_village_within(connection, code=code)
        _check_version(village, version)
        if not draft_only and generations.find_draft(connection) is not None:
            raise ConflictError(
                "There is an unpublished draft with other changes, which would be published as well. Publish it or "
                "discard it first, or put this plan into the draft."
            )
        plan = draw_plan(plan_village(village.ground, request), label)
        draft = open_draft(connection)
        store_plan_within(connection, draft, village, plan)
        if draft_only:
            # Who publishes checks it as well.
            check_coverage_within(connection, draft, GenerationId(village.generation_id))
        moved = count_moved(plan, village.today_label)
        name = next(found.name for found in generations.list_generations(connection) if found.id == draft)
        published = None if draft_only else publish_draft_within(connection, valid_from=valid_from, rejoin_open=True)
        return Stored(int(draft), name, len(plan.codes), moved, published)


def store_plan_within(connection: Connection, draft: GenerationId, village: Village, plan: VillagePlan) -> None:
    """Replace the small grids of a village in a draft by those of a plan, and fit the grids next door to them."""
    ground = village.ground
    old_codes = storage.delete_small_grids(
        connection, draft, codes=ground.today_codes, parents=[*ground.cell_codes, ground.code]
    )
    around = storage.list_neighbour_grids(connection, village.id, draft, own=[*old_codes, *plan.codes])
    beside = _make_shapes([shape for _, shape in around])
    # Both ways: the draft may hold new grids next door, which the plan does not know of.
    shapes, _ = insert_vertices(plan.shapes, shapely.get_coordinates(beside))
    # What was a vertex here before fits already, and may graze a border next door that it is no part of.
    before = {(x, y) for x, y in shapely.get_coordinates(ground.today).tolist()}
    new = [place for place in shapely.get_coordinates(shapes).tolist() if (place[0], place[1]) not in before]
    fitted, changed = insert_vertices(beside, np.array(new).reshape(-1, 2))
    rows = list_grid_rows(village.name, village.grids, plan)
    multi = _make_shapes([shapely.MultiPolygon([shape]) for shape in shapes])
    table = pd.DataFrame(rows, columns=list(AREA_COLUMNS), dtype=object)
    frame = gpd.GeoDataFrame(table, geometry=multi, crs=STORAGE_CRS)
    area_storage.insert_areas(connection, draft, frame, source_datum="cgcs2000")
    for (code, _), shape, is_changed in zip(around, fitted, changed, strict=True):
        if is_changed:
            storage.update_shape(connection, draft, code, shape)
    storage.update_special_parents(connection, draft, old_codes=old_codes, codes=plan.codes)
