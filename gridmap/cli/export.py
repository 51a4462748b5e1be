"""`gridmap export`: a layer as a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)


def export(
    layer: Annotated[str, typer.Argument(help="Id of a layer: the name of its file in layers/ without .toml.")],
    *,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    file_format: Annotated[
        str | None, typer.Option("--format", help="gpkg, geojson, csv, xlsx; by the name of --out without it.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="key=value; again for more. One key twice: either value.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Of headers and words in tables: zh_CN or en.")] = None,
) -> None:
    """Write what a map layer shows to a file."""
    from gridmap.errors import InputError
    from gridmap.services.export import export_layer
    from gridmap.services.start import open_ready_database, read_layers
    from gridmap.settings import read_settings
    from gridmap.web.export_text import make_title, make_translate
    from gridmap.web.i18n import Language, read_language

    settings = read_settings()
    if language is not None and language not in set(Language):
        raise InputError(f"--language {language} is none of {', '.join(Language)}.")
    chosen = read_language(language, settings.language)
    layers, _ = read_layers(settings.layers_dir)
    found = layers.find_layer(layer)
    pairs = []
    for condition in where or []:
        key, equals, value = condition.partition("=")
        if not equals:
            raise InputError(f"--where {condition} is not key=value.")
        pairs.append((key.strip(), value.strip()))
    errors = Console(stderr=True)
    with open_ready_database(settings) as database, errors.status(f"writing {out.name}"):
        count = export_layer(
            database,
            found,
            out,
            file_format=file_format or out.suffix.lstrip(".").lower(),
            where=pairs,
            title=make_title(found, chosen),
            translate=make_translate(chosen),
            timezone=settings.timezone,
        )
    Console(soft_wrap=True).print(f"{count} rows of {found.id} written to {out}", markup=False)
