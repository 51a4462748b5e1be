"""Units: county departments and utilities, township governments, enforcement teams, police stations, river sections."""

from pathlib import Path

import pandas as pd

from gridmap.demonstration.inputs import COUNTY_CODE
from gridmap.errors import InputError

UNIT_COLUMNS = (
    "code",
    "name",
    "short_name",
    "letter",
    "unit_type",
    "level",
    "township_code",
    "telephone",
    "colour_slot",
)
ITEM_COLUMNS = (
    "code",
    "class_name",
    "name",
    "lead_unit_type",
    "assisting_unit_types",
    "working_days",
    "working_hours",
    "level",
    "legal_basis",
    "duties_lead",
    "duties_assist",
    "weight",
    "places",
)
TROUBLE_COLUMNS = ("township_code", "unit_type", "weight")
RIVER_SECTIONS = ("弥河", "丹河", "小清河", "崔家河", "塌河")
# Two letters of each township's pinyin, chosen so that no two units share a letter code.
_TOWNSHIP_LETTERS = {
    "370783001": "SC",
    "370783003": "WA",
    "370783004": "GC",
    "370783005": "LC",
    "370783006": "SN",
    "370783100": "HL",
    "370783103": "YG",
    "370783104": "TT",
    "370783106": "TL",
    "370783108": "SK",
    "370783109": "HZ",
    "370783111": "JI",
    "370783112": "DT",
    "370783115": "YK",
    "370783400": "SU",
}
_RIVER_LETTERS = {"弥河": "MH", "丹河": "DH", "小清河": "XQ", "崔家河": "CJ", "塌河": "TH"}
SQUADS = (
    ("中心城区执法中队", "城区执法", "ZF1"),
    ("弥河沿岸执法中队", "沿岸执法", "ZF2"),
    ("商贸市场执法中队", "市场执法", "ZF3"),
)


def find_short_name(township: str) -> str:
    """Return the township's name without its kind: 圣城街道 -> 圣城."""
    for ending in ("生态经济园区管委会", "街道", "镇"):
        if township.endswith(ending):
            return township.removesuffix(ending)
    return township


def make_units(data_dir: Path, townships: pd.DataFrame, river_townships: list[tuple[str, str]]) -> pd.DataFrame:
    """Return all units, in a fixed order with a stable colour slot each.

    Parameters
    ----------
    townships : code and name of the townships
    river_townships : (river, township code) pairs that have a river section

    Raises
    ------
    InputError
        ``departments.csv`` is absent or two units share a letter code.
    """
    path = data_dir / "departments.csv"
    if not path.is_file():
        raise InputError(f"The demonstration needs {path}, which is not there: run from a whole copy of the project.")
    departments = pd.read_csv(path, dtype=str, encoding="utf-8")
    rows: list[tuple[str, str, str, str, str, str, str]] = []
    for index, row in enumerate(departments.itertuples(index=False), start=1):
        name = str(row.name)
        rows.append(
            (
                f"{COUNTY_CODE}B{index:02d}",
                "寿光市" + name,
                str(row.short_name),
                str(row.letter),
                str(row.unit_type),
                "county",
                "",
            )
        )
    for index, (name, short, letter) in enumerate(SQUADS, start=1):
        # After the bureau in code order: where no squad's territory holds the place, the bureau itself leads.
        rows.append((f"{COUNTY_CODE}S{index:02d}", name, short, letter, "enforcement", "county", ""))
    for code, name in zip(townships["code"].astype(str), townships["name"].astype(str), strict=True):
        short = find_short_name(name)
        letters = _TOWNSHIP_LETTERS[code]
        office = "管委会" if "园区" in name else "办事处" if name.endswith("街道") else "人民政府"
        full = name if office == "管委会" else f"{name}{office}"
        rows += [
            (f"{code}G", full, short, letters, "township", "township", code),
            (
                f"{code}Z",
                f"{name.removesuffix('管委会')}综合行政执法队",
                f"{short}执法",
                letters + "Z",
                "township_enforcement",
                "township",
                code,
            ),
            (f"{code}P", f"{short}派出所", f"{short}派出所", letters + "P", "police", "township", code),
        ]
    number: dict[str, int] = {}
    for river, code in river_townships:
        number[river] = number.get(river, 0) + 1
        short = find_short_name(str(townships.set_index("code")["name"][code]))
        letter = f"{_RIVER_LETTERS[river]}{number[river]}"
        rows.append(
            (
                f"{code}R{letter}",
                f"{river}{short}段河道管理所",
                f"{river}{short}段",
                letter,
                "river_section",
                "township",
                code,
            )
        )
    # The command centre came last: no other unit changes its colour for it.
    rows.sort(key=lambda row: row[4] == "command_centre")
    units = pd.DataFrame(rows, columns=list(UNIT_COLUMNS[:7]))
    # No area code begins with four zeros: nobody can be called by mistake.
    units["telephone"] = [f"0000-{10000 + index}" for index in range(len(units))]
    units["colour_slot"] = range(len(units))
    for column in ("code", "letter"):
        twice = units.loc[units[column].duplicated(), column]
        if len(twice):
            raise InputError(f"Two demonstration units share the {column} {twice.iloc[0]}: change one in {path}.")
    return units


