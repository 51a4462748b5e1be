"""The demonstration county in the database: built when absent, its incidents renewed when they have grown old."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap.errors import ConflictError
from gridmap.services.calendar import seed_calendar
from gridmap.storage import demo as storage
from gridmap.storage.database import Connection, Database

if TYPE_CHECKING:
    from gridmap.demonstration import County

DAYS = 60
INCIDENTS = 12_000
# A demonstration that was switched off for longer than this would come back with everything overdue.
STALE_AFTER = timedelta(hours=12)

Progress = Callable[[str, float], None]


def build_demonstration(database: Database, data_dir: Path, *, seed: int, kept_dir: Path, progress: Progress) -> bool:
    """Build the demonstration county if the database holds none, and renew incidents that have grown old.

    Parameters
    ----------
    data_dir
        The folder `data/` with the county's real inputs.
    seed
        Of the generator; the same seed gives the same county.
    kept_dir
        A folder of our own, made when absent: the county's frames are kept there, so that renewing the incidents does
        not make the county again.
    progress
        Called with a step in words and its share done, 0 to 1.

    Returns
    -------
    bool
        Whether anything was built.

    Raises
    ------
    ConflictError
        If the database holds a county of its own: the demonstration never mixes with real data.
    """
    seed_calendar(database)
    now = datetime.now(UTC)
    with database.connect() as connection:
        state = storage.read_demo_state(connection)
    if state.has_county and not state.is_demonstration:
        raise ConflictError(
            f"The database ({database.where}) holds a county of your own; the demonstration would mix with it. "
            "Serve it with 'gridmap serve', or give the demonstration another database: "
            "GRIDMAP_VAR_DIR=var-demo make demo"
        )
    if state.newest_received_at is not None and now - state.newest_received_at < STALE_AFTER:
        return False
    # The generator brings scipy and GeoPandas, more than a second: not when the county is there and fresh.
    from gridmap.demonstration import make_incidents
    from gridmap.services.demo_county import find_county
    from gridmap.services.load_calls import load_calls
    from gridmap.services.load_county import load_county
    from gridmap.services.load_proceedings import load_admissions, store_powers
    from gridmap.services.load_stories import load_history

    county = find_county(data_dir, seed=seed, kept_dir=kept_dir, progress=progress)
    if not state.has_county:
        # Marked in the same transaction: cut off in between, it would look like a county of somebody's own.
        load_county(
            database,
            county,
            progress=progress,
            also=partial(_finish, county=county, data_dir=data_dir, seed=seed),
        )
    progress("Making incidents", 0.0)
    incidents = make_incidents(county, now=now, days=DAYS, count=INCIDENTS)
    with database.connect() as connection:
        storage.delete_incidents(connection)
        store_powers(connection, county, now=now)
    load_history(database, county, incidents, now=now, progress=progress)
    load_calls(database, county, now=now)
    load_admissions(database, county, now=now)
    with database.connect() as connection:
        storage.mark_incidents_loaded(connection)
    return True


def _finish(connection: Connection, *, county: "County", data_dir: Path, seed: int) -> None:
    from gridmap.demonstration.staff import make_staff
    from gridmap.services.load_proceedings import store_earlier_list
    from gridmap.services.staff import store_staff

    store_staff(connection, make_staff(county.units), source="staff")
    store_earlier_list(connection, data_dir, unit_types=set(county.units["unit_type"]))
    storage.mark_demonstration(connection, seed=seed)
