"""What goes on in the demonstration beside single incidents: powers, and admissions."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridmap.demonstration.incident_times import TIMEZONE
from gridmap.demonstration.items import read_duties
from gridmap.domain.admission import AdmissionStep
from gridmap.domain.responsibility.frame import make_items
from gridmap.domain.responsibility.powers import Power
from gridmap.services.admission import carry_out_step, request_admission
from gridmap.services.responsibility import store_items
from gridmap.services.transaction import transaction
from gridmap.storage import powers as power_storage
from gridmap.storage import stories as storage
from gridmap.storage.database import Connection, Database

if TYPE_CHECKING:
    from gridmap.demonstration import County

EARLIER_LIST = "responsibility_list_2025.csv"
_EARLIER_FROM = date(2025, 1, 1)
_HANDED_DOWN = date(2026, 1, 1)
_TRIALS, _ENDED = 3, 3


def store_earlier_list(connection: Connection, data_dir: Path, *, unit_types: set[str]) -> None:
    """Store the version before the current one: the items that were taken off the list since."""
    items = make_items(read_duties(data_dir, EARLIER_LIST), unit_types=unit_types, source=EARLIER_LIST)
    store_items(connection, items, name="2025", effective_from=_EARLIER_FROM, source=EARLIER_LIST)


def store_powers(connection: Connection, county: "County", *, now: datetime) -> int:
    """Hand the items that need a power down to the township teams: for good, three on trial, from three taken back.

    Those taken back ended ten days before `now`; stored again, they end then.
    """
    items = sorted(set(county.duties.loc[county.duties["needs_power"] == "yes", "code"]))
    teams = county.units.loc[county.units["unit_type"] == "township_enforcement"].sort_values("code")
    troubled = set(county.troubles.loc[county.troubles["unit_type"] == "township_enforcement", "township_code"])
    calm = teams.loc[~teams["township_code"].isin(troubled), "code"].tolist()
    today = pd.Timestamp(now).tz_convert(TIMEZONE).date()
    powers = []
    for unit in teams["code"]:
        place = calm.index(unit) if unit in calm else len(calm)
        is_ended, is_trial = place < _ENDED, _ENDED <= place < _ENDED + _TRIALS
        last_day = today - timedelta(days=10) if is_ended else today + timedelta(days=120) if is_trial else None
        source = "试点赋权" if is_trial else "赋权清单（已收回）" if is_ended else "赋权清单"
        powers += [Power(unit, item, _HANDED_DOWN, last_day, is_trial, source) for item in items]
    power_storage.lock_powers(connection)
    return power_storage.upsert_powers(connection, powers)


def load_admissions(database: Database, county: "County", *, now: datetime) -> int:
    """Let county units ask that townships be given what was taken off the list, and some try it unasked.

    Of the requests two are approved, one is refused, the others are under way. Gives how many there are.
    """
    letters = county.units.set_index("code")["letter"]
    bureaus = county.units.loc[county.units["level"] == "county"]
    askers = bureaus.loc[~bureaus["unit_type"].isin(["command_centre", "enforcement"]), "code"].tolist()
    towns = county.units.loc[county.units["unit_type"] == "township", "code"].tolist()
    centre = bureaus.loc[bureaus["unit_type"] == "command_centre", "letter"].iloc[0]
    reviewers = (f"{centre}-PD1", f"{centre}-HC1")
    review, approve, refuse = AdmissionStep.REVIEW, AdmissionStep.APPROVE, AdmissionStep.REFUSE
    ways = ((review, review, approve), (review, review, approve), (review, refuse), (review, review), (review,), ())
    asked = 0
    for number, way in enumerate(ways[: len(towns) * 2]):
        at = now - timedelta(days=40 - 6 * number)
        admission = request_admission(
            database,
            item_code=("0706", "1404")[number % 2],
            unit_code=towns[number // 2],
            reason="集中整治期间需属地配合",
            actor=f"{letters[askers[number]]}-FZ1",
            at=at,
        )
        asked += 1
        for place, step in enumerate(way):
            admission = carry_out_step(
                database,
                admission.id,
                step,
                actor=f"{centre}-DC1" if step is approve else reviewers[place],
                expected_version=admission.version,
                decision="同意，限期半年" if step is approve else "与清单调整方向不符" if step is refuse else "",
                valid_to=(now + timedelta(days=150)).date() if step is approve else None,
                at=at + timedelta(days=1 + place),
            )
    with transaction(database) as connection:
        storage.insert_attempts(connection, from_units=askers[:4], at=now)
    return asked
