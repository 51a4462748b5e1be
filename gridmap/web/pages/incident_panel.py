"""The page of an incident: what, where, whose, until when, why, and its life so far."""

from dash import html

from gridmap.services.explain import Explanation
from gridmap.services.incident_life import IncidentLife
from gridmap.services.incidents import IncidentHistory, StoredIncident
from gridmap.services.search import SearchIndex
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import ids, parts
from gridmap.web.pages.due_days import make_due
from gridmap.web.pages.history import make_history
from gridmap.web.pages.life_bar import make_life
from gridmap.web.pages.proceedings import list_proceedings
from gridmap.web.pages.requests import make_requests, write_open
from gridmap.web.pages.why import make_why

_CHAIN = ("township", "village", "large_grid", "small_grid")
_LATE_CLASSES = {"near_due": "pill near", "overdue": "pill late", "twice_overdue": "pill late"}


def make_incident_panel(
    history: IncidentHistory,
    index: SearchIndex,
    *,
    catalogue: Catalogue,
    timezone: str,
    explanation: Explanation | None = None,
    life: IncidentLife | None = None,
) -> html.Article:
    """Make the page of an incident; without explanation and life it says what the incident itself knows."""
    incident, text = history.incident, catalogue.text
    is_open = incident.resolved_at is None
    limit_unit = "working_day" if life is None else life.due.basis.limit.unit.value
    late = str(incident.lateness)
    return html.Article(
        [
            html.Div(text("Incident {id}", id=incident.id), className="kicker"),
            html.H2(incident.item_name or text("Not in the list"), className="title"),
            html.Div(
                [
                    html.Span(text(f"status:{incident.status}"), className="pill open"),
                    html.Span(text(f"lateness:{late}"), className=_LATE_CLASSES.get(late, "pill")) if is_open else None,
                    html.Span(text("Provisional"), className="pill near", title=text("provisional:why"))
                    if incident.is_provisional
                    else None,
                ]
            ),
            html.P(incident.title, className="said") if incident.title else None,
            _make_unit(incident, catalogue),
            parts.make_facts(
                [
                    (text("Due"), [parts.format_instant(incident.due_at, timezone=timezone), " ", _left(incident)]),
                    (text("Reported"), parts.format_instant(incident.reported_at, timezone=timezone)),
                    (
                        text("Resolved"),
                        None if is_open else parts.format_instant(incident.resolved_at, timezone=timezone),
                    ),
                    (text("Channel"), text(f"channel:{incident.channel}")),
                    (text("Address"), incident.address or None),
                ]
            ),
            _make_actions(incident, life),
            make_requests(life.requests, catalogue=catalogue, timezone=timezone) if life is not None else None,
            parts.make_section(
                "Its time",
                make_life(
                    life,
                    index,
                    catalogue=catalogue,
                    timezone=timezone,
                    is_open=is_open,
                    twice_due_at=incident.twice_due_at,
                ),
                catalogue,
            )
            if life is not None
            else None,
            _make_around(incident, life) if life is not None else None,
            parts.make_section(
                "So far",
                make_history(history.events, index, catalogue=catalogue, timezone=timezone, limit_unit=limit_unit),
                catalogue,
            ),
            parts.make_section(
                "How its due time was counted",
                make_due(life.due, catalogue=catalogue, timezone=timezone),
                catalogue,
            )
            if life is not None
            else None,
            parts.make_section(
                "Why this unit",
                html.P(text(f"rule:{incident.lead_rule}"), className="hint")
                if explanation is None
                else make_why(explanation, catalogue=catalogue, timezone=timezone),
                catalogue,
            ),
            html.Div(
                [] if life is None else list(list_proceedings(life, index, catalogue=catalogue, timezone=timezone)),
            ),
            parts.make_section("Where", _make_where(incident, index, catalogue), catalogue),
        ]
    )


def describe_placement(incident: StoredIncident, catalogue: Catalogue) -> str:
    """Say in words where the point lies and how sure that is."""
    text = catalogue.text
    words = text(f"placement:{incident.placement}")
    if incident.margin_m is not None:
        return f"{words} · " + text("{n} m to the nearest other grid", n=f"{incident.margin_m:,.0f}")
    return words


def _make_actions(incident: StoredIncident, life: IncidentLife | None) -> html.Div:
    """Make the place where assets/44_actions.js offers what the person may do with this version."""
    data = {
        "data_incident": str(incident.id),
        "data_version": str(incident.version),
        "data_status": incident.status,
    }
    dispute = next((one for one in life.disputes if one.status == "open"), None) if life else None
    if dispute is not None:
        data |= {"data_dispute": str(dispute.id), "data_dispute_version": str(dispute.version)}
    if life is not None and (requests := write_open(life.requests)):
        data["data_requests"] = requests
    return html.Div(id=ids.ACTIONS, className="actions", **parts.extra(**data))


def _make_around(incident: StoredIncident, life: IncidentLife) -> html.Div:
    """Make the place where assets/44_around_list.js draws orders and cards; `data-print` changes with any of them."""
    versions = [f"{one.id}.{one.version}" for one in life.orders]
    versions += [f"{one.id}.{one.version}" for one in life.cards]
    data = {"data_incident": str(incident.id), "data_print": ":".join([str(incident.version), *versions])}
    return html.Div(id=ids.AROUND, **parts.extra(**data))


def _left(incident: StoredIncident) -> html.Span | None:
    return parts.make_countdown(incident.due_at) if incident.resolved_at is None else None


def _make_unit(incident: StoredIncident, catalogue: Catalogue) -> html.Div:
    name = incident.unit_name or catalogue.text("No unit")
    return html.Div([parts.make_badge(incident.unit_letter), html.Span(name)], className="with-unit")


def _make_where(incident: StoredIncident, index: SearchIndex, catalogue: Catalogue) -> html.Div:
    text = catalogue.text
    links: list[html.A | html.Span] = []
    for level in _CHAIN:
        code = getattr(incident, level)
        if code:
            place = index.by_code.get((level, code))
            # An older generation's grid is not in today's index: its code still says where it was.
            links.append(parts.make_place_link(place) if place else html.Span(code))
    point = None if incident.lon is None else f"{incident.lon:.5f}, {incident.lat:.5f}"
    return html.Div(
        [
            parts.make_chain(links) if links else None,
            parts.make_facts(
                [
                    (text("Placement"), describe_placement(incident, catalogue)),
                    (text("Precision"), text(f"precision:{incident.precision}")),
                    (text("Datum as reported"), text(f"datum:{incident.datum}")),
                    (text("Point (CGCS2000)"), point),
                ]
            ),
        ]
    )
