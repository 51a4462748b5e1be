"""The demonstration's responsibility list, and how often and where each of its items happens."""

from pathlib import Path

import pandas as pd

from gridmap.domain.clock import LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS
from gridmap.domain.responsibility.item import Item, PartyRole
from gridmap.errors import InputError

ITEM_COLUMNS = (
    "code",
    "class_name",
    "name",
    "lead_unit_type",
    "assisting_unit_types",
    "working_days",
    "working_hours",
    "level",
    "weight",
    "places",
)


def read_duties(data_dir: Path, name: str = "responsibility_list.csv") -> pd.DataFrame:
    """Read a responsibility list, one row a duty, as texts: `LIST_COLUMNS`.

    Raises
    ------
    InputError
        The file is absent.
    """
    path = _find(data_dir, name)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")[list(LIST_COLUMNS)]


def make_item_frame(data_dir: Path, items: tuple[Item, ...]) -> pd.DataFrame:
    """Make a frame of the items (`ITEM_COLUMNS`) with their weight and places from ``item_places.csv``.

    ``lead_unit_type`` is the first lead; assistants and places are joined by ``;``; a limit is in working days or in
    working hours, the other is 0.

    Raises
    ------
    InputError
        The file is absent, or does not name each item of the list once with a weight above 0; an item has a limit in
        calendar days, which the demonstration does not draw.
    """
    path = _find(data_dir, "item_places.csv")
    places = pd.read_csv(path, dtype={"item_code": str, "weight": float, "places": str}, encoding="utf-8")
    places = places.set_index("item_code")
    codes = [item.code for item in items]
    if sorted(places.index) != sorted(codes) or not (places["weight"] > 0).all():
        wrong = sorted(set(places.index) ^ set(codes)) or "none is missing"
        raise InputError(
            f"{path}: each item of the list stands in it once, with a weight above 0 ({wrong}). Correct these rows."
        )
    units = [item.limit.unit for item in items]
    if LimitUnit.CALENDAR_DAY in units:
        raise InputError(
            f"The demonstration needs limits in working time: {codes[units.index(LimitUnit.CALENDAR_DAY)]}."
        )
    frame = pd.DataFrame(
        {
            "code": codes,
            "class_name": [item.class_name for item in items],
            "name": [item.name for item in items],
            "lead_unit_type": [item.list_parties(PartyRole.LEAD)[0].unit_type for item in items],
            "assisting_unit_types": [
                ";".join(party.unit_type for party in item.list_parties(PartyRole.ASSIST)) for item in items
            ],
            "working_days": [_count(item, LimitUnit.WORKING_DAY) for item in items],
            "working_hours": [_count(item, LimitUnit.WORKING_HOUR) for item in items],
            "level": [item.level.value for item in items],
        }
    )
    return frame.join(places, on="code")[list(ITEM_COLUMNS)]


def _count(item: Item, unit: LimitUnit) -> int:
    return int(item.limit.value) if item.limit.unit is unit else 0


def _find(data_dir: Path, name: str) -> Path:
    path = data_dir / name
    if not path.is_file():
        raise InputError(f"The demonstration needs {path}, which is not there: run from a whole copy of the project.")
    return path
