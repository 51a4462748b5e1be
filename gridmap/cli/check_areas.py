"""`gridmap check areas`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from gridmap.services.check_areas import AreaCheck

EXIT_FINDINGS = 1


def register(app: typer.Typer) -> None:  # noqa: ARG001 -- the signature that all command modules share
    """Add the command to the program."""
    from gridmap.cli import check_app

    check_app.command(name="areas")(check)


def check(
    *,
    level: Annotated[str | None, typer.Option(help="Only this level.")] = None,
    generation: Annotated[
        str | None, typer.Option(help="Its name; the draft, else the current one, without it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: generation, areas, counts, findings.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Rows of the table; 0 for all. JSON has them all.")] = 50,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 when there are findings.")] = False,
) -> None:
    """Look for gaps, overlaps, orphans, parents that differ, households outside 80-120, repeated names."""
    from gridmap.domain.areas import AreaLevel
    from gridmap.errors import InputError
    from gridmap.services.check_areas import check_areas
    from gridmap.services.start import open_ready_database
    from gridmap.settings import read_settings

    if level is not None and level not in set(AreaLevel):
        raise InputError(f"--level {level} is none of {', '.join(AreaLevel)}.")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with (
        open_ready_database(read_settings()) as database,
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("reading", total=1.0)
        result = check_areas(
            database,
            level=AreaLevel(level) if level else None,
            generation_name=generation,
            progress=lambda step, share: bar.update(task, description=step, completed=share),
        )
    if as_json:
        typer.echo(json.dumps(_make_json(result), ensure_ascii=False, indent=1))
    else:
        _print_tables(result, limit=limit)
    if strict and result.findings:
        raise typer.Exit(EXIT_FINDINGS)


def _make_json(result: "AreaCheck") -> dict[str, object]:
    return {
        "generation": result.generation_name,
        "areas": {str(level): count for level, count in result.areas.items()},
        "counts": [
            {"level": str(level), "kind": str(kind), "count": count}
            for (level, kind), count in result.count_by_kind().items()
        ],
        "findings": [finding.as_json() for finding in result.findings],
    }


def _print_tables(result: "AreaCheck", *, limit: int) -> None:
    console = Console()
    if not console.is_terminal:
        # A file or a pipe has no width of its own, and 80 columns would break every cell.
        console = Console(width=200)
    counts = Table("level", "areas", "finding", "count", title=f"generation {result.generation_name}")
    by_kind = result.count_by_kind()
    for level, areas in result.areas.items():
        kinds = [(kind, count) for (of_level, kind), count in by_kind.items() if of_level == level]
        for position, (kind, count) in enumerate(kinds or [(None, 0)]):
            counts.add_row(*((level, str(areas)) if position == 0 else ("", "")), str(kind or "none"), str(count))
    console.print(counts)
    shown = result.findings if limit == 0 else result.findings[:limit]
    if not shown:
        return
    table = Table("level", "finding", "codes", "area m2", "lon, lat", "detail")
    for finding in shown:
        codes = ", ".join(finding.codes[:3]) + (f" +{len(finding.codes) - 3}" if len(finding.codes) > 3 else "")
        size = "" if finding.area_m2 is None else f"{finding.area_m2:,.1f}"
        table.add_row(finding.level, finding.kind, codes, size, f"{finding.lon:.6f}, {finding.lat:.6f}", finding.detail)
    console.print(table)
    if len(shown) < len(result.findings):
        console.print(f"{len(shown)} of {len(result.findings)} shown; --limit 0 shows all, --json prints all.")
