"""The people of the demonstration."""

import pandas as pd

from gridmap.demonstration.staff import make_staff
from gridmap.domain.staff_rows import list_staff_faults

UNITS = pd.DataFrame(
    [
        ("B41", "ZX", "command_centre", ""),
        ("B01", "NYJ", "agriculture", ""),
        ("370783001G", "SC", "township", "370783001"),
    ],
    columns=["code", "letter", "unit_type", "township_code"],
)


def test_every_post_is_filled_once_and_takes_the_rules_of_the_import() -> None:
    staff = make_staff(UNITS)
    assert staff["code"].is_unique
    assert list_staff_faults(staff, set(UNITS["code"])) == []
    assert (staff["name"] == "").all(), "no names of people"
    counts = staff.groupby("unit_code")["role"].value_counts().to_dict()
    assert counts == {
        ("B41", "operator"): 3,
        ("B41", "dispatcher"): 2,
        ("B41", "verifier"): 2,
        ("B41", "supervisor"): 1,
        ("B01", "unit_lead"): 1,
        ("B01", "handler"): 2,
        ("370783001G", "unit_lead"): 1,
        ("370783001G", "handler"): 2,
        ("370783001G", "township"): 1,
        ("370783001G", "grid_worker"): 2,
    }
    assert set(staff.loc[staff["area_code"] != "", "role"]) == {"township", "grid_worker"}


def test_no_units_no_people() -> None:
    assert make_staff(UNITS.iloc[:0]).empty
