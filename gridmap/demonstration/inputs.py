"""Read the real inputs of the demonstration: names, codes and the outline."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.errors import InputError

COUNTY_CODE = "370783"
COUNTY_NAME = "寿光市"


@dataclass(frozen=True)
class Inputs:
    """Townships (code, name, parent_code), villages (the same and ``kind``, ``place``) and the outline in EPSG:4490."""

    townships: pd.DataFrame
    villages: pd.DataFrame
    outline: shapely.Polygon


def find_place_name(name: str) -> str:
    """Return the place behind a committee: 向阳社区居民委员会 -> 向阳社区, 城里村民委员会 -> 城里村."""
    if "社区" in name:
        return name[: name.index("社区") + 2]
    bare = name
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if bare.endswith(ending):
            bare = bare[: -len(ending)]
            break
    return bare if bare.endswith("村") else bare + "村"


def read_inputs(data_dir: Path, *, townships: int | None = None) -> Inputs:
    """Read ``townships.csv``, ``villages.csv`` and ``outline.geojson`` from the data folder.

    ``townships`` keeps only the first so many townships (a smaller county for tests, on a correspondingly smaller
    outline).

    Raises
    ------
    InputError
        A file is absent, or a village names a township that is not listed.
    """
    for name in ("townships.csv", "villages.csv", "outline.geojson"):
        if not (data_dir / name).is_file():
            raise InputError(
                f"The demonstration needs {name} in {data_dir}, which is not there: take the whole project."
            )
    town = pd.read_csv(data_dir / "townships.csv", dtype=str, encoding="utf-8").sort_values("code", ignore_index=True)
    village = pd.read_csv(data_dir / "villages.csv", dtype=str, encoding="utf-8").sort_values("code", ignore_index=True)
    orphans = village.loc[~village["parent_code"].isin(town["code"]), "code"]
    if len(orphans):
        raise InputError(
            f"villages.csv: {len(orphans)} rows name an unknown township, first {orphans.iloc[0]}: correct parent_code."
        )
    village["kind"] = village["name"].map(lambda name: "community" if "社区" in name else "village")
    village["place"] = village["name"].map(find_place_name)
    outline = shapely.get_parts(gpd.read_file(data_dir / "outline.geojson").geometry.iloc[0])[0]
    if townships is not None:
        town = town.iloc[:townships].reset_index(drop=True)
        village = village[village["parent_code"].isin(town["code"])].reset_index(drop=True)
    return Inputs(town, village, outline)
