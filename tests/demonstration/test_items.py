"""The demonstration's list: what is stored and what is drawn are the same items."""

import shutil
from pathlib import Path

import pytest

from gridmap.demonstration.items import make_item_frame, read_duties
from gridmap.domain.responsibility.frame import make_items
from gridmap.domain.responsibility.item import PartyRole
from gridmap.errors import InputError


def test_the_list_is_whole(data_dir: Path) -> None:
    duties = read_duties(data_dir)
    items = make_items(duties, unit_types=set(duties["unit_type"]), source="list")
    assert len(items) == 88
    for item in items:
        assert item.list_parties(PartyRole.LEAD)[0].duties, item.code
        assert all(party.duties and party.contact for party in item.parties), item.code
        # Posts of offices, and telephones that nobody has.
        assert all(party.telephone.startswith("0000-1") for party in item.parties), item.code
    dogs = next(item for item in items if item.code == "0201")
    assert [(party.unit_type, len(party.duties)) for party in dogs.parties][:2] == [("enforcement", 8), ("township", 5)]
    assert any(item.stages for item in items)
    frame = make_item_frame(data_dir, items)
    assert frame["code"].tolist() == [item.code for item in items]
    hours = frame["working_days"] * 24 + frame["working_hours"]
    assert hours.tolist() == [item.limit.value * (24 if "day" in item.limit.unit else 1) for item in items]


def test_weights_and_places_are_of_the_list(data_dir: Path, tmp_path: Path) -> None:
    duties = read_duties(data_dir)
    items = make_items(duties, unit_types=set(duties["unit_type"]), source="list")
    with pytest.raises(InputError, match=r"item_places.csv, which is not there"):
        make_item_frame(tmp_path, items)
    shutil.copy(data_dir / "item_places.csv", tmp_path)
    with pytest.raises(InputError, match=r"each item of the list stands in it once.*'0101'"):
        make_item_frame(tmp_path, items[1:])
    with pytest.raises(InputError, match="row 2, unit_type: no unit has the type township_enforcement"):
        make_items(duties, unit_types=set(duties["unit_type"]) - {"township_enforcement"}, source="list")
