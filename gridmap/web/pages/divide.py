"""The page that divides a village into grids: bar, parameters, map, table. The scripts `assets/5*_divide*.js` fill it.

No geometry goes through Dash: the scripts ask `/api/divide`.
"""

from typing import Any

import dash_leaflet as dl
from dash import dcc, html

from gridmap.web.i18n import Catalogue, Language, read_catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.facts import BaseMap, Bounds
from gridmap.web.pages.parts import extra

SEARCH_PAUSE_S = 0.15


def make_divide_page(*, catalogue: Catalogue, notice: str, bounds: Bounds, base_map: BaseMap | None) -> html.Div:
    """Make the page in the catalogue's language.

    Parameters
    ----------
    bounds
        What is in view before a village is chosen: west, south, east, north in degrees (EPSG:4490).
    """
    text = catalogue.text
    return html.Div(
        [
            html.A(text("Skip to the map"), href="#map-place", className="skip"),
            _make_bar(catalogue, notice),
            html.Div(
                [
                    html.Section(
                        html.Div(id="divide-form"), className="side left", **extra(aria_label=text("How to divide"))
                    ),
                    html.Main(
                        [
                            _make_map(bounds, base_map),
                            html.Div(
                                id="divide-tools",
                                className="divide-tools",
                                role="toolbar",
                                **extra(aria_label=text("Tools")),
                            ),
                            html.Div(id="divide-hint", className="divide-hint", role="status"),
                        ],
                        id="map-place",
                        className="map-place",
                        tabIndex=-1,
                    ),
                    html.Section(
                        html.Div(id="divide-result"), className="side right", **extra(aria_label=text("Grids"))
                    ),
                ],
                className="work",
            ),
        ],
        className="map-page divide-page",
        id="divide-page",
    )


def _make_bar(catalogue: Catalogue, notice: str) -> html.Header:
    text = catalogue.text
    other = Language.ENGLISH if catalogue.language is Language.CHINESE else Language.CHINESE
    return html.Header(
        [
            html.Div(
                [
                    html.Span(className="mark", **extra(aria_hidden="true")),
                    html.H1([text("Divide into grids"), html.Span(id="divide-village", className="product")]),
                ],
                className="brand",
            ),
            html.Div(
                [
                    dcc.Input(
                        id=ids.SEARCH_TEXT,
                        type="text",
                        debounce=SEARCH_PAUSE_S,
                        autoComplete="off",
                        placeholder=text("Choose a village: a part of its name, pinyin initials, or its code"),
                        className="search-text",
                        maxLength=40,
                    ),
                    html.Div(
                        id=ids.SEARCH_RESULTS,
                        className="search-results",
                        role="listbox",
                        **extra(aria_label=text("Results")),
                    ),
                ],
                className="search",
                role="search",
            ),
            html.Div(text(notice), className="notice", id="notice", title=text(notice)) if notice else None,
            html.Div(
                [
                    html.A(text("To the map"), href=f"/map?lang={catalogue.language.short}", className="link"),
                    html.A(
                        read_catalogue(other).text("language:self"),
                        href=f"?lang={other.short}",
                        id="divide-language",
                        className="link",
                        hrefLang=other.tag,
                        lang=other.tag,
                        **extra(data_lang=other.short),
                    ),
                ],
                className="bar-end",
            ),
        ],
        className="bar",
    )


def _make_map(bounds: Bounds, base_map: BaseMap | None) -> dl.MapContainer:
    west, south, east, north = bounds
    children: list[Any] = []
    if base_map is not None:
        children.append(dl.TileLayer(url=base_map.url, attribution=base_map.attribution))
    # The group that Leaflet adds is handed to the scripts, which draw on its map.
    children.append(dl.LayerGroup(id="divide-layer", eventHandlers={"add": {"variable": "gridmap.divideMap.add"}}))
    children.append(dl.ZoomControl(position="topright"))
    children.append(dl.ScaleControl(position="bottomleft", imperial=False))
    return dl.MapContainer(
        children,
        id=ids.MAP,
        className="map",
        bounds=[[south, west], [north, east]],
        preferCanvas=True,
        # Each move would otherwise travel through Dash's store and stay in its history.
        trackViewport=False,
        zoomAnimation=False,
        fadeAnimation=False,
        zoomControl=False,
        attributionControl=base_map is not None,
        boxZoom=False,
        doubleClickZoom=False,
        zoomSnap=0.25,
        minZoom=7,
        maxZoom=20,
    )
