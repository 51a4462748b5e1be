"""The pages: the map at `/` and `/map`, the wall screen at `/wall`, the division of villages at `/divide`,
the duty officer's desk at `/desk`.
"""

import asyncio
from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from gridmap.services.search import PlaceSearch
from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, read_catalogue
from gridmap.web.pages import chart, ids, panel, search
from gridmap.web.pages.config import find_language, is_desk_path, is_divide_path, is_wall_path, make_index
from gridmap.web.pages.desk import make_desk_page
from gridmap.web.pages.divide import make_divide_page
from gridmap.web.pages.facts import PageFacts, read_base_map
from gridmap.web.pages.map import make_map_page
from gridmap.web.pages.map_view import make_map
from gridmap.web.pages.wall import make_wall_page


def register_pages(app: Dash, context: WebContext) -> None:
    """Give the app its pages, its HTML and its callbacks."""
    facts = PageFacts(context)
    places = PlaceSearch()

    async def show_page(path: str | None, query: str | None) -> html.Div:
        catalogue = read_page_catalogue(context, query)
        return await asyncio.to_thread(_make_page, context, facts, catalogue, path or "/")

    # The app is made elsewhere: overriding the method in place is what a subclass would do.
    app.interpolate_index = make_index(app, context, facts)  # type: ignore[method-assign]
    app.layout = _make_shell()
    app.validation_layout = _make_validation_layout()  # type: ignore[assignment]
    app.callback(Output(ids.PAGE, "children"), Input(ids.LOCATION, "pathname"), State(ids.LOCATION, "search"))(
        show_page
    )
    panel.register(app, context, places)
    search.register(app, context, places)
    chart.register(app)


def read_page_catalogue(context: WebContext, query: str | None) -> Catalogue:
    """Read the catalogue of the language that the query part of the page's URL names."""
    return read_catalogue(find_language(query, context.settings.language))


def _make_page(context: WebContext, facts: PageFacts, catalogue: Catalogue, path: str) -> html.Div:
    county = facts.find_facts()
    if is_divide_path(path):
        return make_divide_page(
            catalogue=catalogue, notice=county.notice, bounds=county.bounds, base_map=read_base_map(context.settings)
        )
    if is_desk_path(path):
        return make_desk_page(catalogue=catalogue, notice=county.notice)
    is_wall = is_wall_path(path)
    view = make_map(
        list(context.layers),
        catalogue=catalogue,
        bounds=county.bounds,
        base_map=read_base_map(context.settings),
        is_wall=is_wall,
    )
    if is_wall:
        return make_wall_page(view, catalogue=catalogue, notice=county.notice)
    return make_map_page(view, catalogue=catalogue, notice=county.notice, has_areas=county.has_areas)


def _make_shell() -> html.Div:
    return html.Div(
        [
            # Links are ordinary links: each page is loaded whole, so a wall never carries a map page's scripts along.
            dcc.Location(id=ids.LOCATION, refresh=True),
            dcc.Store(id=ids.SELECTION),
            dcc.Store(id=ids.CHART_GATE),
            html.Div(id=ids.PAGE, className="page"),
        ]
    )


def _make_validation_layout() -> html.Div:
    """All ids that callbacks name, also those that only one of the pages has; so that a wrong id is still an error."""
    children: list[Any] = [
        _make_shell(),
        html.Div(id=ids.PANEL_BODY),
        dcc.Input(id=ids.SEARCH_TEXT),
        html.Div(id=ids.SEARCH_RESULTS),
        html.Div(id=ids.CHART_PLACE),
    ]
    return html.Div(children)