def read_responsibility_list(data_dir: Path, unit_types: set[str]) -> pd.DataFrame:
    """Read ``responsibility_list.csv``.

    Raises
    ------
    InputError
        The file is absent, a code repeats, a unit type is unknown or a row has no single time limit; all faults in
        one message.
    """
    path = data_dir / "responsibility_list.csv"
    if not path.is_file():
        raise InputError(f"The demonstration needs {path}, which is not there: run from a whole copy of the project.")
    numbers = {"working_days": int, "working_hours": int, "weight": float}
    text = dict.fromkeys([c for c in ITEM_COLUMNS if c not in numbers], str)
    items = pd.read_csv(path, dtype={**text, **numbers}, encoding="utf-8", keep_default_na=False)[list(ITEM_COLUMNS)]
    faults = [f"code {code} twice" for code in items.loc[items["code"].duplicated(), "code"]]
    for code, lead, assisting in zip(
        items["code"], items["lead_unit_type"], items["assisting_unit_types"], strict=True
    ):
        named = {lead, *filter(None, assisting.split(";"))}
        faults += [f"{code}: unknown unit type {kind}" for kind in sorted(named - unit_types)]
    limits = (items["working_days"] > 0).astype(int) + (items["working_hours"] > 0).astype(int)
    faults += [
        f"{code}: exactly one of working_days and working_hours has to be above 0"
        for code in items.loc[limits != 1, "code"]
    ]
    if faults:
        raise InputError(f"{path}: {'; '.join(faults)}. Correct these rows.")
    return items


def read_troubles(data_dir: Path, items: pd.DataFrame, townships: set[str]) -> pd.DataFrame:
    """Read ``troubles.csv``: township, type of the lead unit, weight; only rows of the townships given.

    Raises
    ------
    InputError
        The file is absent, a weight is not above 0, or a row names a unit type that leads no item.
    """
    path = data_dir / "troubles.csv"
    if not path.is_file():
        raise InputError(f"The demonstration needs {path}, which is not there: run from a whole copy of the project.")
    table = pd.read_csv(path, dtype={"township_code": str, "unit_type": str, "weight": float}, encoding="utf-8")
    table = table[list(TROUBLE_COLUMNS)]
    idle = sorted(set(table["unit_type"]) - set(items["lead_unit_type"]))
    if idle or not (table["weight"] > 0).all():
        raise InputError(
            f"{path}: every unit_type has to lead an item of the list ({', '.join(idle) or 'all do'}) and every weight "
            "to be above 0. Correct these rows."
        )
    return table[table["township_code"].isin(townships)].reset_index(drop=True)
