"""The frame of a page with a bar, two sides and a map between: what the map page and the page of divisions share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from gridmap.web.i18n import Catalogue, Language, read_catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.parts import extra

SEARCH_PAUSE_S = 0.15


@dataclass(frozen=True)
class Side:
    """A side of the page: its content, and what it is called for who does not see it (a message id)."""

    name: str
    content: Any


def make_frame(
    bar: html.Header,
    *,
    left: Side,
    middle: Sequence[Any],
    right: Side,
    catalogue: Catalogue,
    page_id: str,
    class_name: str = "map-page",
    foot: Any = None,
    skip: str = "Skip to the map",
) -> html.Div:
    """Put a page together: the bar, the left side, the map with what lies over it, the right side, the foot.

    Parameters
    ----------
    skip
        Message id of the first link, which leads to the middle.
    """
    text = catalogue.text
    return html.Div(
        [
            html.A(text(skip), href="#map-place", className="skip"),
            bar,
            html.Div(
                [
                    html.Section(left.content, id="left", className="side left", **extra(aria_label=text(left.name))),
                    html.Main(list(middle), id="map-place", className="map-place", tabIndex=-1),
                    html.Section(
                        right.content, id="right", className="side right", **extra(aria_label=text(right.name))
                    ),
                ],
                className="work",
            ),
            foot,
        ],
        className=class_name,
        id=page_id,
    )


def make_bar(
    catalogue: Catalogue,
    *,
    brand: Sequence[Any],
    notice: str,
    end: Sequence[Any],
    language_id: str,
    search_hint: str = "",
) -> html.Header:
    """Make the bar: the brand, the search box, the notice, what stands at the end, and the other language.

    Parameters
    ----------
    search_hint
        Message id of what the empty search box says; without it there is no search box.
    language_id
        Of the link to the other language; its script keeps the view in the URL.
    """
    text = catalogue.text
    other = Language.ENGLISH if catalogue.language is Language.CHINESE else Language.CHINESE
    return html.Header(
        [
            html.Div(
                [html.Span(className="mark", **extra(aria_hidden="true")), html.H1(list(brand))], className="brand"
            ),
            _make_search(catalogue, search_hint) if search_hint else None,
            html.Div(text(notice), className="notice", id="notice", title=text(notice)) if notice else None,
            html.Div(
                [
                    *end,
                    html.A(
                        read_catalogue(other).text("language:self"),
                        href=f"?lang={other.short}",
                        id=language_id,
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


def _make_search(catalogue: Catalogue, hint: str) -> html.Div:
    text = catalogue.text
    return html.Div(
        [
            dcc.Input(
                id=ids.SEARCH_TEXT,
                type="text",
                debounce=SEARCH_PAUSE_S,
                autoComplete="off",
                placeholder=text(hint),
                className="search-text",
                maxLength=40,
            ),
            html.Div(
                id=ids.SEARCH_RESULTS, className="search-results", role="listbox", **extra(aria_label=text("Results"))
            ),
        ],
        className="search",
        role="search",
    )
