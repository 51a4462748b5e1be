"""A table of measures as one JSON answer, for the API and for `gridmap measures --json`."""

from dataclasses import asdict
from typing import Any

from gridmap.domain.measure_value import meets_target
from gridmap.domain.measures import MEASURES
from gridmap.services.measures import MeasureRow, MeasureTable


def make_measure_answer(table: MeasureTable) -> dict[str, Any]:
    """Make the answer: plain values and aware instants."""
    definitions = []
    for one in table.measures:
        said = asdict(MEASURES[one])
        del said["is_of_areas"]
        definitions.append({**said, "target": list(said["target"])})
    return {
        "by": table.by.value,
        "as_of": table.as_of,
        "incidents": table.incidents,
        "on_map": table.on_map,
        "small_number": table.small_number,
        "measures": definitions,
        "rows": [_make_row(row) for row in table.rows],
        "total": _make_row(table.total),
    }


def _make_row(row: MeasureRow) -> dict[str, Any]:
    values = {}
    for one, value in row.values.items():
        said = asdict(value)
        del said["measure"]
        values[one.value] = {**said, "meets_target": meets_target(value)}
    return {"key": row.key, "name": row.name, "incidents": row.incidents, "values": values}
