"""The side panel: the page of the selected area or incident."""

import asyncio
import logging
from typing import Any

from dash import Dash, Input, Output, State, html

from gridmap.errors import GridMapError, NotFoundError
from gridmap.services.areas import find_area_page
from gridmap.services.explain import explain_incident
from gridmap.services.incident_life import read_incident_life
from gridmap.services.incidents import find_incident
from gridmap.services.search import PlaceSearch
from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, read_catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.area_panel import make_area_panel
from gridmap.web.pages.config import find_language
from gridmap.web.pages.incident_panel import make_incident_panel

logger = logging.getLogger(__name__)


def register(app: Dash, context: WebContext, places: PlaceSearch) -> None:
    """Register the callback of the panel."""

    async def show_panel(selection: dict[str, Any] | None, query: str | None) -> Any:
        selected = read_selection(selection)
        if selected is None:
            return None
        catalogue = read_catalogue(find_language(query, context.settings.language))
        return await asyncio.to_thread(make_panel, context, places, *selected, catalogue=catalogue)

    app.callback(
        Output(ids.PANEL_BODY, "children"),
        Input(ids.SELECTION, "data"),
        State(ids.LOCATION, "search"),
        prevent_initial_call=True,
    )(show_panel)


def read_selection(selection: object) -> tuple[str, int] | None:
    """Read what is selected; anything that is no area or incident, from whatever sent it, selects nothing."""
    if not isinstance(selection, dict):
        return None
    kind, identity = selection.get("kind"), selection.get("id")
    if kind not in {"area", "incident"} or isinstance(identity, bool) or not isinstance(identity, int):
        return None
    return (kind, identity) if 0 < identity < 2**63 else None


def make_panel(context: WebContext, places: PlaceSearch, kind: str, identity: int, *, catalogue: Catalogue) -> Any:
    """Make the page of an area or an incident; what can't be shown says so in words."""
    try:
        index = places.find_index(context.database)
        if kind == "incident":
            history = find_incident(context.database, identity)
            return make_incident_panel(
                history,
                index,
                catalogue=catalogue,
                timezone=context.settings.timezone,
                explanation=explain_incident(context.database, identity),
                life=read_incident_life(context.database, identity, is_open=history.incident.resolved_at is None),
            )
        page = find_area_page(context.database, identity)
        return make_area_panel(page, index, catalogue=catalogue)
    except NotFoundError:
        return html.P(catalogue.text("This is not there any more."), className="hint")
    except GridMapError as error:
        logger.warning("The panel of %s %d can't be shown: %s", kind, identity, error)
        return html.P(catalogue.text("The database does not answer. Try again in a moment."), className="hint")
