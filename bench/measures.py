"""Bench: measures of 200,000 incidents with their histories, by unit and by small grid, now and in the past.

    python -m bench.measures [--incidents 200000] [--out bench/results/measures.md]

The incidents are generated in the database with a fixed seed: a year of reports over 120 units and 4,000 small grids,
98 of 100 of them closed, each with the events and the pieces of the ledger that its way leaves; every 20th was returned
once. They lie evenly over 2,000 square kilometres, whichever small grid they are given.
Seconds are those of the clock; the processor time of the session is beside them, for a machine that is busy otherwise.
"""

# ruff: noqa: E501  statements and texts stand as they are read

import argparse
import os
import platform
import time
from datetime import timedelta
from pathlib import Path

from bench.stage import open_stage
from gridmap.services.measures import MeasureQuestion, measure_on
from gridmap.storage.database import Database
from gridmap.storage.measures import prepare_reading
from tests.county import insert_small_county

PROJECT_DIR = Path(__file__).resolve().parent.parent
ROUNDS = 3

_SEED = """
SET session_replication_role = replica;
SELECT setseed(0.42);
INSERT INTO unit (code, name, short_name, letter, unit_type, level, colour_slot)
SELECT 'B' || n, 'unit ' || n, 'b' || n, 'B' || n, 'bench', 'county', 100 + n FROM generate_series(1, 114) n;
INSERT INTO area (generation_id, level, code, name, parent_code, parent_id, households, geom, geom_m)
SELECT g.generation_id, 'small_grid', g.parent_code || lpad(n::text, 4, '0'), 'grid ' || n, g.parent_code, g.parent_id, 60 + n %% 70,
       g.geom, g.geom_m
FROM generate_series(1, 4000) n
JOIN (SELECT a.*, row_number() OVER (ORDER BY code) - 1 AS k FROM area a WHERE level = 'small_grid') g ON g.k = n %% 8;
CREATE TEMP TABLE places AS
SELECT a.id, a.code, a.parent_code AS large_grid, left(a.parent_code, 12) AS village, left(a.parent_code, 9) AS township,
       row_number() OVER (ORDER BY a.code) - 1 AS k FROM area a WHERE a.level = 'small_grid';
CREATE TEMP TABLE units AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM unit;
CREATE TEMP TABLE items AS SELECT id, code, row_number() OVER (ORDER BY id) - 1 AS k FROM responsibility_item;
CREATE TEMP TABLE drawn AS
SELECT n, random() AS a, random() AS b, random() AS c, random() AS d, random() AS lon, random() AS lat,
       now() - make_interval(secs => (%(incidents)s - n) * 365.0 * 86400 / %(incidents)s) AS reported_at
FROM generate_series(1, %(incidents)s) n;
INSERT INTO incident (channel, item_code, item_id, reported_lon, reported_lat, precision, reported_at, received_at, status,
    resolved_at, geom, generation_id, area_id, small_grid, large_grid, village, township, placement, lead_unit_id, holder_unit_id,
    lead_rule, near_due_at, due_at, twice_due_at)
SELECT 'hotline', m.code, m.id, 118.6 + 0.5 * r.lon, 36.7 + 0.4 * r.lat, 'exact', r.reported_at, r.reported_at,
       CASE WHEN r.n > %(incidents)s * 0.98 THEN 'handling' WHEN r.a < 0.8 THEN 'called_back' WHEN r.a < 0.9 THEN 'verified' ELSE 'resolved' END,
       CASE WHEN r.n <= %(incidents)s * 0.98 THEN least(now(), r.reported_at + make_interval(secs => 86400 * (0.3 + 4 * r.b))) END,
       ST_SetSRID(ST_MakePoint(118.6 + 0.5 * r.lon, 36.7 + 0.4 * r.lat), 4490), (SELECT id FROM generation), p.id,
       p.code, p.large_grid, p.village, p.township, 'inside', u.id, u.id, 'county', d.near_due_at, d.due_at, d.twice_due_at
FROM drawn r
JOIN places p ON p.k = r.n * 7919 %% (SELECT count(*) FROM places)
JOIN units u ON u.k = r.n * 31 %% (SELECT count(*) FROM units)
JOIN items m ON m.k = r.n %% (SELECT count(*) FROM items)
CROSS JOIN LATERAL due_times(r.reported_at, 3, 'working_day') d
ORDER BY r.n;
INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, actor, role, action)
SELECT incident_id, at, kind, from_status, to_status, unit_id, area_id, 'bench', 'operator', to_status
FROM (
    SELECT i.id AS incident_id, w.number, w.kind, w.from_status, w.to_status, i.lead_unit_id AS unit_id, i.area_id,
           CASE WHEN w.number <= 5 THEN i.reported_at + (coalesce(i.resolved_at, now()) - i.reported_at)
               * CASE WHEN w.number = 2 AND i.id %% 10 = 3 THEN 0.5 ELSE w.share END
                ELSE i.resolved_at + (now() - i.resolved_at) * w.share END AS at
    FROM incident i
    CROSS JOIN (VALUES (0, 'reported', NULL, 'reported', 0.0), (1, 'status', 'reported', 'accepted', 0.02),
        (2, 'status', 'accepted', 'dispatched', 0.1), (3, 'status', 'dispatched', 'acknowledged', 0.6),
        (4, 'status', 'acknowledged', 'handling', 0.7), (5, 'status', 'handling', 'resolved', 1.0),
        (6, 'status', 'resolved', 'verified', 0.01), (7, 'status', 'verified', 'called_back', 0.02))
        AS w (number, kind, from_status, to_status, share)
    WHERE w.number <= CASE i.status WHEN 'handling' THEN 4 WHEN 'resolved' THEN 5 WHEN 'verified' THEN 6 ELSE 7 END
    UNION ALL
    SELECT i.id, 2, 'status', s.a, s.b, i.lead_unit_id, i.area_id, i.reported_at + (coalesce(i.resolved_at, now()) - i.reported_at) * 0.15
    FROM incident i CROSS JOIN (VALUES ('dispatched', 'returned'), ('returned', 'dispatched')) AS s (a, b) WHERE i.id %% 20 = 0
) e ORDER BY at, incident_id, number;
INSERT INTO incident_hold (incident_id, unit_id, kind, from_at, to_at)
SELECT i.id, CASE WHEN w.is_unit THEN i.lead_unit_id END, 'held',
       i.reported_at + (coalesce(i.resolved_at, now()) - i.reported_at) * w.since,
       CASE WHEN w.until < 1 OR i.resolved_at IS NOT NULL
            THEN i.reported_at + (coalesce(i.resolved_at, now()) - i.reported_at) * w.until END
FROM incident i
CROSS JOIN (VALUES (false, 0.0, 0.1, true), (true, 0.1, 0.15, false), (false, 0.15, 0.16, false), (true, 0.16, 1.0, false),
    (true, 0.1, 1.0, true)) AS w (is_unit, since, until, is_plain)
WHERE CASE WHEN i.id %% 20 = 0 THEN NOT w.is_plain OR w.since = 0 ELSE w.is_plain END;
INSERT INTO call_back (incident_id, at, is_reached, is_satisfied, note)
SELECT id, resolved_at + (now() - resolved_at) * 0.02, true, id %% 9 <> 0, 'asked' FROM incident WHERE status = 'called_back';
"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "bench" / "results" / "measures.md")
    options = parser.parse_args()
    with open_stage() as database:
        insert(database, options.incidents)
        text = run(database, options.incidents)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def insert(database: Database, incidents: int) -> None:
    """Fill the database."""
    with database.connect() as connection:
        insert_small_county(connection)
    with database.connect() as connection:
        for statement in _SEED.strip().split(";\n"):
            connection.execute(statement.replace("%(incidents)s", str(incidents)).replace("%%", "%").encode())
    with database.connect(autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def run(database: Database, incidents: int) -> str:
    """Ask each question some times, and write the quickest."""
    with database.connect() as connection:
        row = connection.execute(
            "SELECT now(), (SELECT count(*) FROM incident_event), (SELECT count(*) FROM incident_hold)"
        ).fetchone()
    assert row is not None
    now, events, holds = row
    ledger = ("burnt_hours", "overdue_hours")
    questions = {
        "by unit, all but the ledger and repeats": MeasureQuestion(by="unit", leave_out=(*ledger, "repeat_places")),
        "by unit, repeat places": MeasureQuestion(by="unit", measures=("repeat_places",)),
        "by unit, burnt and overdue hours": MeasureQuestion(by="unit", measures=ledger),
        "by unit, burnt hours of 30 days": MeasureQuestion(
            by="unit", measures=("burnt_hours",), since=now - timedelta(days=30)
        ),
        "by small grid, all": MeasureQuestion(by="small_grid"),
        "by unit, all but the ledger and repeats, as of yesterday": MeasureQuestion(
            by="unit", leave_out=(*ledger, "repeat_places"), as_of=now - timedelta(days=1)
        ),
        "by unit, all but the ledger and repeats, as of half a year ago": MeasureQuestion(
            by="unit", leave_out=(*ledger, "repeat_places"), as_of=now - timedelta(days=182)
        ),
    }
    load = os.getloadavg()[0]
    lines = [
        f"# Measures of {incidents:,} incidents",
        "",
        f"`python -m bench.measures --incidents {incidents}`; {events:,} events, {holds:,} pieces of the ledger, 120 units, 4,008 small grids. "
        f"{os.cpu_count()} cores, {platform.machine()}, load before {load:.1f}. Best of {ROUNDS}.",
        "",
        "| question | seconds | processor seconds | rows |",
        "|---|---|---|---|",
    ]
    for name, question in questions.items():
        seconds, processor_s, rows = min(ask(database, question) for _ in range(ROUNDS))
        lines.append(f"| {name} | {seconds:.2f} | {processor_s:.2f} | {rows:,} |")
    return "\n".join([*lines, ""])


def ask(database: Database, question: MeasureQuestion) -> tuple[float, float, int]:
    """Give the seconds that an answer took, those of the processor in its session, and its rows."""
    with database.connect() as connection:
        prepare_reading(connection)
        started, used = time.perf_counter(), read_processor_s(connection.info.backend_pid)
        rows = len(measure_on(connection, question).rows)
        return time.perf_counter() - started, read_processor_s(connection.info.backend_pid) - used, rows


def read_processor_s(pid: int) -> float:
    """Read the seconds of the processor that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
