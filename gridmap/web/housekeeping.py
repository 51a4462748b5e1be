"""What a server does by itself while it runs: it prunes the outbox once a day and gives the cards that are due."""

import asyncio
import logging
from collections.abc import Callable

import psycopg

from gridmap.errors import GridMapError
from gridmap.services.incidents import prune_outbox
from gridmap.services.proceedings.run_supervision import run_supervision
from gridmap.services.tiles import Database

logger = logging.getLogger(__name__)

FIRST_S = 60.0
"""After the start, so that a server that is started anew every night prunes too."""
EVERY_S = 24 * 3600.0
SUPERVISE_EVERY_S = 60.0
RETRY_S = 600.0
"""After a fault: a lost database must not cost a day."""


async def keep_house(
    database: Database,
    *,
    first_s: float = FIRST_S,
    every_s: float = EVERY_S,
    supervise_every_s: float = SUPERVISE_EVERY_S,
    retry_s: float = RETRY_S,
) -> None:
    """Do all of it until cancelled. Several servers of one database may do so."""
    await asyncio.gather(
        _repeat(
            lambda: prune_outbox(database),
            "The outbox was not pruned",
            first_s=first_s,
            every_s=every_s,
            retry_s=retry_s,
        ),
        _repeat(
            lambda: run_supervision(database),
            "No cards of supervision were given",
            first_s=first_s,
            every_s=supervise_every_s,
            retry_s=retry_s,
        ),
    )


async def _repeat(act: Callable[[], object], fault: str, *, first_s: float, every_s: float, retry_s: float) -> None:
    wait_s = first_s
    while True:
        await asyncio.sleep(wait_s)
        try:
            await asyncio.to_thread(act)
            wait_s = every_s
        except (GridMapError, psycopg.Error) as error:
            # A deadlock or a lack of rights included: serving goes on.
            logger.warning("%s: %s", fault, error)
            wait_s = retry_s
