"""A county from memory: everything in its table, the tree whole, a second one refused."""

import time
from pathlib import Path

import pytest

from gridmap.demonstration import make_county
from gridmap.domain.areas import AreaLevel
from gridmap.errors import ConflictError
from gridmap.services.check_areas import check_areas
from gridmap.services.load_county import load_county
from gridmap.storage.database import Database

DATA_DIR = Path(__file__).resolve().parents[2] / "data"


def test_load_a_part_of_the_demonstration(fresh_database: Database) -> None:
    county = make_county(DATA_DIR, townships=2)
    steps: list[float] = []
    begun = time.perf_counter()
    published = load_county(fresh_database, county, lambda _step, share: steps.append(share))
    assert time.perf_counter() - begun < 30
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    levels = county.areas["level"].value_counts()
    assert published.areas == {AreaLevel(level): count for level, count in levels.items()}
    assert published.orphans == {}
    counts = {
        "area": len(county.areas),
        "unit": len(county.units),
        "jurisdiction": len(county.jurisdictions),
        "responsibility_item": len(county.items),
        "address": len(county.addresses),
        "map_feature": len(county.roads) + len(county.rivers) + len(county.settlements),
    }
    with fresh_database.connect() as connection:
        for table, count in counts.items():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table  # type: ignore[arg-type]
        households = connection.execute("SELECT sum(households) FROM address").fetchone()
        differing = connection.execute(
            "SELECT count(*) FROM area WHERE parent_code IS NOT NULL AND parent_code <> parent_code_by_geometry"
        ).fetchone()
        slots = connection.execute("SELECT code, colour_slot FROM unit").fetchall()
        index = connection.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'address_geom'").fetchone()
    assert households == (int(county.addresses["households"].sum()),)
    assert differing == (0,)
    assert dict(slots) == dict(zip(county.units["code"], county.units["colour_slot"].astype(int), strict=True))
    assert index == (1,)
    kinds = {finding.kind.value for finding in check_areas(fresh_database).findings}
    assert kinds <= {"households_out_of_band"}
    with pytest.raises(ConflictError, match="holds areas already"):
        load_county(fresh_database, county)
