"""Spans of working time and limits in words, as assets/40_dom.js says them."""

from gridmap.services.incident_life import DueBasis
from gridmap.web.i18n import Catalogue

_HOUR_S = 3600


def describe_working_time(seconds: float, catalogue: Catalogue, *, day_s: int) -> str:
    """Say working seconds in minutes, hours or days; a working day has `day_s` of them."""
    text = catalogue.text
    if seconds < _HOUR_S:
        return text("{n} min", n=max(1, int(seconds // 60)))
    if seconds < day_s:
        return text("{n} working hours", n=int(seconds // _HOUR_S))
    days = seconds / day_s
    return text("{n} working days", n=f"{int(days * 10) / 10:g}" if days < 10 else int(days))


def describe_amount(value: float, unit: str, catalogue: Catalogue) -> str:
    """Say an amount in the unit of a limit."""
    return catalogue.text(f"limit:{unit}", n=f"{value:.4g}")


def describe_limit(basis: DueBasis, catalogue: Catalogue) -> str:
    """Say the limit of an incident, without what was granted on top."""
    said = describe_amount(basis.limit.value, basis.limit.unit, catalogue)
    return f"{said} · {catalogue.text('the ordinary limit')}" if basis.is_ordinary else said
