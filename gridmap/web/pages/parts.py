"""Small parts that the panels share. All text goes through components, which escape it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from gridmap.services.search import Place
from gridmap.web.i18n import Catalogue


def extra(**values: str) -> dict[str, Any]:
    """Make attributes that begin with data- or aria-, which Dash takes as they are: `data_x` becomes `data-x`."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def format_instant(instant: datetime | None, *, timezone: str) -> str:
    """Write an instant in the county's zone to the minute; a dash for none."""
    if instant is None:
        return "–"
    return instant.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def make_badge(letter: str | None) -> html.Span:
    """Make a unit's letter; assets/44_panel.js gives it the unit's colour."""
    return html.Span(letter or "–", className="badge", **extra(data_letter=letter or "", aria_hidden="true"))


def make_link(
    kind: str, identity: int, text: str, *, bounds: tuple[float, float, float, float] | None = None
) -> html.A:
    """Make a link that opens another page of the panel and moves the map there."""
    data = extra(data_select=f"{kind}:{identity}")
    if bounds is not None:
        data["data-bounds"] = ",".join(f"{value:.6f}" for value in bounds)
    return html.A(text, href="#", **data)


def make_place_link(place: Place) -> html.A:
    """Make the link to a place of the search index."""
    return make_link("area", place.id, place.name, bounds=place.bounds)


def make_chain(places: Iterable[html.A | html.Span]) -> html.Ol:
    """Make the chain of areas from coarse to fine."""
    return html.Ol([html.Li(place) for place in places], className="chain")


def make_facts(rows: Iterable[tuple[str, Any]]) -> html.Dl:
    """Make a list of names and values; rows whose value is None are left out."""
    children: list[Any] = []
    for name, value in rows:
        if value is not None:
            children += [html.Dt(name), html.Dd(value)]
    return html.Dl(children, className="facts")


def make_stats(stats: Sequence[tuple[str, str, bool]]) -> html.Div:
    """Make tiles of figures: name, figure, whether it alarms."""
    return html.Div(
        [
            html.Div([html.B(value), html.Span(name)], className="stat alarm" if is_alarm else "stat")
            for name, value, is_alarm in stats
        ],
        className="stats",
    )


def make_countdown(due_at: datetime | None) -> html.Span | None:
    """Make the place where assets/44_panel.js counts the working time left or over, by the server's clock."""
    if due_at is None:
        return None
    return html.Span(className="countdown", **extra(data_due=str(int(due_at.timestamp()))))


def make_section(title: str, content: Any, catalogue: Catalogue) -> html.Section:
    """Make a titled part of a panel; the title is a message id."""
    return html.Section([html.H2(catalogue.text(title)), content])
