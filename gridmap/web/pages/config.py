"""The page's configuration as JSON inside its HTML, and the HTML round it.

The JSON stands in a script element of type application/json: a data block, which a content security policy ignores.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson
from dash import Dash

from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, Language, read_catalogue, read_language
from gridmap.web.pages import ids
from gridmap.web.pages.facts import CountyFacts, PageFacts

WALL_PATH = "/wall"
DIVIDE_PATH = "/divide"
DESK_PATH = "/desk"

_INDEX = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}" data-page="{page}">
<head>
{metas}
<title>{title}</title>
{favicon}
{css}
</head>
<body>
{app_entry}
<script type="application/json" id="{config_id}">{page_config}</script>
<footer>
{config}
{scripts}
{renderer}
</footer>
</body>
</html>
"""

_PARTS = ("metas", "favicon", "css", "app_entry", "config", "scripts", "renderer")


_TITLES = {"wall": "GridMap wall", "desk": "Duty desk"}


def is_wall_path(path: str) -> bool:
    """Whether the path asks for the wall screen."""
    return path.rstrip("/") == WALL_PATH


def is_divide_path(path: str) -> bool:
    """Whether the path asks for the page that divides villages."""
    return path.rstrip("/") == DIVIDE_PATH


def is_desk_path(path: str) -> bool:
    """Whether the path asks for the duty officer's desk."""
    return path.rstrip("/") == DESK_PATH


def name_page(path: str) -> str:
    """Name the page that a path asks for, as the scripts and style sheets know it."""
    if is_wall_path(path):
        return "wall"
    if is_divide_path(path):
        return "divide"
    return "desk" if is_desk_path(path) else "map"


def make_page_config(context: WebContext, county: CountyFacts, *, catalogue: Catalogue, page: str) -> dict[str, Any]:
    """Make what the scripts are told: see docs/architecture.md, "The browser"."""
    return {
        "language": catalogue.language.value,
        "locale": catalogue.language.tag,
        "theme": "dark" if page == "wall" else "light",
        "page": page,
        "layers": [layer.model_dump(mode="json") for layer in context.layers],
        # The scripts look their messages up by the same ids as the pages.
        "messages": dict(catalogue.messages),
        "tileVersion": county.tile_version,
        "build": context.build,
        "bounds": list(county.bounds),
        "timezone": context.settings.timezone,
    }


def write_json(value: object) -> str:
    """Write JSON that is safe between script tags: no text in it can end the element or start a comment."""
    text = orjson.dumps(value).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def make_index(app: Dash, context: WebContext, facts: PageFacts) -> Callable[..., str]:
    """Make the function that writes the page's HTML for the request at hand."""

    def write_index(**parts: str) -> str:
        request = app.backend.request_adapter()
        catalogue = read_catalogue(read_language(request.args.get("lang"), context.settings.language))
        page = name_page(request.path)
        page_config = make_page_config(context, facts.find_known_facts(), catalogue=catalogue, page=page)
        return _INDEX.format(
            **{name: parts.get(name, "") for name in _PARTS},
            lang=catalogue.language.tag,
            theme=page_config["theme"],
            page=page_config["page"],
            title=catalogue.text(_TITLES.get(page, "GridMap")),
            config_id=ids.CONFIG,
            page_config=write_json(page_config),
        )

    return write_index


def find_language(search: str | None, default: str) -> Language:
    """Find the language that the query part of a URL names (`?lang=en`)."""
    named = parse_qs((search or "").lstrip("?")).get("lang", [""])
    return read_language(named[0], default)
