"""People for the demonstration: codes and roles, no names. Nobody of them exists."""

import pandas as pd

_CENTRE = (("operator", 3), ("dispatcher", 2), ("verifier", 2), ("supervisor", 1))
_UNIT = (("unit_lead", 1), ("handler", 2))
_TOWNSHIP = (("township", 1), ("grid_worker", 2))
_LETTERS = {
    "operator": "JB",
    "dispatcher": "PD",
    "verifier": "HC",
    "supervisor": "DC",
    "unit_lead": "FZ",
    "handler": "BL",
    "township": "ZJ",
    "grid_worker": "WG",
}


def make_staff(units: pd.DataFrame) -> pd.DataFrame:
    """Make the staff of all units: the desk of the command centre, and of each other unit a lead and two handlers; of
    each township government also an official and two grid workers, who act in the township alone.

    Parameters
    ----------
    units
        With code, letter, unit_type and township_code; not changed.

    Returns
    -------
    DataFrame
        The columns of `gridmap staff import`: code, name, role, unit_code, area_code. A code is the unit's letters, two
        for the role and a number: ``ZX-PD1`` is the first dispatcher of the command centre. Without units there are
        none.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    for unit in units.itertuples(index=False):
        kind = str(unit.unit_type)
        posts = _CENTRE if kind == "command_centre" else _UNIT
        rows += _make_posts(str(unit.code), str(unit.letter), posts, area_code="")
        if kind == "township":
            rows += _make_posts(str(unit.code), str(unit.letter), _TOWNSHIP, area_code=str(unit.township_code))
    return pd.DataFrame(rows, columns=["code", "name", "role", "unit_code", "area_code"])


def _make_posts(
    unit_code: str, letter: str, posts: tuple[tuple[str, int], ...], *, area_code: str
) -> list[tuple[str, str, str, str, str]]:
    return [
        (f"{letter}-{_LETTERS[role]}{number}", "", role, unit_code, area_code)
        for role, count in posts
        for number in range(1, count + 1)
    ]
