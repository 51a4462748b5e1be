"""What a unit asked for on the page of an incident: a pause or an extension, and what became of it."""

from collections.abc import Sequence

from dash import html

from gridmap.domain.requests import RequestStatus
from gridmap.services.incident_life import StoredRequest
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import parts
from gridmap.web.pages.working_time import describe_amount


def make_requests(requests: Sequence[StoredRequest], *, catalogue: Catalogue, timezone: str) -> html.Section | None:
    """Make the section, the open ones first, then the newest; None where nothing was asked for."""
    if not requests:
        return None
    ordered = sorted(requests, key=lambda one: (one.status is not RequestStatus.OPEN, -one.id))
    rows = html.Ul([_make_row(one, catalogue, timezone) for one in ordered], className="cards")
    return parts.make_section("Requests for a pause or an extension", rows, catalogue)


def write_open(requests: Sequence[StoredRequest]) -> str:
    """Write which requests are open in which version: when that changes, other steps are possible."""
    return " ".join(f"{one.id}.{one.version}" for one in requests if one.status is RequestStatus.OPEN)


def _make_row(request: StoredRequest, catalogue: Catalogue, timezone: str) -> html.Li:
    text = catalogue.text
    is_open = request.status is RequestStatus.OPEN
    amounts = [
        text(message, amount=describe_amount(float(amount), request.limit_unit, catalogue))
        for message, amount in (
            ("Asked for: {amount}", request.extension),
            ("Granted: {amount}", request.granted_extension),
        )
        if amount is not None
    ]
    asked = [
        parts.format_instant(request.requested_at, timezone=timezone),
        *amounts,
        text("Reason: {reason}", reason=request.reason),
    ]
    if is_open:
        said = (
            text("To be answered by {at}", at=parts.format_instant(request.answer_by, timezone=timezone))
            if request.answer_by
            else ""
        )
    else:
        said = " · ".join(
            part for part in (parts.format_instant(request.ended_at, timezone=timezone), request.decision) if part
        )
    return html.Li(
        [
            html.Div(
                [
                    html.Span(text(f"request:{request.kind}"), className="who-what"),
                    html.Span(text("Request {n}", n=request.id), className="kicker"),
                    html.Span(text(f"request:{request.status}"), className="pill near" if is_open else "pill open"),
                ],
                className="line",
            ),
            html.Div(" · ".join(asked), className="kicker"),
            html.Div(said, className="kicker") if said else None,
        ]
    )
