"""The list from a frame of texts, one row a duty: what is in memory already."""

from collections.abc import Collection

import pandas as pd

from gridmap.domain.responsibility.columns import LIST_COLUMNS
from gridmap.domain.responsibility.faults import describe_faults, has_refusal
from gridmap.domain.responsibility.item import Item
from gridmap.domain.responsibility.reading import read_list
from gridmap.domain.responsibility.sheet import Sheet, SheetRow
from gridmap.errors import InputError


def make_items(duties: pd.DataFrame, *, unit_types: Collection[str], source: str) -> tuple[Item, ...]:
    """Make the items of a frame with the columns `LIST_COLUMNS`; rows count from 2, as in the file.

    Raises
    ------
    InputError
        Naming every fault.
    """
    records = duties[list(LIST_COLUMNS)].to_dict("records")
    rows = [
        SheetRow(number, {str(name): str(cell) for name, cell in record.items()})
        for number, record in enumerate(records, start=2)
    ]
    reading = read_list(Sheet(LIST_COLUMNS, rows), unit_types=unit_types)
    if has_refusal(reading.faults):
        raise InputError(describe_faults(reading.faults, source))
    return reading.items
