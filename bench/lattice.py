"""A made-up county of any size for measuring: a lattice whose neighbours share wiggly borders, with open incidents.

It has the numbers of a county (16 townships, 1,024 villages, 1,024 large grids, 4,096 small grids at side 64), not its
looks; that is what the demonstration county is for. Deterministic by its seed.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from gridmap.services.calendar import seed_calendar_on
from gridmap.storage.database import Connection

WEST, SOUTH, EAST, NORTH = 118.45, 36.65, 119.05, 37.25
STEPS_PER_EDGE = 12
"""Points on each border between two small grids: with side 64, about 200,000 vertices of small grids."""
BLOCKS = {"county": 64, "township": 16, "village": 2, "large_grid": 2, "small_grid": 1}


def fill_lattice(connection: Connection, *, incidents: int, units: int = 30, seed: int = 7) -> None:
    """Fill an empty, migrated database: areas, units, items, a calendar, open incidents. Commits nothing."""
    _insert_facts(connection, units)
    generation = connection.execute(
        "INSERT INTO generation (name, valid_from, published_at) VALUES ('lattice', '2020-01-01', now()) RETURNING id"
    ).fetchone()
    assert generation is not None
    lattice = _Lattice(seed)
    parents = {
        "county": None,
        "township": "county",
        "village": "township",
        "large_grid": "village",
        "small_grid": "large_grid",
    }
    with connection.cursor().copy(
        "COPY area (generation_id, level, code, name, parent_code, households, geom) FROM STDIN"
    ) as copy:
        for level, block in BLOCKS.items():
            for column in range(0, 64, block):
                for row in range(0, 64, block):
                    parent = parents[level]
                    up = None if parent is None else _make_code(parent, column, row)
                    geometry = f"SRID=4490;MULTIPOLYGON({lattice.make_ring(column, row, block)})"
                    code = _make_code(level, column, row)
                    copy.write_row((generation[0], level, code, code, up, 100 * block * block, geometry))
    connection.execute(
        "UPDATE area a SET parent_id = p.id FROM area p "
        "WHERE p.code = a.parent_code AND p.generation_id = a.generation_id"
    )
    connection.execute("ANALYZE area")
    insert_incidents(connection, count=incidents, seed=seed)
    connection.execute("ANALYZE incident")


def insert_incidents(connection: Connection, *, count: int, seed: int, days: int = 30) -> None:
    """Insert open incidents of the last `days` days, clustered round 60 places, through the rules of the database."""
    random = np.random.default_rng(seed)
    centres = random.uniform((WEST + 0.03, SOUTH + 0.03), (EAST - 0.03, NORTH - 0.03), (60, 2))
    points = centres[random.integers(0, 60, count)] + random.normal(0, 0.02, (count, 2))
    points = np.clip(points, (WEST + 0.001, SOUTH + 0.001), (EAST - 0.001, NORTH - 0.001))
    ages = np.sort(random.uniform(0, days * 86400, count))[::-1]
    now = datetime.now(UTC)
    channels = ["hotline", "grid_worker", "patrol", "camera", "mailbox"]
    statuses = ["reported", "accepted", "dispatched", "acknowledged", "handling"]
    for start in range(0, count, 5000):
        part = range(start, min(count, start + 5000))
        connection.execute(
            """
            INSERT INTO incident (channel, item_code, title, reported_lon, reported_lat, precision, reported_at, status)
            SELECT * FROM unnest(
                %s::text[], %s::text[], %s::text[], %s::float8[], %s::float8[], %s::text[], %s::timestamptz[],
                %s::text[])
            """,
            (
                [channels[n] for n in random.choice(5, len(part), p=[0.45, 0.35, 0.1, 0.07, 0.03])],
                [f"I{n:02d}" for n in np.minimum(59, random.exponential(15, len(part)).astype(int))],
                ["measured"] * len(part),
                [float(points[n, 0]) for n in part],
                [float(points[n, 1]) for n in part],
                [("exact", "village")[int(n)] for n in random.random(len(part)) < 0.05],
                [now - timedelta(seconds=float(ages[n])) for n in part],
                [statuses[n] for n in random.choice(5, len(part), p=[0.1, 0.15, 0.25, 0.2, 0.3])],
            ),
        )


def _insert_facts(connection: Connection, units: int) -> None:
    seed_calendar_on(connection, today=datetime.now(UTC).date())
    connection.execute(
        """
        INSERT INTO unit (code, name, short_name, letter, unit_type, level, colour_slot)
        SELECT 'U' || n, 'Unit ' || n, 'U' || n, 'U' || n, 'type' || n, 'county', n FROM generate_series(0, %s - 1) n
        """,
        (units,),
    )
    connection.execute("INSERT INTO responsibility_list (name, effective_from) VALUES ('bench', '2020-01-01')")
    connection.execute(
        """
        INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit)
        SELECT l.id, 'I' || lpad(n::text, 2, '0'), 'Class ' || mod(n, 8), 'Item ' || n, 'county',
            CASE mod(n, 4) WHEN 0 THEN 1 WHEN 1 THEN 5 WHEN 2 THEN 4 ELSE 3 END,
            CASE mod(n, 4) WHEN 2 THEN 'working_hour' ELSE 'working_day' END
        FROM responsibility_list l, generate_series(0, 59) n
        """
    )
    connection.execute(
        """
        INSERT INTO responsibility_duty (item_id, role, unit_type, number)
        SELECT id, 'lead', 'type' || (mod(row_number() OVER (ORDER BY id) * 7, %s)), 1 FROM responsibility_item
        """,
        (units,),
    )


def _make_code(level: str, column: int, row: int) -> str:
    block = BLOCKS[level]
    return f"{level[0]}{column // block:02d}{row // block:02d}"


class _Lattice:
    """Corner points and border lines, each made once, so that both neighbours have the same."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        step = np.array([(EAST - WEST) / 64, (NORTH - SOUTH) / 64])
        grid = np.stack(np.meshgrid(np.arange(65), np.arange(65), indexing="ij"), axis=-1)
        self._corners = np.array([WEST, SOUTH]) + (grid + random.uniform(-0.25, 0.25, (65, 65, 2))) * step
        wiggle = np.zeros((2, 65, 65, STEPS_PER_EDGE, 2))
        wiggle[..., 1:, :] = random.normal(0, 0.03, (2, 65, 65, STEPS_PER_EDGE - 1, 2)) * step
        self._wiggle = wiggle

    def make_ring(self, column: int, row: int, block: int) -> str:
        """Write the border of a block of small grids as the inside of a WKT polygon."""
        far_column, far_row = column + block, row + block
        parts = [self._line(0, c, row) for c in range(column, far_column)]
        parts += [self._line(1, far_column, r) for r in range(row, far_row)]
        parts += [self._line(0, c, far_row)[::-1] for c in reversed(range(column, far_column))]
        parts += [self._line(1, column, r)[::-1] for r in reversed(range(row, far_row))]
        points = [point for part in parts for point in part[:-1]]
        points.append(points[0])
        return "((" + ",".join(f"{x:.7f} {y:.7f}" for x, y in points) + "))"

    def _line(self, way: int, column: int, row: int) -> NDArray[np.float64]:
        start = self._corners[column, row]
        end = self._corners[column + 1, row] if way == 0 else self._corners[column, row + 1]
        share = np.linspace(0, 1, STEPS_PER_EDGE + 1)[:, None]
        line = start + (end - start) * share
        line[:-1] += self._wiggle[way, column, row]
        line[-1] = end
        return np.round(line, 7)
