"""The duty officer's desk: lists on the left, what stands in one, and on the right what is done with it.

The scripts `assets/6*_desk*.js` fill it from the live store and the API; nothing of it goes through Dash.
"""

from dash import html

from gridmap.web.i18n import Catalogue
from gridmap.web.pages.actor import make_actor_control
from gridmap.web.pages.frame import Side, make_bar, make_frame


def make_desk_page(*, catalogue: Catalogue, notice: str) -> html.Div:
    """Make the page in the catalogue's language."""
    text = catalogue.text
    bar = make_bar(
        catalogue,
        brand=[html.Span(id="county-name"), html.Span(text("Duty desk"), className="product")],
        notice=notice,
        end=[
            html.Div(id="connection", className="connection", role="status"),
            html.Time(id="clock", className="clock"),
            make_actor_control(catalogue),
            html.A(text("To the map"), href=f"/map?lang={catalogue.language.short}", className="link"),
        ],
        language_id="desk-language",
    )
    return make_frame(
        bar,
        left=Side("Lists", html.Div(id="desk-nav")),
        middle=[html.Div(id="desk-main", className="desk-main")],
        right=Side("Details", html.Div(id="desk-side")),
        catalogue=catalogue,
        page_id="desk-page",
        class_name="map-page desk-page",
        skip="Skip to the list",
    )
