"""The history of an incident: what was done, by which role, with what reason, and what that did to its clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html

from gridmap.services.incidents import IncidentEvent
from gridmap.services.search import SearchIndex
from gridmap.web.i18n import Catalogue
from gridmap.web.notes import say_event_note
from gridmap.web.pages import parts
from gridmap.web.pages.working_time import describe_amount
from gridmap.web.said import make_voice

_LEVELS = ("small_grid", "large_grid", "village", "township")


def make_history(
    events: Sequence[IncidentEvent], index: SearchIndex, *, catalogue: Catalogue, timezone: str, limit_unit: str
) -> html.Ol:
    """Make the list, oldest first. People are named by what they are, never by name or code."""
    rows = []
    unit: str | None = None
    area: str | None = None
    for event, clock in _join_clocks(events):
        # Unit and grid are said when they change: every line carries them.
        places = []
        if event.unit_code and event.unit_code != unit:
            places.append(_find_unit_name(event.unit_code, index))
        if event.area_code and event.area_code != area:
            places.append(_find_area_name(event.area_code, index))
        unit, area = event.unit_code, event.area_code
        details = [*places, *list_details(event, catalogue, timezone=timezone, limit_unit=limit_unit)]
        if clock is not None:
            details += list_details(clock, catalogue, timezone=timezone, limit_unit=limit_unit)
        if event.note:
            details.append(
                catalogue.text("Reason: {reason}", reason=say_event_note(event, make_voice(catalogue.language)))
            )
        rows.append(
            html.Li(
                [
                    html.Time(parts.format_instant(event.at, timezone=timezone)),
                    html.Span(describe_event(event, catalogue)),
                    html.Span(catalogue.text(f"role:{event.role}"), className="who") if event.role else None,
                    html.Div(" · ".join(details), className="kicker") if details else None,
                ],
                className=event.kind,
            )
        )
    return html.Ol(rows, className="life")


def _join_clocks(events: Sequence[IncidentEvent]) -> list[tuple[IncidentEvent, IncidentEvent | None]]:
    """Join what an action did to the clock to the action: the triggers write it as the line after."""
    joined: list[tuple[IncidentEvent, IncidentEvent | None]] = []
    for event in events:
        last = joined[-1] if joined else None
        is_of_last = (
            last is not None
            and last[1] is None
            and event.kind == "clock"
            and last[0].kind == "status"
            and (event.at, event.action) == (last[0].at, last[0].action)
        )
        if is_of_last and last is not None:
            joined[-1] = (last[0], event)
        else:
            joined.append((event, None))
    return joined


def describe_event(event: IncidentEvent, catalogue: Catalogue) -> str:
    """Say what happened: the action and the status it led to, or the status alone where no action is known."""
    text = catalogue.text
    if event.kind != "status" or not event.to_status:
        return text(f"event:{event.kind}")
    status = text(f"status:{event.to_status}")
    if not event.action:
        return status
    is_unmerged = event.action == "reopen" and event.from_status == "merged"
    return f"{text('action:unmerge' if is_unmerged else f'action:{event.action}')} → {status}"


def list_details(event: IncidentEvent, catalogue: Catalogue, *, timezone: str, limit_unit: str) -> list[str]:
    """List what the action carried: former and new due time, extension, evidence, the answer of a call-back."""
    text, detail = catalogue.text, event.detail or {}
    said = []
    if event.kind == "clock":
        former, due = (_read_instant(detail, name) for name in ("former_due_at", "due_at"))
        if due is None:
            said.append(text("The clock stands; it was due {at}.", at=parts.format_instant(former, timezone=timezone)))
        else:
            was = parts.format_instant(former, timezone=timezone) if former else text("the clock stood")
            said.append(text("Due {former} → {due}", former=was, due=parts.format_instant(due, timezone=timezone)))
        return said
    if detail.get("extension"):
        said.append(text("Extended by") + " " + describe_amount(float(detail["extension"]), limit_unit, catalogue))
    evidence = detail.get("evidence")
    if isinstance(evidence, list) and evidence:
        said.append(text("Evidence: {evidence}", evidence=", ".join(map(str, evidence))))
    if isinstance(detail.get("satisfied"), bool):
        is_satisfied = detail["satisfied"]
        said.append(text("The reporter is satisfied") if is_satisfied else text("The reporter is not satisfied"))
    if detail.get("unreached"):
        said.append(text("The reporter was not reached"))
    if detail.get("request_id"):
        said.append(text("On request {n}", n=detail["request_id"]))
    if detail.get("other_incident_id"):
        said.append(text("Incident {id}", id=detail["other_incident_id"]))
    return said


def _read_instant(detail: Mapping[str, Any], name: str) -> datetime | None:
    value = detail.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _find_unit_name(code: str, index: SearchIndex) -> str:
    # A code that today's index does not know stays a code.
    found = index.by_unit_code.get(code)
    return found.name if found else code


def _find_area_name(code: str, index: SearchIndex) -> str:
    found = (index.by_code.get((level, code)) for level in _LEVELS)
    return next((place.name for place in found if place), code)
