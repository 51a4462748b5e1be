"""How commands show an instant: to the minute, by the clock of the county."""

from datetime import datetime
from zoneinfo import ZoneInfo


def show_instant(at: datetime | None, timezone: str) -> str:
    """Write an instant in the zone; a dash for none."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}" if at else "-"
