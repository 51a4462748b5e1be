"""What goes on around an incident: disputes, call-backs, what was merged, what may be the same.

Orders and cards, which people act on, are drawn by assets/44_around_list.js.
"""

from collections.abc import Iterator
from typing import Any

from dash import html

from gridmap.services.incident_life import CallBack, Dispute, Duplicate, IncidentLife, MergedIncident
from gridmap.services.search import SearchIndex
from gridmap.web.i18n import Catalogue
from gridmap.web.notes import say_dispute_reason
from gridmap.web.pages import parts
from gridmap.web.said import make_voice


def list_proceedings(
    life: IncidentLife, index: SearchIndex, *, catalogue: Catalogue, timezone: str
) -> Iterator[html.Section]:
    """List the sections that have something to say."""
    draw = _Draw(index, catalogue, timezone)
    if life.due.basis.merged_into_id is not None:
        into = life.due.basis.merged_into_id
        link = parts.make_link("incident", into, catalogue.text("Incident {id}", id=into))
        yield parts.make_section("Merged into", html.P(link), catalogue)
    if life.disputes:
        rows = html.Ul([draw.dispute(one) for one in life.disputes], className="cards")
        yield parts.make_section("Disputes", rows, catalogue)
    if life.call_backs:
        rows = html.Ul([draw.call_back(one) for one in life.call_backs], className="cards")
        yield parts.make_section("Call-backs", rows, catalogue)
    if life.merged:
        rows = html.Ul([draw.merged(one) for one in life.merged], className="cards")
        yield parts.make_section("Merged into this one", rows, catalogue)
    if life.duplicates:
        rows = html.Ul([draw.duplicate(one) for one in life.duplicates], className="cards")
        yield parts.make_section("May be the same matter", rows, catalogue)


class _Draw:
    """Draws one row of each kind, in one language and zone."""

    def __init__(self, index: SearchIndex, catalogue: Catalogue, timezone: str) -> None:
        self._index = index
        self._text = catalogue.text
        self._voice = make_voice(catalogue.language)
        self._timezone = timezone

    def dispute(self, dispute: Dispute) -> html.Li:
        text = self._text
        panel = ", ".join(text(f"panel:{one}") if one in _PANEL else one for one in dispute.panel)
        said = say_dispute_reason(dispute, self._voice)
        lines = [
            " · ".join([self._at(dispute.opened_at), text(f"dispute-cause:{dispute.cause}"), said]),
            text("Panel: {panel}", panel=panel) if panel else "",
        ]
        if dispute.decided_at is not None:
            lines.append(" · ".join([self._at(dispute.decided_at), dispute.decided_unit_name or "", dispute.decision]))
        return html.Li(
            [
                html.Div(
                    [
                        html.Span(text(f"dispute:{dispute.status}"), className="pill open"),
                        html.Span(text("Precedent"), className="pill") if dispute.is_precedent else None,
                    ],
                    className="line",
                ),
                *(html.Div(line, className="kicker") for line in lines if line),
            ]
        )

    def call_back(self, attempt: CallBack) -> html.Li:
        text = self._text
        word = "unreached" if not attempt.is_reached else "satisfied" if attempt.is_satisfied else "dissatisfied"
        return html.Li(
            [
                html.Div([html.Span(text(f"call-back:{word}"), className="who-what")], className="line"),
                html.Div(" · ".join(part for part in (self._at(attempt.at), attempt.note) if part), className="kicker"),
            ]
        )

    def merged(self, merged: MergedIncident) -> html.Li:
        said = [self._at(merged.reported_at), self._text(f"channel:{merged.channel}"), merged.address, *merged.evidence]
        return html.Li(
            [
                html.Div([self._link(merged.id, merged.title)], className="line"),
                html.Div(" · ".join(part for part in said if part), className="kicker"),
            ]
        )

    def duplicate(self, duplicate: Duplicate) -> html.Li:
        text, one = self._text, duplicate.incident
        said = [
            text("{n} m away", n=f"{one.distance_m:,.0f}"),
            text(f"status:{one.status}"),
            self._at(one.reported_at),
            one.address,
        ]
        return html.Li(
            [
                html.Div(
                    [
                        self._badge(one.unit_code),
                        self._link(one.id, one.title),
                        # Shown by assets/44_actions.js to a person who may merge.
                        html.Button(
                            text("Merge into this one …"),
                            type="button",
                            className="merge quiet",
                            hidden=True,
                            **parts.extra(data_merge=str(one.id)),
                        ),
                    ],
                    className="line",
                ),
                html.Div(" · ".join(part for part in said if part), className="kicker"),
            ]
        )

    def _badge(self, code: str | None) -> Any:
        found = self._index.by_unit_code.get(code) if code else None
        return parts.make_badge(found.within if found else None)

    def _link(self, identity: int, title: str) -> html.A:
        name = self._text("Incident {id}", id=identity)
        return parts.make_link("incident", identity, f"{name} · {title}" if title else name)

    def _at(self, instant: Any) -> str:
        return parts.format_instant(instant, timezone=self._timezone)


_PANEL = frozenset({"centre", "staffing_office", "justice"})
