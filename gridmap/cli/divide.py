"""`gridmap divide`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from gridmap.services.divide import DivideRequest

_DATUM = "wgs84, cgcs2000, gcj02, bd09 or EPSG:n; what the file says without it."


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(divide)


def divide(
    households: Annotated[Path, typer.Argument(help="Addresses: points, or buildings.")],
    *,
    within: Annotated[Path, typer.Option(help="Areas to divide: polygons with 12-digit codes.")],
    out: Annotated[Path, typer.Option(help="Grids: .gpkg, .geojson or .fgb, in EPSG:4490.")],
    report: Annotated[Path | None, typer.Option(help="Figures as JSON; docs/divide.md explains the keys.")] = None,
    target: Annotated[int, typer.Option(min=1, help="Households of a grid.")] = 100,
    target_column: Annotated[str | None, typer.Option(help="Column of --within with the target of each area.")] = None,
    code_column: Annotated[str, typer.Option(help="Column of --within with the code.")] = "code",
    barriers: Annotated[Path | None, typer.Option(help="Lines that grids do not cross: rivers, main roads.")] = None,
    hamlet_column: Annotated[str | None, typer.Option(help="Column of the addresses with the hamlet.")] = None,
    weight_column: Annotated[
        str | None, typer.Option(help="Column of the addresses with the number of households; 1 each without it.")
    ] = None,
    keep_whole: Annotated[int, typer.Option(min=1, help="Hamlets of up to so many households stay whole.")] = 130,
    min_side: Annotated[int, typer.Option(min=1, help="A barrier binds where both sides have so many.")] = 50,
    previous: Annotated[
        Path | None, typer.Option(help="The former grids: as few people as possible change grid.")
    ] = None,
    band: Annotated[
        float, typer.Option(min=0, max=0.99, help="With --previous: the share off the mean that moves nobody.")
    ] = 0.05,
    keep: Annotated[list[str] | None, typer.Option(help="A former grid that stays; may repeat.")] = None,
    datum: Annotated[str | None, typer.Option(help="Of the addresses. " + _DATUM)] = None,
    within_datum: Annotated[str | None, typer.Option(help="Of the areas. " + _DATUM)] = None,
    barriers_datum: Annotated[str | None, typer.Option(help="Of the barriers. " + _DATUM)] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="One per core without it.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, instead of processes.")] = None,
) -> None:
    """Divide areas into grids: exact tiling, connected, balanced, straight borders, repeatable."""
    from gridmap.domain.divide.options import DivideOptions
    from gridmap.services.divide import DivideRequest, divide_files

    request = DivideRequest(
        households=households,
        within=within,
        out=out,
        report=report,
        barriers=barriers,
        previous=previous,
        keep=tuple(keep or ()),
        code_column=code_column,
        target_column=target_column,
        weight_column=weight_column,
        hamlet_column=hamlet_column,
        datum=datum,
        within_datum=within_datum,
        barriers_datum=barriers_datum,
        options=DivideOptions(target=target, keep_whole=keep_whole, min_side=min_side, band=band),
        processes=processes,
        scheduler=scheduler,
    )
    with Console(stderr=True).status("reading") as status:
        result = divide_files(request, progress=lambda step, share: status.update(f"{step} {share:.0%}"))
    _print_report(request, result.report)


def _print_report(request: "DivideRequest", report: dict[str, Any]) -> None:
    total, console = report["total"], Console(soft_wrap=True)
    lines = [
        f"{total['areas']} areas, {total['households']:,} households: {total['grids']} grids "
        f"({total['grids_by_formula']} by formula), {total['households_min']} to {total['households_max']} households",
        f"exact tiling: borders match everywhere, {total['single_part']} of {total['grids']} grids are one piece, "
        f"area error {total['area_error_share']:.1e}, every address in its own grid",
    ]
    if request.barriers:
        lines.append(
            f"barriers: {total['barrier_crossings']} crossed; {total['regions']} regions, "
            f"{total['blocks_joined']} small blocks joined to a neighbour"
        )
    if request.hamlet_column:
        lines.append(
            f"hamlets to stay whole: {total['hamlets_asked_whole']}; cut because a barrier runs through them "
            f"{total['hamlets_split_forced']}, for other reasons {total['hamlets_split_chosen']}"
        )
    lines += [
        f"size: {total['share_70_130']:.1%} of grids within 70-130 % of the target, at best "
        f"{total['share_70_130_ceiling']:.1%} with these regions; {total['share_80_120']:.1%} within 80-120 %",
        f"balance: {total['areas_within_one']} of {total['areas']} areas within one household of the mean, or as near "
        "as their addresses allow",
        f"borders: {total['border_m'] / 1000:,.1f} km between grids of one area, "
        f"compactness {total['compactness_mean']:.3f}",
    ]
    if request.previous:
        lines.append(
            f"changed grid: {total['people_moved']:,} of {total['people_before']:,} households; "
            f"the least possible is {total['people_moved_least']:,}"
        )
    if left_out := total["previous_left_out"]:
        lines.append(
            f"former grids left out: {len(left_out)}, the first is {left_out[0]}: they have no land in the areas that "
            "are divided"
        )
    if total["addresses_outside"] or total["addresses_without_place"]:
        lines.append(
            f"not in any area: {total['addresses_outside']} addresses, {total['households_outside']} households; "
            f"without a place: {total['addresses_without_place']}"
        )
    lines.append(f"{report['seconds']['total']:.1f} s; written: {request.out}")
    for line in lines:
        console.print(line, markup=False, highlight=False)
