"""The map page: what stands round the map. The scripts in assets/ fill it from the live store."""

from typing import Any

from dash import dcc, html

from gridmap.web.i18n import Catalogue, Language, read_catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.actor import make_actor_control
from gridmap.web.pages.parts import extra

SEARCH_PAUSE_S = 0.15


def make_map_page(map_view: Any, *, catalogue: Catalogue, notice: str, has_areas: bool) -> html.Div:
    """Make the map page in the catalogue's language."""
    text = catalogue.text
    return html.Div(
        [
            html.A(text("Skip to the map"), href="#map-place", className="skip"),
            _make_bar(catalogue, notice),
            html.Div(
                [
                    html.Section(
                        _make_left(catalogue), id="left", className="side left", **extra(aria_label=text("Filters"))
                    ),
                    html.Main(
                        [map_view, html.Div(id="map-hint", className="map-hint", **extra(aria_hidden="true"))]
                        + ([] if has_areas else [_make_empty(catalogue)]),
                        id="map-place",
                        className="map-place",
                        tabIndex=-1,
                    ),
                    html.Section(
                        _make_right(catalogue), id="right", className="side right", **extra(aria_label=text("Details"))
                    ),
                ],
                className="work",
            ),
            _make_tabs(catalogue),
        ],
        className="map-page",
        id="map-page",
    )


def _make_bar(catalogue: Catalogue, notice: str) -> html.Header:
    text = catalogue.text
    other = Language.ENGLISH if catalogue.language is Language.CHINESE else Language.CHINESE
    return html.Header(
        [
            html.Div(
                [
                    html.Span(className="mark", **extra(aria_hidden="true")),
                    html.H1([html.Span(id="county-name"), html.Span(text("Grid map"), className="product")]),
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
                        placeholder=text("Village, grid, unit or incident number; pinyin initials too"),
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
            html.Div(catalogue.text(notice), className="notice", id="notice", title=text(notice)) if notice else None,
            html.Div(
                [
                    html.Div(id="connection", className="connection", role="status"),
                    html.Time(id="clock", className="clock"),
                    make_actor_control(catalogue),
                    html.Details(
                        [html.Summary(text("Download")), html.Div(id="download-menu", className="menu")],
                        id="download",
                        className="drop",
                    ),
                    html.A(
                        text("Divide into grids"),
                        href=f"/divide?lang={catalogue.language.short}",
                        id="divide-link",
                        className="link",
                    ),
                    html.A(text("Wall screen"), href="/wall", id="wall-link", className="link"),
                    html.A(
                        read_catalogue(other).text("language:self"),
                        href=f"?lang={other.short}",
                        id="language-link",
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
