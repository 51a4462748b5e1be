"""The map page: what stands round the map. The scripts in assets/ fill it from the live store."""

from typing import Any

from dash import html

from gridmap.web.i18n import Catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.actor import make_actor_control
from gridmap.web.pages.frame import Side, make_bar, make_frame
from gridmap.web.pages.parts import extra


def make_map_page(map_view: Any, *, catalogue: Catalogue, notice: str, has_areas: bool) -> html.Div:
    """Make the map page in the catalogue's language."""
    middle = [map_view, html.Div(id="map-hint", className="map-hint", **extra(aria_hidden="true"))]
    return make_frame(
        _make_bar(catalogue, notice),
        left=Side("Filters", _make_left(catalogue)),
        middle=middle if has_areas else [*middle, _make_empty(catalogue)],
        right=Side("Details", _make_right(catalogue)),
        catalogue=catalogue,
        page_id="map-page",
        foot=_make_tabs(catalogue),
    )


def _make_bar(catalogue: Catalogue, notice: str) -> html.Header:
    text = catalogue.text
    return make_bar(
        catalogue,
        brand=[html.Span(id="county-name"), html.Span(text("Grid map"), className="product")],
        search_hint="Village, grid, unit or incident number; pinyin initials too",
        notice=notice,
        end=[
            html.Div(id="connection", className="connection", role="status"),
            html.Time(id="clock", className="clock"),
            make_actor_control(catalogue),
            html.Details(
                [html.Summary(text("Download")), html.Div(id="download-menu", className="menu")],
                id="download",
                className="drop",
            ),
            html.A(text("Duty desk"), href=f"/desk?lang={catalogue.language.short}", id="desk-link", className="link"),
            html.A(
                text("Divide into grids"),
                href=f"/divide?lang={catalogue.language.short}",
                id="divide-link",
                className="link",
            ),
            html.A(text("Wall screen"), href="/wall", id="wall-link", className="link"),
        ],
        language_id="language-link",
    )


def _make_left(catalogue: Catalogue) -> list[Any]:
    text = catalogue.text
    return [
        html.Div(id="states", className="states", role="group", **extra(aria_label=text("By lateness"))),
        html.Div(id="on-map", className="on-map", role="status"),
        html.Div(
            [html.H2(text("Colour of the areas")), html.Div(id="measures", className="measures", role="radiogroup")],
            className="block",
        ),
        html.Div(
            [
                html.Div(
                    [
                        html.H2(text("Responsible units")),
                        html.Button(text("All"), id="legend-all", className="quiet", type="button"),
                    ],
                    className="head",
                ),
                html.Div(id="legend", className="legend", role="group", **extra(aria_label=text("Responsible units"))),
            ],
            className="block grow",
        ),
        html.Div(
            [
                html.Div(
                    [
                        html.H2(text("Filters")),
                        html.Button(text("Clear"), id="filter-clear", className="quiet", type="button"),
                    ],
                    className="head",
                ),
                html.Div(id="filters", className="filters"),
            ],
            className="block",
        ),
    ]


def _make_right(catalogue: Catalogue) -> list[Any]:
    text = catalogue.text
    return [
        html.Div(
            [
                html.Button(
                    "×",
                    id="panel-close",
                    className="close",
                    type="button",
                    title=text("Close"),
                    **extra(aria_label=text("Close")),
                ),
                html.Div(id=ids.PANEL_BODY),
            ],
            id=ids.PANEL,
            className="panel",
            hidden=True,
        ),
        html.Div(id="list-panel", className="panel list-panel", hidden=True),
        html.Div(
            [
                html.P(text("Click a grid or an incident on the map for its page."), className="hint"),
                html.H2(text("Newly overdue")),
                html.Div(id="newest", className="rows"),
                html.H2(text("Longest overdue")),
                html.Div(id="longest", className="rows"),
            ],
            id="start-panel",
            className="panel",
        ),
        html.Div(
            [html.H2(text("Overdue by unit and age")), html.Div(id=ids.CHART_PLACE, className="chart-place")],
            className="block chart-block",
        ),
    ]


def _make_empty(catalogue: Catalogue) -> html.Div:
    text = catalogue.text
    return html.Div(
        [
            html.H2(text("No boundaries yet")),
            html.P(text("Load your county's areas, then publish them. The map fills by itself.")),
            html.Code("gridmap import areas FILE --level … --datum …"),
            html.Code("gridmap publish"),
        ],
        className="empty-county",
    )


def _make_tabs(catalogue: Catalogue) -> html.Nav:
    # On a phone the two sides become sheets over the map; these buttons raise them.
    text = catalogue.text
    return html.Nav(
        [
            html.Button(text("Map"), type="button", **extra(data_sheet="map")),
            html.Button(text("Units"), type="button", **extra(data_sheet="left")),
            html.Button(text("Details"), type="button", **extra(data_sheet="right")),
        ],
        className="tabs",
        id="tabs",
        **extra(aria_label=text("Parts of the page")),
    )
