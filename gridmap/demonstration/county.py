"""The demonstration county as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.demonstration.areas import CRS, dissolve, make_areas
from gridmap.demonstration.grids import Divide, Grids, divide_here, make_grids
from gridmap.demonstration.ground import Ground, make_ground
from gridmap.demonstration.houses import Houses, make_houses
from gridmap.demonstration.inputs import Inputs, read_inputs
from gridmap.demonstration.items import make_item_frame, read_duties
from gridmap.demonstration.jurisdictions import list_river_townships, make_jurisdictions
from gridmap.demonstration.linework import Line
from gridmap.demonstration.plane import Texts, make_lonlat, make_lonlat_geometries
from gridmap.demonstration.units import make_units, read_troubles
from gridmap.domain.responsibility.frame import make_items

SEED = 370783
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class County:
    """A whole county, all geometry in EPSG:4490 (lon/lat), all codes unique within their level.

    ``areas``: level, kind, code, name, parent_code, households, team_secretary, team_worker, team_assistants, geometry
    (MultiPolygon). ``jurisdictions``: code, name, kind, unit_code, geometry. ``units``: see ``units.UNIT_COLUMNS``.
    ``duties``: the responsibility list, one row a duty; ``items``: its items with weights and places, see
    ``items.ITEM_COLUMNS``. ``addresses``: number, households, hamlet, small_grid, geometry (Point). ``roads``,
    ``rivers``: class_name, name, geometry. ``settlements``: name, village_code, geometry. ``troubles``: see
    ``units.TROUBLE_COLUMNS``.
    """

    areas: gpd.GeoDataFrame
    jurisdictions: gpd.GeoDataFrame
    units: pd.DataFrame
    duties: pd.DataFrame
    items: pd.DataFrame
    addresses: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    settlements: gpd.GeoDataFrame
    troubles: pd.DataFrame


def make_county(
    data_dir: Path,
    *,
    seed: int = SEED,
    townships: int | None = None,
    progress: Progress | None = None,
    divide: Divide = divide_here,
) -> County:
    """Make the demonstration county from the real names, codes and outline in ``data_dir``.

    The same seed gives the same county, row for row. Everything inside the outline is simulated.

    Parameters
    ----------
    data_dir : the folder with townships.csv, villages.csv, outline.geojson, departments.csv, responsibility_list.csv,
        item_places.csv, troubles.csv
    seed : of the generator
    townships : make only the first so many townships, on a part of the outline
    progress : told what is being done and how far along it is, 0 to 1
    divide : divides areas into grids, perhaps in other processes; the result is the same

    Raises
    ------
    InputError
        An input is absent or faulty.
    """
    tell = progress or (lambda _text, _share: None)
    rng = np.random.Generator(np.random.PCG64(seed))
    tell("Reading names and outline", 0.0)
    inputs = read_inputs(data_dir, townships=townships)
    tell("Drawing rivers, roads and fields", 0.02)
    ground = make_ground(inputs, rng, whole=townships is None)
    tell("Building houses", 0.70)
    houses = make_houses(rng, inputs, ground)
    tell("Dividing into grids", 0.76)
    grids = make_grids(inputs, ground, houses, divide)
    tell("Drawing borders", 0.84)
    areas = make_areas(rng, inputs, ground, grids)
    tell("Setting up units", 0.91)
    town_shapes = areas.loc[areas["level"] == "township", "geometry"].to_numpy()
    units = make_units(data_dir, inputs.townships, list_river_townships(inputs, ground.rivers, town_shapes))
    duties = read_duties(data_dir)
    unit_types = {*units["unit_type"], "river_section"}
    items = make_item_frame(data_dir, make_items(duties, unit_types=unit_types, source="responsibility_list.csv"))
    jurisdictions = make_jurisdictions(inputs, ground.sites, ground.rivers, areas, units)
    tell("Listing addresses", 0.95)
    county = County(
        areas,
        jurisdictions,
        units,
        duties,
        items,
        _make_addresses(inputs, ground, houses, grids),
        _make_lines(ground.roads),
        _make_lines(ground.rivers),
        _make_settlements(inputs, ground, houses),
        read_troubles(data_dir, items, set(inputs.townships["code"])),
    )
    tell("County made", 1.0)
    return county


def _make_addresses(inputs: Inputs, ground: Ground, houses: Houses, grids: Grids) -> gpd.GeoDataFrame:
    codes = inputs.villages["code"].to_numpy()
    village = ground.village[houses.face]
    small = grids.small_of_house
    grid_code = np.asarray(
        [f"{codes[v]}{n:03d}" for v, n in zip(grids.large_village[grids.small_large], grids.small_number, strict=True)]
    )
    frame = pd.DataFrame(
        {
            "number": np.arange(1, len(houses.face) + 1),
            "households": houses.households,
            "hamlet": _name_hamlets(inputs, ground)[houses.hamlet] if len(houses.hamlet) else [],
            "small_grid": grid_code[small],
        }
    )
    community = houses.hamlet < 0
    frame.loc[community, "hamlet"] = inputs.villages["place"].to_numpy()[village[community]]
    lonlat = make_lonlat(houses.xy)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(lonlat), crs=CRS)


def _name_hamlets(inputs: Inputs, ground: Ground) -> Texts:
    """Name each hamlet after its village; the second one of a village is its 新村 or lies 东, 西, 南, 北 of it."""
    places = inputs.villages["place"].to_numpy()
    hamlets = ground.hamlets
    names = []
    for index, village in enumerate(hamlets.village):
        if index and hamlets.village[index - 1] == village:
            east, north = hamlets.xy[index] - hamlets.xy[index - 1]
            side = ("东" if east > 0 else "西") if abs(east) > abs(north) else ("北" if north > 0 else "南")
            names.append(places[village] + side + "庄")
        else:
            names.append(places[village])
    return np.asarray(names, dtype=object)


def _make_lines(lines: list[Line]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame({"class_name": [line.kind for line in lines], "name": [line.name for line in lines]})
    shapes = make_lonlat_geometries(np.asarray([line.geometry for line in lines]))
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def _make_settlements(inputs: Inputs, ground: Ground, houses: Houses) -> gpd.GeoDataFrame:
    """Join the built faces of each hamlet, and the built-over ground of each community."""
    rural = np.flatnonzero(houses.built >= 0)
    town = np.unique(houses.face[houses.hamlet < 0])
    present, compact = np.unique(houses.built[rural], return_inverse=True)
    urban, urban_compact = np.unique(ground.village[town], return_inverse=True)
    shapes = np.concatenate(
        (dissolve(ground.faces[rural], compact, len(present)), dissolve(ground.faces[town], urban_compact, len(urban)))
    )
    villages = np.concatenate((ground.hamlets.village[present], urban))
    names = np.concatenate((_name_hamlets(inputs, ground)[present], inputs.villages["place"].to_numpy()[urban]))
    frame = pd.DataFrame({"name": names, "village_code": inputs.villages["code"].to_numpy()[villages]})
    wrapped = [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in shapes]
    return gpd.GeoDataFrame(frame, geometry=wrapped, crs=CRS)
