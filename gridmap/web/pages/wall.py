"""The wall screen: dark, without controls, read from five metres; filled from the live store by assets/."""

from typing import Any

from dash import html

from gridmap.web.i18n import Catalogue


def make_wall_page(map_view: Any, *, catalogue: Catalogue, notice: str) -> html.Div:
    """Make the wall page in the catalogue's language."""
    text = catalogue.text
    return html.Div(
        [
            html.Header(
                [
                    html.H1([html.Span(id="county-name"), html.Span(text("Grid command screen"), className="product")]),
                    html.Div(id="figures", className="figures"),
                    html.Div(
                        [
                            html.Time(id="clock", className="clock"),
                            html.Div(id="connection", className="connection", role="status"),
                        ],
                        className="wall-end",
                    ),
                ],
                className="wall-bar",
            ),
            html.Section(
                [html.H2(text("Overdue by responsible unit")), html.Div(id="league", className="league")],
                className="wall-side wall-left",
            ),
            html.Main(
                [
                    map_view,
                    html.Div(id="tour-caption", className="tour-caption"),
                    html.Div(text(notice), className="notice", id="notice") if notice else None,
                ],
                className="map-place",
                id="map-place",
            ),
            html.Section(
                [
                    html.H2(text("Newly overdue")),
                    html.Div(id="newest", className="rows"),
                    html.H2(text("Longest overdue")),
                    html.Div(id="longest", className="rows"),
                ],
                className="wall-side wall-right",
            ),
            html.Footer(
                [
                    html.Div(
                        [
                            html.H2(text("Last 24 hours")),
                            html.Div([html.I(className="in"), text("Reported")], className="key"),
                            html.Div([html.I(className="out"), text("Resolved")], className="key"),
                        ],
                        className="foot-head",
                    ),
                    html.Div(id="hours", className="hours"),
                    html.Div(id="wall-states", className="wall-states"),
                    html.Div(id="wall-cards", className="wall-cards"),
                ],
                className="wall-foot",
            ),
        ],
        className="wall-page",
        id="wall-page",
    )
