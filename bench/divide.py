"""How long a county takes to divide, file to file, and how the plan compares with what others make of the same areas.

    python -m bench.divide [--areas 1011] [--processes 2] [--peers 40] [--folder DIR]

Writes bench/results/divide.json. Peers (k-means-constrained, scikit-learn, pymetis, gerrychain) are measured when they
can be imported (bench/divide_labels.py says how to install them), in one thread, labels only: none of them makes
polygons. Three samples: villages with one household per address; every fifth area, towns among them, as they are;
and some villages for GerryChain, which takes long.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from pyogrio import raw

from bench.divide_county import SyntheticCounty, make_synthetic_county
from bench.divide_peers import measure_peers

RESULTS = Path(__file__).resolve().parent / "results" / "divide.json"
MODES = {
    "unconstrained": [],
    "barriers_and_hamlets": ["--barriers", "barriers.gpkg", "--hamlet-column", "hamlet"],
}


def write_inputs(county: SyntheticCounty, folder: Path) -> None:
    """Write the three files that the command reads."""
    raw.write(
        folder / "areas.gpkg",
        shapely.to_wkb(county.areas),
        [np.array(county.codes, dtype=object), county.targets],
        np.array(["code", "target"]),
        geometry_type="Polygon",
        crs="EPSG:4490",
        driver="GPKG",
    )
    raw.write(
        folder / "households.gpkg",
        shapely.to_wkb(shapely.points(county.lon, county.lat)),
        [county.households, np.array(county.hamlet, dtype=object)],
        np.array(["households", "hamlet"]),
        geometry_type="Point",
        crs="EPSG:4490",
        driver="GPKG",
    )
    raw.write(
        folder / "barriers.gpkg",
        shapely.to_wkb(county.barriers),
        [],
        np.array([], dtype=object),
        geometry_type="LineString",
        crs="EPSG:4490",
        driver="GPKG",
    )


def run(folder: Path, mode: str, processes: int) -> dict[str, object]:
    """Run the command once, as a user does, in a fresh process."""
    command = [
        sys.executable, "-m", "gridmap", "divide", "households.gpkg", "--within", "areas.gpkg", "--out", "grids.gpkg",
        "--report", "report.json", "--weight-column", "households", "--target-column", "target",
        "--processes", str(processes), *MODES[mode],
    ]  # fmt: skip
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, os.times()
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    # The processes that divide are not waited for by the one that is measured here: they report for themselves.
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    cpu += report["seconds"]["areas_cpu"]
    return {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "seconds": report["seconds"], "total": report["total"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--areas", type=int, default=1011)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--peers", type=int, default=40, help="measure peers on so many areas; 0 for none")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    towns = max(1, round(given.areas * 36 / 1011))
    county = make_synthetic_county(villages=given.areas - towns, communities=towns, scale=(given.areas / 1011) ** 0.5)
    result: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
        "python": platform.python_version(),
        "areas": len(county.codes),
        "addresses": len(county.lon),
        "households": int(county.households.sum()),
        "processes": given.processes,
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        write_inputs(county, folder)
        for mode in MODES:
            result[mode] = run(folder, mode, given.processes)
            print(mode, json.dumps(result[mode], indent=1))
    if given.peers:
        result["labels"] = measure_peers(county, given.peers)
        print(json.dumps(result["labels"], indent=1))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
