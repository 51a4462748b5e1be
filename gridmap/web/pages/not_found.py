"""Which paths are pages, and the small page of a path that leads nowhere: plain HTML, no script."""

from html import escape

from dash import Dash
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request, Response

from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, Language, read_catalogue, read_language

PAGE_PATHS = ("/map", "/map/", "/wall", "/wall/", "/divide", "/divide/", "/desk", "/desk/")
"""Beside `/`, which Dash itself answers."""

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 15vh auto; max-width: 36rem; padding: 0 1.5rem; color: #1f2933; background: #fff;
  font: 1.125rem/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }}
h1 {{ font-size: 1.5rem }}
section + section {{ margin-top: 2.5rem }}
</style>
</head>
<body>
<main>
{sections}
</main>
</body>
</html>
"""


def add_page_routes(server: FastAPI, dash: Dash, context: WebContext) -> None:
    """Answer the paths of the pages with Dash's page, and every other path that nothing answers with 404.

    To be called after all other routes are there: Dash's own answer to every path, which it adds when the server
    starts, is never reached.
    """

    async def show_page(request: Request) -> Response:
        token = set_current_request(request)  # type: ignore[no-untyped-call]
        try:
            return Response(dash.index(), media_type="text/html")  # type: ignore[no-untyped-call]
        finally:
            reset_current_request(token)  # type: ignore[no-untyped-call]

    async def show_nothing(request: Request) -> Response:
        language = read_language(request.query_params.get("lang"), context.settings.language)
        return Response(make_not_found(language), status_code=404, media_type="text/html")

    for path in PAGE_PATHS:
        server.add_api_route(path, show_page, methods=["GET"], include_in_schema=False)
    server.add_api_route("/{path:path}", show_nothing, methods=["GET"], include_in_schema=False)


def make_not_found(language: Language) -> str:
    """Make the page in both languages, the reader's own first. What was asked for is not repeated."""
    first = read_catalogue(language)
    others = [read_catalogue(other) for other in Language if other is not language]
    return _PAGE.format(
        lang=language.tag,
        title=escape(first.text("There is nothing at this address")),
        sections="\n".join(map(_make_section, [first, *others])),
    )


def _make_section(catalogue: Catalogue) -> str:
    text = catalogue.text
    return (
        f'<section lang="{catalogue.language.tag}"><h1>{escape(text("There is nothing at this address"))}</h1>'
        f'<p><a href="/?lang={catalogue.language.short}">{escape(text("To the map"))}</a></p></section>'
    )
