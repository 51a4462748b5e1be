"""How long it takes to place a million points in about 4,000 grids, beside geopandas.sjoin and a PostGIS join.

    python -m bench.locate [--points 1000000] [--repeat 3] [--out bench/results/locate.md]

All in one run on the same points and grids, one after another on one thread, each `repeat` times; the best of each
counts. The time is that of the processor (of this process, or of the database's), which other work on the machine
disturbs least; the wall clock stands beside it. The points are half even over the county, half drawn per grid (small
dense grids get as many as large empty ones), and one in a hundred is a vertex of a grid, so that borders and corners
occur. All answers are compared, point by point.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from bench.locate_county import make_grids
from gridmap.domain.location import Locator, make_area_set
from gridmap.domain.zone import find_central_meridian, find_measure_srid
from gridmap.storage.database import Connection, make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import open_private_server

Strings = NDArray[np.object_]
T = TypeVar("T")


@dataclass(frozen=True)
class Times:
    """Seconds on the wall and of the processor."""

    wall: float
    cpu: float


LOCATE_CALLS = 5_000
MARGIN_SAMPLE = 20_000


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "locate.md")
    options = parser.parse_args()
    codes, grids = make_grids()
    lon, lat = make_points(grids, options.points)
    lines = bench(codes, grids, lon, lat, repeat=options.repeat)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def make_points(grids: Strings, count: int, *, seed: int = 7) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Make the points that the module's text describes."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(grids)
    xy = rng.uniform([west, south], [east, north], (count, 2))
    bounds = shapely.bounds(grids)[rng.integers(0, len(grids), count // 2)]
    xy[: count // 2] = bounds[:, :2] + (bounds[:, 2:] - bounds[:, :2]) * rng.uniform(0, 1, (count // 2, 2))
    vertices = shapely.get_coordinates(grids)
    xy[: count // 100] = vertices[rng.integers(0, len(vertices), count // 100)]
    rng.shuffle(xy)
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def bench(
    codes: list[str], grids: Strings, lon: NDArray[np.float64], lat: NDArray[np.float64], *, repeat: int
) -> list[str]:
    """Measure all, compare their answers, and give the lines of the report."""
    count = len(lon)
    area_frame = gpd.GeoDataFrame({"code": codes}, geometry=grids.copy(), crs=4490)
    seconds: dict[str, Times] = {}

    def ours(*, with_margin: bool) -> Strings:
        # From bare polygons to codes: checks, raster and exact tests are all inside the time.
        locator = Locator(make_area_set(codes, grids.copy()))
        return locator.locate(lon, lat, with_margin=with_margin).area_code

    seconds["points"], point_frame = measure(
        1, lambda: gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat, crs=4490))
    )
    seconds["gridmap"], mine = measure(repeat, lambda: ours(with_margin=False))
    seconds["margin"], again = measure(repeat, lambda: ours(with_margin=True))
    seconds["within"], _ = measure(repeat, lambda: gpd.sjoin(point_frame, area_frame, how="left", predicate="within"))
    seconds["sjoin"], joined = measure(
        repeat, lambda: gpd.sjoin(point_frame, area_frame, how="left", predicate="intersects")
    )
    by_sjoin = joined.groupby(level=0)["code"].min().fillna("").to_numpy(dtype=object)
    with tempfile.TemporaryDirectory(prefix="gridmap-bench-") as folder:
        Path(folder).chmod(0o755)
        with open_private_server(Path(folder) / "var", durable=False) as server:
            maintenance = make_database(server.make_conninfo("postgres"))
            with maintenance.connect(autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
            with maintenance.with_name("bench").connect(autocommit=True) as connection:
                migrate(connection)
                load(connection, codes, grids, lon, lat)
                by_postgis = bench_postgis(connection, seconds, repeat)
    same = {
        "geopandas": bool((mine == by_sjoin).all()),
        "PostGIS": bool((mine == by_postgis).all()),
        "itself with margins": bool((mine == again).all()),
    }
    return make_report(seconds, same, count=count, grids=len(grids), vertices=len(shapely.get_coordinates(grids)))


def measure(
    repeat: int, run: Callable[[], T], *, clock_cpu: Callable[[], float] = time.process_time
) -> tuple[Times, T]:
    """Give the best of several times and the last answer."""
    wall, cpu = np.inf, np.inf
    for _ in range(repeat):
        start, start_cpu = time.perf_counter(), clock_cpu()
        answer = run()
        cpu = min(cpu, clock_cpu() - start_cpu)
        wall = min(wall, time.perf_counter() - start)
    return Times(wall=float(wall), cpu=float(cpu)), answer


def make_backend_clock(connection: Connection) -> Callable[[], float]:
    """Make a clock of the processor time of this connection's database process (the wall clock where no /proc is)."""
    stat = Path(f"/proc/{connection.info.backend_pid}/stat")
    if not stat.exists():
        return time.perf_counter

    def clock() -> float:
        fields = stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    return clock


