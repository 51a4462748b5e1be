"""What a server does by itself while it runs: once a day, and every few minutes."""

import asyncio
import logging

import psycopg

from gridmap.errors import GridMapError
from gridmap.services.burnt import read_burnt, read_standing_figures
from gridmap.services.incidents import prune_outbox
from gridmap.services.pauses import resume_ended_pauses
from gridmap.services.proceedings.run_supervision import run_supervision
from gridmap.services.tiles import Database
from gridmap.web.live.live import Live

logger = logging.getLogger(__name__)

FIRST_S = 60.0
"""After the start, so that a server that is started anew every night prunes too."""
EVERY_S = 24 * 3600.0
RETRY_S = 600.0
"""After a fault: a lost database must not cost a day."""

PAUSES_EVERY_S = 300.0
"""A pause ends as of its own instant, however late that is seen: this bounds for how long the map shows it standing."""

SUPERVISE_EVERY_S = 60.0
"""A card bears the instant at which it was due, however late that is seen."""

BURNT_EVERY_S = 60.0
"""At 50,000 open and 200,000 closed incidents it takes the database a few tenths of a second."""


async def keep_house(
    database: Database, *, first_s: float = FIRST_S, every_s: float = EVERY_S, retry_s: float = RETRY_S
) -> None:
    """Prune the outbox every day until cancelled. Several servers of one database may do so."""
    wait_s = first_s
    while True:
        await asyncio.sleep(wait_s)
        try:
            await asyncio.to_thread(prune_outbox, database)
            wait_s = every_s
        except (GridMapError, psycopg.Error) as error:
            # A deadlock or a lack of rights included: serving goes on.
            logger.warning("The outbox was not pruned: %s", error)
            wait_s = retry_s


async def end_pauses(database: Database, *, every_s: float = PAUSES_EVERY_S) -> None:
    """Resume what was paused for too long, every few minutes until cancelled. Several servers of one database may."""
    while True:
        try:
            await asyncio.to_thread(resume_ended_pauses, database)
        except (GridMapError, psycopg.Error) as error:
            logger.warning("Pauses were not ended: %s", error)
        await asyncio.sleep(every_s)


async def keep_supervising(database: Database, *, every_s: float = SUPERVISE_EVERY_S) -> None:
    """Give the cards that are due, every minute until cancelled. Several servers of one database may."""
    while True:
        try:
            await asyncio.to_thread(run_supervision, database)
        except (GridMapError, psycopg.Error) as error:
            logger.warning("No cards were given: %s", error)
        await asyncio.sleep(every_s)


async def keep_burnt(database: Database, live: Live, *, every_s: float = BURNT_EVERY_S) -> None:
    """Read who burnt the time, the cards and the queues for the screens, every minute until cancelled."""
    while True:
        try:
            burnt = await asyncio.to_thread(read_burnt, database)
            standing = await asyncio.to_thread(read_standing_figures, database)
            await asyncio.to_thread(live.set_burnt, burnt, standing)
        except (GridMapError, psycopg.Error) as error:
            logger.warning("Who burnt the time was not read: %s", error)
        await asyncio.sleep(every_s)
