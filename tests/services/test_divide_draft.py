"""The draft of divisions: what it changes, published only when it tiles, discarded as a whole."""

import pytest

from gridmap.domain.divide.village import PlanRequest
from gridmap.errors import ConflictError
from gridmap.services.divide_area import publish_plan, read_village
from gridmap.services.divide_coverage import CoverageError
from gridmap.services.divide_draft import discard_draft, find_draft_summary, publish_divided_draft
from gridmap.services.divide_places import list_places
from gridmap.services.publish import publish_draft
from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, VILLAGES
from tests.divided_county import EAST_VILLAGE, insert_divided_county, is_valid_coverage, read_small


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_divided_county(connection)
    return fresh_database


@pytest.fixture
def draft(county: Database) -> int:
    """The number of a draft with a plan of one village."""
    village = read_village(county, code=EAST_VILLAGE)
    stored = publish_plan(county, code=EAST_VILLAGE, version=village.version, request=PlanRequest(), draft_only=True)
    return stored.generation_id


def spoil(county: Database, draft: int, statement: str) -> None:
    with county.connect() as connection:
        connection.execute(statement.encode(), {"draft": draft})


MOVE_GRID = (
    "UPDATE area SET geom = public.ST_Translate(geom, 0.0001, 0) WHERE generation_id = %(draft)s AND code = '"
    + VILLAGES[0]
    + "001'"
)
DELETE_GRID = "DELETE FROM area WHERE generation_id = %(draft)s AND code = '" + VILLAGES[3] + "001'"


def test_the_summary_names_the_villages_that_change_and_no_others(county: Database, draft: int) -> None:
    found = find_draft_summary(county)
    assert found is not None
    assert found.generation_id == draft
    # The neighbours took over vertices on the common border; that changes nothing of theirs.
    assert [(one.code, one.name, one.township, one.grids_before, one.grids) for one in found.villages] == [
        (EAST_VILLAGE, "南村", "一街道", 2, 3)
    ]
    assert (found.villages[0].households_min, found.villages[0].households_max) == (100, 100)
    assert found.other_changes == 0
    spoil(county, draft, "UPDATE area SET name = 'x' WHERE generation_id = %(draft)s AND level = 'township'")
    again = find_draft_summary(county)
    assert again is not None
    assert again.other_changes == len(TOWNSHIPS)


def test_it_is_published_once_and_then_there_is_none(county: Database, draft: int) -> None:
    done = publish_divided_draft(county, generation_id=draft)
    assert done.generation_id == draft
    assert find_draft_summary(county) is None
    after = read_small(county)
    assert len(after) == 9
    assert is_valid_coverage(list(after.values()))
    with pytest.raises(ConflictError, match="published or discarded meanwhile"):
        publish_divided_draft(county, generation_id=draft)
    with pytest.raises(ConflictError, match="published or discarded meanwhile"):
        discard_draft(county, generation_id=draft)
    assert read_small(county) == after


def test_discarding_leaves_today_as_it_is(county: Database, draft: int) -> None:
    before = read_small(county)
    with pytest.raises(ConflictError, match="not there any more"):
        discard_draft(county, generation_id=draft + 1)
    discard_draft(county, generation_id=draft)
    assert find_draft_summary(county) is None
    assert read_small(county) == before


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        # Moved east: over the village beside it, and off the western border of its own.
        (MOVE_GRID, {"overlap", "parent_not_covered"}),
        # On the rim of the county no gap is enclosed; its village has land in no grid.
        (DELETE_GRID, {"parent_not_covered"}),
    ],
)
def test_grids_that_do_not_tile_are_not_published(
    county: Database, draft: int, statement: str, kinds: set[str]
) -> None:
    spoil(county, draft, statement)
    with pytest.raises(CoverageError, match=r"m2 at 118\.8\d+ E, 36\.9\d+ N") as refused:
        publish_divided_draft(county, generation_id=draft)
    assert {fault.kind for fault in refused.value.faults} == kinds
    # The command has no other door; a survey's faults are published when that is said.
    with pytest.raises(CoverageError):
        publish_draft(county)
    assert find_draft_summary(county) is not None
    assert len(read_small(county)) == 8
    publish_draft(county, accept_faults=True)
    assert find_draft_summary(county) is None


def test_what_is_wrong_today_already_does_not_block_a_division(county: Database) -> None:
    with county.connect() as connection:
        row = connection.execute("SELECT generation_at(now())").fetchone()
    assert row is not None
    spoil(county, row[0], MOVE_GRID)
    village = read_village(county, code=VILLAGES[3])
    stored = publish_plan(county, code=VILLAGES[3], version=village.version, request=PlanRequest(), draft_only=True)
    # A new fault is still found beside the known one.
    spoil(county, stored.generation_id, DELETE_GRID)
    with pytest.raises(CoverageError) as refused:
        publish_divided_draft(county, generation_id=stored.generation_id)
    assert [fault.codes for fault in refused.value.faults] == [(VILLAGES[3],)]


def test_places_are_listed_with_their_grids_and_barriers(county: Database) -> None:
    places = list_places(county)
    assert [row.level for row in places.rows] == ["county", "township", "township"] + 4 * ["village"]
    assert [row.grids for row in places.rows if row.level == "village"] == 4 * [2]
    assert places.barrier_groups == ["river:canal"]
    ids = {row.id: row.level for row in places.rows}
    assert [ids.get(row.parent_id or 0, "") for row in places.rows] == ["", *2 * ["county"], *4 * ["township"]]
