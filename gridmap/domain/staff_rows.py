"""Rows of a table of staff: their columns and faults."""

from collections.abc import Collection

import pandas as pd

from gridmap.domain.cells import make_text
from gridmap.domain.staff import Role

STAFF_COLUMNS = ("code", "name", "role", "unit_code", "area_code", "is_active")
STAFF_REQUIRED = ("code", "role")
_YES_NO = {
    "": True,
    "1": True,
    "true": True,
    "yes": True,
    "是": True,
    "0": False,
    "false": False,
    "no": False,
    "否": False,
}
_OF_UNITS = (Role.HANDLER, Role.UNIT_LEAD)
_OF_AREAS = (Role.TOWNSHIP, Role.GRID_WORKER)


def list_staff_faults(staff: pd.DataFrame, unit_codes: Collection[str]) -> list[str]:
    """List every fault of a frame of staff, each with its row; cells are texts."""
    missing = [name for name in STAFF_REQUIRED if name not in staff.columns]
    if missing:
        return [f"the columns {', '.join(missing)} are missing"]
    faults = []
    seen: dict[str, object] = {}
    for row, person in staff.iterrows():
        code, role = make_text(person.get("code")), make_text(person.get("role"))
        unit, area = make_text(person.get("unit_code")), make_text(person.get("area_code"))
        if not code:
            faults.append(f"row {row}: code is empty")
        elif code in seen:
            faults.append(f"row {row}: code {code} is that of row {seen[code]} too")
        seen.setdefault(code, row)
        if role not in set(Role):
            faults.append(f"row {row}: role {role!r} is not one of {', '.join(Role)}")
        if unit and unit not in unit_codes:
            faults.append(f"row {row}: there is no unit {unit}")
        if role in _OF_UNITS and not unit:
            faults.append(f"row {row}: a {role} needs a unit_code")
        if role in _OF_AREAS and not area:
            faults.append(f"row {row}: a {role} needs an area_code")
        if read_flag(person.get("is_active")) is None:
            faults.append(f"row {row}: is_active {make_text(person.get('is_active'))!r} is neither yes nor no")
    return faults


def read_flag(cell: object) -> bool | None:
    """Read yes or no; empty is yes, anything else None."""
    return _YES_NO.get(make_text(cell).lower())
