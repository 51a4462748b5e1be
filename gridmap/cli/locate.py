"""`gridmap locate`: points of a file into the areas of a file."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gridmap.domain.areas import AreaLevel


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(locate)


def locate(
    points: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet, GeoPackage, GeoJSON …")],
    *,
    areas: Annotated[Path, typer.Option(help="Polygons of one level: GeoPackage, GeoJSON, Shapefile …")],
    out: Annotated[Path, typer.Option(help="Result: .csv, .parquet, .gpkg or .geojson.")],
    code_column: Annotated[str | None, typer.Option(help="Column of the areas' codes.")] = None,
    datum: Annotated[
        str | None, typer.Option(help="Of the points: wgs84, cgcs2000, gcj02, bd09 or EPSG:<number>.")
    ] = None,
    areas_datum: Annotated[str | None, typer.Option(help="Of the areas; by default what their file says.")] = None,
    lon_column: Annotated[str | None, typer.Option(help="Column of longitudes (or x).")] = None,
    lat_column: Annotated[str | None, typer.Option(help="Column of latitudes (or y).")] = None,
    precision_column: Annotated[
        str | None,
        typer.Option(help="Column that says how good a point is: exact, building, street, village, township, county."),
    ] = None,
    level: Annotated[AreaLevel, typer.Option(help="What the areas are.")] = AreaLevel.SMALL_GRID,
    layer: Annotated[str | None, typer.Option(help="Layer of the points' file.")] = None,
    areas_layer: Annotated[str | None, typer.Option(help="Layer of the areas' file.")] = None,
    margin: Annotated[bool, typer.Option(help="Measure the distance to the nearest other area.")] = True,
) -> None:
    """Place points in areas: adds area_code, placement (inside, border, outside, imprecise) and margin_m.

    Needs no database. On a shared border the lower code wins. Rows that can't be used go to OUT.rejects.csv.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from gridmap.services.locate import locate_file
    from gridmap.services.locate_options import LocateOptions

    console = Console(stderr=True)
    options = LocateOptions(
        datum=datum,
        lon_column=lon_column,
        lat_column=lat_column,
        layer=layer,
        precision_column=precision_column,
        code_column=code_column,
        areas_datum=areas_datum,
        areas_layer=areas_layer,
        level=level,
        with_margin=margin,
    )
    started = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        report = locate_file(
            points,
            areas,
            out,
            options=options,
            progress=lambda what, share: bar.update(task, description=what, completed=share),
        )
    for note in report.notes:
        console.print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)
    counts = ", ".join(f"{count:,} {placement}" for placement, count in report.counts.items() if count)
    typer.echo(
        f"{report.read:,} rows in {report.areas:,} areas: {counts or 'none placed'}; {report.rejected:,} rejected. "
        f"{time.perf_counter() - started:.1f} s, written to {out}"
    )
    if report.rejects_path is not None:
        typer.echo(f"Rejected rows with their reasons: {report.rejects_path}")
