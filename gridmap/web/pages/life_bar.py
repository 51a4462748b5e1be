"""The life of an incident as a bar: who held it for how long, what was burnt after it was due, and its clocks.

assets/44_life.js draws the bar and lets the last piece and the clocks run by the server's clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from dash import html

from gridmap.domain.clock import LimitUnit
from gridmap.services.incident_life import HoldKind, IncidentClock, IncidentLife, LedgerPiece, StageDue
from gridmap.services.search import SearchIndex
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import parts
from gridmap.web.pages.working_time import describe_amount, describe_working_time


@dataclass
class _Share:
    """What one holder spent so far; `since` is set while it goes on."""

    name: str
    letter: str | None
    kind: HoldKind
    working_s: float = 0.0
    overdue_s: float = 0.0
    closed_s: float = 0.0
    closed_over_s: float = 0.0
    since: datetime | None = None


def make_life(
    life: IncidentLife,
    index: SearchIndex,
    *,
    catalogue: Catalogue,
    timezone: str,
    is_open: bool,
    twice_due_at: datetime | None,
) -> html.Div:
    """Make the bar, who held it for how long, and the clocks with time left or over."""
    day_s = life.due.clock.hours.length_s
    shares = list_shares(life, index, catalogue)
    said = [_describe_share(share, catalogue, day_s) for share in shares]
    return html.Div(
        [
            html.Div(
                className="life-bar",
                role="img",
                **parts.extra(
                    aria_label="; ".join(said), data_life=write_life(life, index, is_open=is_open, twice=twice_due_at)
                ),
            ),
            html.Ul([_make_share(share, catalogue, day_s) for share in shares], className="holders"),
            html.Ul(
                [
                    *(_make_clock(clock, index, catalogue, timezone) for clock in life.clocks),
                    *(
                        _make_stage(stage, catalogue, timezone, stopped_at=_find_stop(life.clocks))
                        for stage in life.stages
                    ),
                ],
                className="clocks",
            ),
        ],
        className="its-life",
    )


def write_life(life: IncidentLife, index: SearchIndex, *, is_open: bool, twice: datetime | None) -> str:
    """Write what the bar is drawn from: instants in epoch seconds, working seconds of what is over."""
    centre = find_centre_code(life.clocks)
    due_at = life.due.basis.due_at
    pieces = [
        {
            "letter": _find_letter(piece.unit_code, index) or "",
            "isCentre": piece.unit_code == centre,
            "kind": piece.kind.value,
            "from": piece.from_at.timestamp(),
            "to": None if piece.to_at is None else piece.to_at.timestamp(),
            "working": piece.working_s,
            "over": piece.overdue_s,
        }
        for piece in life.pieces
    ]
    return orjson.dumps(
        {
            "isOpen": is_open,
            "isPlain": life.due.basis.limit.unit is LimitUnit.CALENDAR_DAY,
            "due": None if due_at is None else due_at.timestamp(),
            "twice": None if twice is None else twice.timestamp(),
            "pieces": pieces,
        }
    ).decode()


def find_centre_code(clocks: Iterable[IncidentClock]) -> str | None:
    """Find the code of the unit that stands for the command centre; None where none does. Dispatch runs against it."""
    return next((clock.unit_code for clock in clocks if clock.kind == "dispatch"), None)


def list_shares(life: IncidentLife, index: SearchIndex, catalogue: Catalogue) -> list[_Share]:
    """List what each holder spent, in the order in which they first held it; paused and closed time apart."""
    centre = find_centre_code(life.clocks)
    shares: dict[tuple[str | None, HoldKind], _Share] = {}
    for piece in life.pieces:
        code = None if piece.kind is HoldKind.CLOSED else piece.unit_code or centre
        share = shares.setdefault(
            (code, piece.kind), _Share(_name(piece, code, catalogue), _find_letter(code, index), piece.kind)
        )
        share.working_s += piece.working_s
        share.overdue_s += piece.overdue_s
        if piece.to_at is None:
            share.since = piece.from_at
        else:
            share.closed_s += piece.working_s
            share.closed_over_s += piece.overdue_s
    return list(shares.values())


def _name(piece: LedgerPiece, code: str | None, catalogue: Catalogue) -> str:
    if piece.kind is HoldKind.CLOSED:
        return catalogue.text("hold:closed")
    name = piece.unit_name or code or catalogue.text("Command centre")
    return f"{name} · {catalogue.text('hold:paused')}" if piece.kind is HoldKind.PAUSED else name


def _find_letter(code: str | None, index: SearchIndex) -> str | None:
    found = index.by_unit_code.get(code) if code else None
    return found.within if found else None


def _describe_share(share: _Share, catalogue: Catalogue, day_s: int) -> str:
    said = f"{share.name} {describe_working_time(share.working_s, catalogue, day_s=day_s)}"
    if share.overdue_s <= 0:
        return said
    over = describe_working_time(share.overdue_s, catalogue, day_s=day_s)
    return f"{said}, {catalogue.text('{time} of it after it was due', time=over)}"


def _make_share(share: _Share, catalogue: Catalogue, day_s: int) -> html.Li:
    text = catalogue.text
    data = {}
    if share.since is not None:
        data = parts.extra(
            data_since=str(share.since.timestamp()),
            data_working=str(share.closed_s),
            data_over=str(share.closed_over_s),
        )
    badge = (
        html.Span(className=f"swatch {share.kind}", **parts.extra(aria_hidden="true"))
        if share.kind is not HoldKind.HELD
        else parts.make_badge(share.letter)
    )
    over = describe_working_time(share.overdue_s, catalogue, day_s=day_s) if share.overdue_s > 0 else ""
    return html.Li(
        [
            badge,
            html.Span(share.name, className="holder"),
            html.Span(describe_working_time(share.working_s, catalogue, day_s=day_s), className="held"),
            html.Span(text("{time} of it after it was due", time=over) if over else "", className="burnt finding"),
        ],
        **data,
    )


def _make_clock(clock: IncidentClock, index: SearchIndex, catalogue: Catalogue, timezone: str) -> html.Li:
    text = catalogue.text
    return html.Li(
        [
            html.Span(text(f"clock:{clock.kind}"), className="clock-name"),
            parts.make_badge(_find_letter(clock.unit_code, index)),
            html.Time(_write_due(clock.due_at, catalogue, timezone, is_running=clock.is_running)),
            _make_left(clock.due_at, None if clock.is_running else clock.stopped_at),
        ],
        title=clock.unit_name or text("Command centre"),
    )


def _make_stage(stage: StageDue, catalogue: Catalogue, timezone: str, *, stopped_at: datetime | None) -> html.Li:
    limit = describe_amount(stage.limit_value, stage.limit_unit, catalogue)
    return html.Li(
        [
            html.Span(f"{stage.number}. {stage.name}", className="clock-name"),
            html.Span(limit, className="kicker"),
            html.Time(_write_due(stage.due_at, catalogue, timezone, is_running=False)),
            _make_left(stage.due_at, stopped_at),
        ],
        className="stage",
    )


def _write_due(due_at: datetime | None, catalogue: Catalogue, timezone: str, *, is_running: bool) -> str:
    if due_at is None:
        return catalogue.text("beyond the calendar") if is_running else catalogue.text("the clock stands")
    return parts.format_instant(due_at, timezone=timezone)


def _make_left(due_at: datetime | None, stopped_at: datetime | None) -> Any:
    if due_at is None:
        return html.Span()
    data = {"data_due": str(int(due_at.timestamp()))}
    if stopped_at is not None:
        data["data_at"] = str(stopped_at.timestamp())
    return html.Span(className="countdown", **parts.extra(**data))


def _find_stop(clocks: Iterable[IncidentClock]) -> datetime | None:
    """Find when the handling clock stopped: the stages of the item stop with it."""
    return next((one.stopped_at for one in clocks if one.kind == "handling" and not one.is_running), None)
