"""How the due time of an incident was counted: in a few facts, and day by day to fold out."""

from collections.abc import Iterable
from typing import Any

from babel.dates import format_date
from dash import html

from gridmap.services.incident_due import CountedDay, DueBasis, IncidentDue
from gridmap.services.incident_life import HoldKind
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import parts
from gridmap.web.pages.working_time import describe_amount, describe_limit, describe_working_time

_LEAST_SAID = 0.005
"""Of a day or an hour: what the table, with two decimals, would show as nothing."""


def make_due(due: IncidentDue, *, catalogue: Catalogue, timezone: str) -> html.Div:
    """Make the sentences and facts, and the table of days where there is one."""
    text = catalogue.text
    children: list[Any] = [html.P(said, className="hint") for said in list_due_sentences(due, catalogue, timezone)]
    children.append(parts.make_facts(_list_facts(due, catalogue, timezone)))
    if due.counted is not None and due.counted.days:
        children.append(
            html.Details(
                [html.Summary(text("Day by day")), _make_table(due, due.counted.days, catalogue)], className="due-days"
            )
        )
    return html.Div(children, className="due")


def list_due_sentences(due: IncidentDue, catalogue: Catalogue, timezone: str) -> list[str]:
    """Say what is special: set by the sender, standing, provisional, moved."""
    text, basis = catalogue.text, due.basis
    said = []
    if basis.target_at is not None:
        said.append(text("Who sent it set the due time; it is not counted by the county's clock."))
    elif basis.stopped_at is not None and basis.due_at is None:
        since = parts.format_instant(basis.stopped_at, timezone=timezone)
        said.append(text("The clock stands since {at}: there is no due time until it goes on.", at=since))
    elif basis.due_at is None:
        said.append(text("The calendar does not reach so far: there is no due time yet."))
    if basis.is_provisional:
        years = ", ".join(map(str, due.unpublished_years)) or "…"
        said.append(
            text(
                "Provisional: the calendar of {years} is not published; its weekdays count as working days.",
                years=years,
            )
        )
    if due.counted is not None and due.counted.is_shifted:
        said.append(text("The days are those of the limit alone; the time in which the clock stood comes on top."))
    return said


def _list_facts(due: IncidentDue, catalogue: Catalogue, timezone: str) -> Iterable[tuple[str, Any]]:
    text, basis, day_s = catalogue.text, due.basis, due.clock.hours.length_s
    yield text("Counted from"), parts.format_instant(basis.reported_at, timezone=timezone)
    if basis.target_at is None:
        yield text("Limit"), describe_limit(basis, catalogue)
    if basis.extension > 0:
        yield text("Extended by"), describe_amount(basis.extension, basis.limit.unit, catalogue)
    for kind, name in ((HoldKind.PAUSED, "Paused"), (HoldKind.CLOSED, "Closed in between")):
        stops = [stop for stop in due.stops if stop.kind is kind]
        if stops:
            working = describe_working_time(sum(stop.working_s for stop in stops), catalogue, day_s=day_s)
            spans = [
                f"{parts.format_instant(stop.from_at, timezone=timezone)} – "
                f"{parts.format_instant(stop.to_at, timezone=timezone) if stop.to_at else '…'}"
                for stop in stops
            ]
            yield text(name), html.Div([html.Div(working), *(html.Div(span, className="kicker") for span in spans)])
    if basis.due_at is not None:
        yield text("Due"), parts.format_instant(basis.due_at, timezone=timezone)
    if basis.target_at is None:
        yield text("Office hours"), text("whole working days") if day_s == 86_400 else str(due.clock.hours)
        rules = f" · {' '.join(due.clock.rules)}" if due.clock.rules else ""
        yield text("Convention"), text(f"convention:{due.clock.convention_name}") + rules


def _make_table(due: IncidentDue, days: Iterable[CountedDay], catalogue: Catalogue) -> html.Table:
    text = catalogue.text
    head = [text("Day"), "", text("Used"), text("In all"), text("Why")]
    return html.Table(
        [
            html.Thead(html.Tr([html.Th(name, scope="col") for name in head])),
            html.Tbody([_make_row(day, due.basis, catalogue) for day in days]),
        ]
    )


def _make_row(day: CountedDay, basis: DueBasis, catalogue: Catalogue) -> html.Tr:
    text = catalogue.text
    is_counted = day.used > 1e-9
    why = describe_day(day, catalogue)
    if day.stopped >= _LEAST_SAID:
        why += " · " + text(
            "the clock stood {time}", time=describe_amount(round(day.stopped, 2), basis.limit.unit, catalogue)
        )
    return html.Tr(
        [
            html.Td(format_date(day.explained.day, "MM-dd EEE", locale=catalogue.language.value)),
            html.Td("✓" if is_counted else "–", title=text("counted") if is_counted else text("skipped")),
            html.Td(_write_share(day.used) if is_counted else ""),
            html.Td(_write_share(day.total)),
            html.Td(why),
        ],
        className="counted" if is_counted else "skipped",
    )


def _write_share(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".")


def describe_day(day: CountedDay, catalogue: Catalogue) -> str:
    """Say why a day counts or not, in the language of the page."""
    text, one = catalogue.text, day.explained
    said = [text(f"day:{one.kind}") + (f" ({one.name})" if one.name else "")]
    if one.is_calendar_day:
        said.append(text("each calendar day counts"))
    elif not one.is_published:
        said.append(text("the calendar of {year} is not published", year=one.day.year))
    if one.reported:
        said.append(text("reported at {clock}", clock=one.reported))
    if one.report_part is not None and one.report_part != "in_hours":
        said.append(text(f"report:{one.report_part}"))
    if one.report_part is not None and one.report_part != "after_hours" and not one.is_counted:
        said.append(text("the day of the report does not count"))
    if one.is_passed:
        said.append(text("used up before, due here by the convention"))
    return " · ".join(said)
