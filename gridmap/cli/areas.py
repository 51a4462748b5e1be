"""`gridmap import areas | units | jurisdictions`, `gridmap publish`, `gridmap generations`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from gridmap.services.import_areas import AreaImport, AreaSource

DATUM_HELP = "wgs84, cgcs2000, gcj02, bd09 or EPSG:n; what the file says of itself proves nothing."


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    from gridmap.cli import import_app

    import_app.command()(areas)
    import_app.command()(units)
    import_app.command()(jurisdictions)
    app.command()(publish)
    app.command()(generations)


def areas(
    file: Annotated[Path, typer.Argument(help="GeoPackage, GeoJSON, Shapefile (.shp, .zip), GML.")],
    *,
    level: Annotated[
        str | None, typer.Option(help="county, township, village, large_grid, small_grid, special_grid.")
    ] = None,
    datum: Annotated[str | None, typer.Option(help=DATUM_HELP)] = None,
    code_column: Annotated[str | None, typer.Option(help="Column with the code, the key.")] = None,
    name_column: Annotated[str | None, typer.Option(help="Column with the name.")] = None,
    parent_column: Annotated[str | None, typer.Option(help="Column with the recorded parent.")] = None,
    parent_is: Annotated[str | None, typer.Option(help="What that column holds: code (the default) or name.")] = None,
    households_column: Annotated[str | None, typer.Option(help="Column with the number of households.")] = None,
    kind_column: Annotated[str | None, typer.Option(help="Column with the kind, such as community.")] = None,
    secretary_column: Annotated[str | None, typer.Option(help="Column: is there a party-branch secretary.")] = None,
    worker_column: Annotated[str | None, typer.Option(help="Column: is there a full-time grid worker.")] = None,
    assistants_column: Annotated[str | None, typer.Option(help="Column with the number of assistants.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a file that holds several.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a Shapefile, when the one found is wrong.")] = None,
    profile: Annotated[Path | None, typer.Option(help="The same options as a TOML file.")] = None,
    generation: Annotated[str | None, typer.Option(help="Name of the draft generation.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Keep the declared datum although another fits better.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where to write the rows that were not loaded.")] = None,
) -> None:
    """Bring a file of areas of one level into the draft generation."""
    from gridmap.errors import InputError
    from gridmap.services.import_areas import check_writable, import_areas, write_rejects
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    given = {
        name: value for name, value in locals().items() if name.endswith(("_column", "_is")) or name in _SOURCE_OPTIONS
    }
    if rejects is not None and not rejects.parent.is_dir():
        # Now, not when everything is stored and only the rejects are left to write.
        raise InputError(f"--rejects {rejects}: there is no folder {rejects.parent}.")
    if rejects is not None:
        check_writable(rejects, sources=(file,))
    source = _make_source(file, {name: value for name, value in given.items() if value is not None}, profile)
    settings = read_settings()
    console = Console(soft_wrap=True)
    errors = Console(stderr=True)
    with open_ready_database(settings) as database:
        status = errors.status(f"reading {file.name}")

        def confirm(declared: Any, own: Any, better: Any) -> bool:
            from gridmap.services.import_areas import describe_fit

            if yes:
                return True
            if not sys.stdin.isatty():
                return False
            status.stop()
            errors.print(f"Declared {declared}: {describe_fit(own)}.", soft_wrap=True)
            errors.print(f"As {better.datum}: {describe_fit(better)}.", soft_wrap=True)
            return typer.confirm(f"Import as {declared} all the same?", default=False, err=True)

        with status:
            result = import_areas(database, source, generation_name=generation, confirm=confirm)
    if len(result.rejects):
        target = rejects or settings.var_dir / "rejects" / f"{file.stem}.{datetime.now():%Y%m%d-%H%M%S}.csv"
        if rejects is None:
            target.parent.mkdir(parents=True, exist_ok=True)
        write_rejects(target, result.rejects)
    else:
        target = None
    _print_import(console, result, target)


_SOURCE_OPTIONS = ("level", "datum", "layer", "encoding")


def _make_source(file: Path, given: dict[str, str], profile: Path | None) -> "AreaSource":
    from gridmap.domain.area_rows import AreaColumns
    from gridmap.domain.areas import AreaLevel
    from gridmap.errors import InputError
    from gridmap.services.import_areas import AreaSource, read_area_profile

    named: dict[str, Any] = read_area_profile(profile).model_dump(exclude_none=True) if profile else {}
    named |= given
    missing = [f"--{name.replace('_', '-')}" for name in ("level", "code_column", "name_column") if name not in named]
    if missing:
        raise InputError(f"{file.name}: give {', '.join(missing)}, or a --profile that has them.")
    if str(named["level"]) not in set(AreaLevel):
        raise InputError(f"--level {named['level']} is none of {', '.join(AreaLevel)}.")
    if named.get("parent_is", "code") not in {"code", "name"}:
        raise InputError("--parent-is takes code or name.")
    columns = AreaColumns(
        code=named["code_column"],
        name=named["name_column"],
        parent=named.get("parent_column"),
        households=named.get("households_column"),
        kind=named.get("kind_column"),
        team_secretary=named.get("secretary_column"),
        team_worker=named.get("worker_column"),
        team_assistants=named.get("assistants_column"),
    )
    return AreaSource(
        path=file,
        level=AreaLevel(str(named["level"])),
        columns=columns,
        datum=named.get("datum"),
        layer=named.get("layer"),
        encoding=named.get("encoding"),
        parent_is=named.get("parent_is", "code"),
    )


def _print_import(console: Console, result: "AreaImport", target: Path | None) -> None:
    console.print(
        f"{result.level}: read {result.read} = inserted {result.inserted} + dissolved {result.dissolved} "
        f"+ rejected {result.rejected}"
    )
    if result.replaced:
        console.print(f"replaced {result.replaced} areas of this level in the draft")
    for repair in result.repairs:
        console.print(
            f"repaired row {repair.row}, code {repair.code}: {repair.fault}, "
            f"area changed by {repair.area_change_m2:+.1f} m2"
        )
    for dissolve in result.dissolves:
        console.print(f"dissolved code {dissolve.code}: {dissolve.parts} parts into one area")
    if result.repeated_names:
        console.print(f"{result.repeated_names} areas share a name with another: codes are the keys")
    for row, reject in list(result.rejects.iterrows())[:20]:
        console.print(f"row {row} {reject['outcome']}: {reject['reason']}", markup=False)
    if target is not None:
        console.print(f"{result.rejected} rejected, {result.warned} loaded with a doubt: {target}", markup=False)
    console.print("next: gridmap check areas, then gridmap publish")


def units(file: Annotated[Path, typer.Argument(help="CSV or XLSX: code, name, unit_type, level, ...")]) -> None:
    """Bring a table of units in; by code, a unit keeps its colour."""
    from gridmap.services.start import open_ready_database
    from gridmap.services.units import import_units
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        count = import_units(database, file)
    Console().print(f"{count} units stored")


def jurisdictions(
    file: Annotated[Path, typer.Argument(help="Polygons with columns code, name, kind, unit_code.")],
    *,
    datum: Annotated[str, typer.Option(help=DATUM_HELP)],
    layer: Annotated[str | None, typer.Option(help="Layer of a file that holds several.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a Shapefile, when the one found is wrong.")] = None,
) -> None:
    """Bring the polygons in which units act in; by code."""
    from gridmap.services.start import open_ready_database
    from gridmap.services.units import import_jurisdictions
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        result = import_jurisdictions(database, file, datum=datum, layer=layer, encoding=encoding)
    console = Console(soft_wrap=True)
    for repair in result.repairs:
        console.print(
            f"repaired row {repair.row}, code {repair.code}: {repair.fault}, "
            f"area changed by {repair.area_change_m2:+.1f} m2"
        )
    console.print(f"{result.stored} jurisdictions stored")


def publish(
    *,
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today without it.")
    ] = None,
    rejoin_open: Annotated[
        bool,
        typer.Option(
            "--rejoin-open/--keep-open",
            help="Place open incidents in the new areas (their history keeps the old ones), or leave them.",
        ),
    ] = True,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also small grids that overlap or leave gaps where today's do not (a survey's)."),
    ] = False,
) -> None:
    """Publish the draft generation, as a whole."""
    from gridmap.errors import ConflictError
    from gridmap.services.divide_coverage import CoverageError
    from gridmap.services.publish import publish_draft
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    errors = Console(stderr=True)
    with open_ready_database(read_settings()) as database, errors.status("publishing") as status:
        try:
            result = publish_draft(
                database,
                valid_from=valid_from.date() if valid_from else None,
                rejoin_open=rejoin_open,
                accept_faults=force,
                progress=lambda step, _share: status.update(f"publishing: {step}"),
            )
        except CoverageError as error:
            raise ConflictError(
                f"{error} Imported boundaries whose faults can't be put right are published with --force."
            ) from error
    console = Console(soft_wrap=True)
    listed = ", ".join(f"{count} {level}" for level, count in result.areas.items())
    console.print(
        f"published {result.name}, valid from {result.valid_from}: {listed}; measured in EPSG:{result.measure_srid}"
    )
    for level, count in result.orphans.items():
        console.print(f"{count} areas of level {level} have no parent: gridmap check areas --level {level}")
    if result.incidents_placed:
        console.print(f"{result.incidents_placed} open incidents were placed")


def generations() -> None:
    """List the generations of boundaries."""
    from gridmap.services.publish import list_generations
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    with open_ready_database(read_settings()) as database:
        found = list_generations(database)
    table = Table("id", "name", "valid from", "valid to", "published (UTC)", "areas", "")
    for generation in found:
        table.add_row(
            str(generation.id),
            generation.name,
            str(generation.valid_from or ""),
            str(generation.valid_to or ""),
            f"{generation.published_at:%Y-%m-%d %H:%M}" if generation.published_at else "",
            str(generation.areas),
            "current" if generation.is_current else "" if generation.published_at else "draft",
        )
    Console().print(table)
