"""What is written of each layer: which columns a field of a layer file gives, their types, and which filters there
are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from gridmap.domain.incidents import Channel, Placement, Status, is_open
from gridmap.domain.lateness import Lateness
from gridmap.domain.layers import Fill, Layer, LayerKind
from gridmap.errors import InputError
from gridmap.sentence import Joiner, Listing, Sentence, list_texts


class ExportFormat(StrEnum):
    """The formats of files."""

    GPKG = "gpkg"
    GEOJSON = "geojson"
    CSV = "csv"
    XLSX = "xlsx"


class ColumnType(StrEnum):
    """The type of a column; a code is text that looks like a number, a choice is one of our own words."""

    TEXT = "text"
    CODE = "code"
    CHOICE = "choice"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column: its name in GeoPackage and GeoJSON, and the message that heads it in tables."""

    name: str
    title: str
    type: ColumnType = ColumnType.TEXT
    choice: str = ""
    """Of a choice: the message of value `x` is `choice:x`."""


def _code(name: str, title: str) -> Column:
    return Column(name, title, ColumnType.CODE)


def _count(name: str, title: str) -> Column:
    return Column(name, title, ColumnType.INTEGER)


_COUNTS = (
    _count("open", "Open now"),
    _count("near_due", "Near due"),
    _count("overdue", "Overdue now"),
    _count("twice_overdue", "Twice overdue"),
    _code("unit_code", "Unit with the most overdue, code"),
    Column("unit_letter", "Unit letter"),
    Column("unit_name", "Unit with the most overdue"),
)
_POINT = (Column("lon", "Longitude", ColumnType.REAL), Column("lat", "Latitude", ColumnType.REAL))
_UNIT = (_code("unit_code", "Unit code"), Column("unit_letter", "Unit letter"), Column("unit_name", "Responsible unit"))


def _place(level: str, title: str) -> tuple[Column, ...]:
    return (_code(level, f"{title}, code"), Column(f"{level}_name", title))


_FIELDS: Mapping[LayerKind, Mapping[str, tuple[Column, ...]]] = {
    LayerKind.AREA: {
        "code": (_code("code", "Code"),),
        "name": (Column("name", "Name"),),
        "kind": (Column("kind", "Kind", ColumnType.CHOICE, "kind"),),
        "parent_code": (_code("parent_code", "Parent, code"), Column("parent_name", "Parent")),
        "households": (_count("households", "Households"),),
        "team_secretary": (Column("team_secretary", "Party-branch secretary", ColumnType.BOOLEAN),),
        "team_worker": (Column("team_worker", "Full-time grid worker", ColumnType.BOOLEAN),),
        "team_assistants": (_count("team_assistants", "Assistants"),),
    },
    LayerKind.JURISDICTION: {
        "code": (_code("code", "Code"),),
        "name": (Column("name", "Name"),),
        "kind": (Column("kind", "Kind", ColumnType.CHOICE, "kind"),),
        "unit": _UNIT,
        "valid_from": (Column("valid_from", "Valid from", ColumnType.DATE),),
        "valid_to": (Column("valid_to", "Valid to", ColumnType.DATE),),
    },
    LayerKind.FEATURE: {
        "name": (Column("name", "Name"),),
        "class": (Column("class", "Class", ColumnType.CHOICE, "class"),),
    },
    LayerKind.INCIDENT: {
        "id": (_count("id", "Incident"),),
        "title": (Column("title", "Title"),),
        "item": (_code("item_code", "Item, code"), Column("item_name", "Item"), Column("class_name", "Kind of matter")),
        "channel": (Column("channel", "Channel", ColumnType.CHOICE, "channel"),),
        "status": (Column("status", "Status", ColumnType.CHOICE, "status"),),
        "placement": (
            Column("placement", "Placement", ColumnType.CHOICE, "placement"),
            Column("precision", "Precision", ColumnType.CHOICE, "precision"),
        ),
        "margin_m": (Column("margin_m", "Metres to the nearest other grid", ColumnType.REAL),),
        "township": _place("township", "Township"),
        "village": _place("village", "Village"),
        "large_grid": _place("large_grid", "Large grid"),
        "small_grid": _place("small_grid", "Small grid"),
        "special_grid": (_code("special_grid", "Special grid, code"),),
        "unit": _UNIT,
        "reported_at": (Column("reported_at", "Reported", ColumnType.TIME),),
        "due_at": (Column("due_at", "Due", ColumnType.TIME),),
        "lateness": (
            Column("lateness", "Lateness", ColumnType.CHOICE, "lateness"),
            Column("overdue_working_h", "Overdue, working hours", ColumnType.REAL),
        ),
        "is_provisional": (Column("is_provisional", "Provisional", ColumnType.BOOLEAN),),
        "address": (Column("address", "Address"),),
        "source_key": (_code("source_key", "Source key"),),
        "datum": (Column("datum", "Datum as reported", ColumnType.CHOICE, "datum"),),
        "resolved_at": (Column("resolved_at", "Resolved", ColumnType.TIME),),
    },
}

