"""The results of the search box."""

import asyncio

from dash import Dash, Input, Output, State, html

from gridmap.errors import DatabaseError
from gridmap.services.search import Place, PlaceSearch
from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, read_catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.config import find_language
from gridmap.web.pages.parts import extra

MAX_LENGTH = 40


def register(app: Dash, context: WebContext, places: PlaceSearch) -> None:
    """Register the callback of the search box."""

    async def show_results(text: str | None, query: str | None) -> list[html.Div]:
        wanted = (text or "").strip()[:MAX_LENGTH]
        catalogue = read_catalogue(find_language(query, context.settings.language))
        if not wanted:
            return []
        try:
            found = await asyncio.to_thread(places.list_places, context.database, wanted)
        except DatabaseError:
            return [html.Div(catalogue.text("The database does not answer. Try again in a moment."), className="hint")]
        return make_results(found, catalogue=catalogue)

    app.callback(
        Output(ids.SEARCH_RESULTS, "children"),
        Input(ids.SEARCH_TEXT, "value"),
        State(ids.LOCATION, "search"),
        prevent_initial_call=True,
    )(show_results)


def make_results(found: list[Place], *, catalogue: Catalogue) -> list[html.Div]:
    """Make the list of results; a click on one is handled by assets/44_panel.js through its data attributes."""
    if not found:
        return [
            html.Div(
                catalogue.text("Nothing found. A part of the name or its pinyin initials will do."), className="hint"
            )
        ]
    return [_make_result(place, catalogue) for place in found]


def _make_result(place: Place, catalogue: Catalogue) -> html.Div:
    data = extra(data_select=f"{place.kind}:{place.id}")
    if place.bounds is not None:
        data["data-bounds"] = ",".join(f"{value:.6f}" for value in place.bounds)
    kind = catalogue.text(f"level:{place.level}") if place.level else catalogue.text("Incident {id}", id=place.id)
    return html.Div(
        [
            html.Span(place.name, className="result-name"),
            html.Span(kind, className="result-kind"),
            html.Span(place.within, className="result-within"),
        ],
        role="option",
        className="result",
        id=f"result-{place.kind}-{place.id}",
        **data,
    )
