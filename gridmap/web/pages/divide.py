"""The page that divides villages into grids: rules, map, table. The scripts `assets/5*_divide*.js` fill it.

No geometry goes through Dash: the scripts ask `/api/divide`.
"""

import dash_leaflet as dl
from dash import html

from gridmap.web.i18n import Catalogue
from gridmap.web.pages.facts import BaseMap, Bounds
from gridmap.web.pages.frame import Side, make_bar, make_frame
from gridmap.web.pages.map_view import make_container
from gridmap.web.pages.parts import extra


def make_divide_page(*, catalogue: Catalogue, notice: str, bounds: Bounds, base_map: BaseMap | None) -> html.Div:
    """Make the page in the catalogue's language.

    Parameters
    ----------
    bounds
        What is in view before a village is chosen: west, south, east, north in degrees (EPSG:4490).
    """
    text = catalogue.text
    bar = make_bar(
        catalogue,
        brand=[text("Divide into grids"), html.Span(id="divide-village", className="product")],
        search_hint="Choose a village: a part of its name, pinyin initials, or its code",
        notice=notice,
        end=[html.A(text("To the map"), href=f"/map?lang={catalogue.language.short}", className="link")],
        language_id="divide-language",
    )
    # The group that Leaflet adds is handed to the scripts, which draw on its map.
    group = dl.LayerGroup(id="divide-layer", eventHandlers={"add": {"variable": "gridmap.divideMap.add"}})
    tools = html.Div(id="divide-tools", className="divide-tools", role="toolbar", **extra(aria_label=text("Tools")))
    return make_frame(
        bar,
        left=Side("How to divide", html.Div(id="divide-form")),
        middle=[
            make_container(
                [group],
                bounds=bounds,
                base_map=base_map,
                # The lasso and the brush begin where others would zoom.
                boxZoom=False,
                doubleClickZoom=False,
                zoomSnap=0.25,
                maxZoom=20,
            ),
            tools,
            html.Div(id="divide-hint", className="divide-hint", role="status"),
        ],
        right=Side("Grids", html.Div(id="divide-result")),
        catalogue=catalogue,
        page_id="divide-page",
        class_name="map-page divide-page",
    )