def load(
    connection: Connection, codes: list[str], grids: Strings, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> None:
    """Load grids and points; not in any time."""
    meridian = find_central_meridian(float(np.mean(lon)))
    with connection.transaction():
        connection.execute(
            "UPDATE setting SET value = %s WHERE name = 'measure_srid'", [str(find_measure_srid(meridian))]
        )
        connection.execute(
            "INSERT INTO generation (name, valid_from, published_at) VALUES ('bench', '2000-01-01', now())"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                """
                INSERT INTO area (generation_id, level, code, name, geom)
                VALUES ((SELECT max(id) FROM generation), 'small_grid', %s, 'bench', ST_Multi(ST_GeomFromWKB(%s, 4490)))
                """,
                [(code, shapely.to_wkb(grid)) for code, grid in zip(codes, grids, strict=True)],
            )
        connection.execute("CREATE TABLE bench_grid AS SELECT code, geom FROM area")
        connection.execute("CREATE INDEX ON bench_grid USING gist (geom)")
        connection.execute("CREATE UNLOGGED TABLE bench_point (id integer, geom geometry(Point, 4490))")
        with connection.cursor().copy("COPY bench_point FROM STDIN") as copy:
            points = shapely.to_wkb(shapely.set_srid(shapely.points(lon, lat), 4490), hex=True, include_srid=True)
            frame = pd.DataFrame({"id": np.arange(len(lon)), "geom": points})
            copy.write(frame.to_csv(sep="\t", header=False, index=False).encode())
    connection.execute("VACUUM ANALYZE")


def bench_postgis(connection: Connection, seconds: dict[str, Times], repeat: int) -> Strings:
    """Time the joins and the calls; the joins count only, so that no answer has to travel."""
    clock = make_backend_clock(connection)
    runs = min(repeat, 2)

    def run(statement: str, *values: int) -> Callable[[], object]:
        return lambda: connection.execute(statement.encode(), values).fetchall()

    join = "SELECT count(g.code) FROM bench_point p JOIN bench_grid g ON ST_Covers(g.geom, p.geom)"
    connection.execute("SET max_parallel_workers_per_gather = 0")
    seconds["postgis"], _ = measure(runs, run(join), clock_cpu=clock)
    rows = connection.execute(
        """
        SELECT p.id, min(g.code COLLATE "C")
        FROM bench_point p LEFT JOIN bench_grid g ON ST_Covers(g.geom, p.geom) GROUP BY p.id ORDER BY p.id
        """
    ).fetchall()
    seconds["postgis_index"], _ = measure(
        1, lambda: connection.execute("CREATE INDEX ON bench_point USING gist (geom)"), clock_cpu=clock
    )
    connection.execute("ANALYZE bench_point")
    seconds["postgis_indexed"], _ = measure(runs, run(join), clock_cpu=clock)
    margin = """
        SELECT sum(near.d) FROM (SELECT ST_Transform(geom, measure_srid()) AS m, geom FROM bench_point LIMIT %s) p,
        LATERAL (
            SELECT a.geom_m <-> p.m AS d FROM area a
            WHERE a.level = 'small_grid' AND NOT ST_Covers(a.geom, p.geom) ORDER BY a.geom_m <-> p.m LIMIT 1
        ) near
        """
    seconds["postgis_margin"], _ = measure(1, run(margin, MARGIN_SAMPLE), clock_cpu=clock)
    call = "SELECT count(locate(geom, 'exact', now())) FROM (SELECT geom FROM bench_point WHERE id < %s OFFSET 0) p"
    seconds["locate"], _ = measure(3, run(call, LOCATE_CALLS), clock_cpu=clock)
    return np.array([code or "" for _, code in rows], dtype=object)


def make_report(
    seconds: dict[str, Times], same: dict[str, bool], *, count: int, grids: int, vertices: int
) -> list[str]:
    """Make the Markdown of the run."""
    rows = [
        ("**gridmap**, code and placement", "gridmap"),
        ("geopandas.sjoin, `intersects` (same answers)", "sjoin"),
        ("geopandas.sjoin, `within` (loses points on borders)", "within"),
        ("PostGIS join, ST_Covers, GiST on the grids", "postgis"),
        ("PostGIS join, ST_Covers, GiST on both (index on the points not counted)", "postgis_indexed"),
    ]
    own = seconds["gridmap"].cpu
    by_sjoin, by_postgis = seconds["sjoin"].cpu / own, seconds["postgis"].cpu / own
    return [
        "## locate",
        "",
        f"{count:,} points in {grids:,} grids ({vertices:,} vertices), one thread each, one run. "
        f"Python {platform.python_version()}, shapely {shapely.__version__} (GEOS {shapely.geos_version_string}), "
        f"geopandas {gpd.__version__}, {os.cpu_count()} cores.",
        "Command: `python -m bench.locate`. Read the ratios; the seconds belong to the machine.",
        "",
        "| what | processor s | wall s | times gridmap (processor) |",
        "|---|---:|---:|---:|",
        *[
            f"| {label} | {seconds[key].cpu:.2f} | {seconds[key].wall:.2f} | {seconds[key].cpu / own:.1f} |"
            for label, key in rows
        ],
        "",
        "The time of gridmap runs from bare polygons and coordinate arrays to codes: checking the polygons, building "
        "the raster and all exact tests. That of sjoin runs from two finished GeoDataFrames (making the points takes "
        f"another {seconds['points'].cpu:.2f} s); that of PostGIS from loaded and analysed tables to a count (an index "
        f"on the points takes another {seconds['postgis_index'].cpu:.1f} s).",
        "",
        f"With the margin to the nearest other grid gridmap takes {seconds['margin'].cpu:.2f} s. geopandas has no such "
        f"question; PostGIS needs {seconds['postgis_margin'].cpu * count / MARGIN_SAMPLE:.0f} s (nearest neighbour "
        f"on an index, extrapolated from {MARGIN_SAMPLE:,} points).",
        "",
        f"`locate()` in the database, as at each insert: {seconds['locate'].cpu / LOCATE_CALLS * 1e3:.2f} ms a point "
        f"(area, chain of parents, placement, margin, special grid; {LOCATE_CALLS:,} calls).",
        "",
        "Same answers, every point: "
        + ", ".join(f"{name} {'yes' if yes else 'NO'}" for name, yes in same.items())
        + ".",
        "",
        f"Targets: 5 times sjoin: {'met' if by_sjoin >= 5 else 'MISSED'} ({by_sjoin:.1f}); "
        f"30 times a PostGIS join: {'met' if by_postgis >= 30 else 'MISSED'} ({by_postgis:.1f}).",
    ]


if __name__ == "__main__":
    main()
