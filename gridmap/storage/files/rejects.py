"""The file of rows that were not loaded, or loaded with a doubt."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.storage.files.atomic import write_whole


def write_rejects(path: Path, rejects: gpd.GeoDataFrame) -> None:
    """Write rejects as CSV (UTF-8 with BOM): row, outcome, reason, all attributes as they were, and the geometry as
    WKT.

    Parameters
    ----------
    rejects
        Columns outcome and reason beside the file's own; the index is the row of the file. The coordinates are the
        file's own.
    """
    attributes = pd.DataFrame(rejects.drop(columns=[rejects.geometry.name, "outcome", "reason"]))
    table = pd.DataFrame(
        {"row": rejects.index, "outcome": rejects["outcome"].to_numpy(), "reason": rejects["reason"].to_numpy()}
    )
    table = pd.concat([table, attributes.reset_index(drop=True)], axis="columns")
    table["wkt"] = [None if shape is None else shape.wkt for shape in rejects.geometry]
    with write_whole(path) as growing:
        table.to_csv(growing, index=False, encoding="utf-8-sig")
