"""The control in the top bar that says for whom the page acts; assets/46_actor.js fills it."""

from dash import html

from gridmap.web.i18n import Catalogue
from gridmap.web.pages.parts import extra


def make_actor_control(catalogue: Catalogue) -> html.Details:
    """Make the control, empty until the script knows the staff."""
    text = catalogue.text
    return html.Details(
        [
            html.Summary(text("Read only"), id="actor-said", title=text("Whom this page acts for")),
            html.Div(id="actor-menu", className="menu actor-menu", **extra(aria_label=text("Whom this page acts for"))),
        ],
        id="actor",
        className="drop actor",
    )
