"""Give the cards that the rules bring; run as often as one likes."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridmap.domain.supervision import CardKind, list_black_by_count
from gridmap.domain.written import RED_CARDS
from gridmap.services.proceedings.matters import read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import supervision as storage
from gridmap.storage.database import Database
from gridmap.storage.proceedings import read_proceeding_settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SupervisionRun:
    """What a run gave: new cards by kind, all kinds named."""

    at: datetime
    given: Mapping[CardKind, int]


def run_supervision(database: Database, at: datetime | None = None) -> SupervisionRun:
    """Give reminders and cards to the units that held open incidents when so much of the limit was used.

    Each card bears the instant at which its share was used, and goes to who held the incident then by the ledger; so
    it does not matter how often this runs, and a second run gives nothing. What was closed before a run gets none by
    it.

    Raises
    ------
    InputError
        If a setting can't be used.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        settings = read_proceeding_settings(connection)
        given = Counter(storage.insert_by_rule(connection, settings, at=instant))
        within = timedelta(days=settings.supervision_black_days)
        counting = storage.list_counting(connection, since=instant - 2 * within, at=instant)
        for card in list_black_by_count(counting, reds=settings.supervision_black_reds, within=within):
            reason = RED_CARDS.format(n=settings.supervision_black_reds, days=settings.supervision_black_days)
            if storage.insert_card(connection, card, cause="rule", reason=reason) is not None:
                given[CardKind.BLACK] += 1
    if given:
        logger.info("supervision: %s", ", ".join(f"{given[kind]} {kind}" for kind in CardKind if given[kind]))
    return SupervisionRun(instant, {kind: given[kind] for kind in CardKind})