FILTERS: Mapping[LayerKind, frozenset[str]] = {
    LayerKind.AREA: frozenset({"area", "kind"}),
    LayerKind.JURISDICTION: frozenset({"unit", "kind"}),
    LayerKind.FEATURE: frozenset({"class"}),
    LayerKind.INCIDENT: frozenset(
        {"area", "unit", "item", "class", "status", "lateness", "channel", "placement", "since", "until"}
    ),
}
_WORDS: Mapping[str, frozenset[str]] = {
    "status": frozenset({*Status, "open", "closed", "all"}),
    "lateness": frozenset(Lateness),
    "channel": frozenset(Channel),
    "placement": frozenset(Placement),
}


@dataclass(frozen=True)
class ExportFilter:
    """Which rows: several values of one key are alternatives, several keys must all hold; times are aware UTC."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


def list_columns(layer: Layer) -> list[Column]:
    """List the columns that a layer's fields give, with the counts and the point that belong to its kind.

    Raises
    ------
    InputError
        If the layer file names a field that its kind does not have.
    """
    known = _FIELDS[layer.kind]
    unknown = [name for name in layer.fields if name not in known]
    if unknown:
        raise InputError(
            f"Layer {layer.id}: fields {', '.join(unknown)} are unknown. "
            f"A layer of kind {layer.kind} has: {', '.join(known)}."
        )
    columns = [column for name in layer.fields for column in known[name]]
    if layer.kind is LayerKind.AREA and layer.fill is Fill.OVERDUE:
        columns += _COUNTS
    if layer.kind is not LayerKind.FEATURE:
        columns += _POINT
    return columns


def make_filter(layer: Layer, given: Iterable[tuple[str, str]]) -> ExportFilter:
    """Make the filter of (key, value) pairs.

    Raises
    ------
    InputError
        Naming every key that the layer does not have and every value that its key does not take.
    """
    allowed = FILTERS[layer.kind]
    faults: list[Sentence] = []
    values: dict[str, list[str]] = {}
    times: dict[str, datetime] = {}
    for key, value in given:
        words = _WORDS.get(key)
        if key not in allowed:
            faults.append(
                Sentence(
                    "{key} is no filter of {layer}; there are {keys}",
                    key=key,
                    layer=layer.id,
                    keys=list_texts(sorted(allowed)),
                )
            )
        elif not value or "\0" in value:
            faults.append(Sentence("{key} has no value", key=key))
        elif words is not None and value not in words:
            faults.append(
                Sentence("{key} {value} is none of {words}", key=key, value=value, words=list_texts(sorted(words)))
            )
        elif key in {"since", "until"}:
            found = _read_instant(value)
            if found is None:
                faults.append(
                    Sentence(
                        "{key} {value} is no instant such as 2026-03-01T00:00:00+08:00 (with its offset)",
                        key=key,
                        value=value,
                    )
                )
            else:
                times[key] = found
        else:
            values.setdefault(key, []).append(value)
    if faults:
        raise InputError("{faults}.", faults=Listing(tuple(dict.fromkeys(faults)), Joiner.SEMICOLON))
    return ExportFilter({key: tuple(many) for key, many in values.items()}, times.get("since"), times.get("until"))


def list_statuses(chosen: Sequence[str]) -> list[str] | None:
    """List the statuses that the values mean; open ones when none is given, None for all."""
    if "all" in chosen:
        return None
    groups = {
        "open": [status.value for status in Status if is_open(status)],
        "closed": [status.value for status in Status if not is_open(status)],
    }
    return [status for word in chosen or ("open",) for status in groups.get(word, [word])]


def _read_instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
