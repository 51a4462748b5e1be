"""What `/api/incidents` answers: the shapes for the API's description, and the same filled from an incident."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from gridmap.domain.report import Report
from gridmap.services.incidents import IncidentEvent, StoredIncident


class LeadUnit(BaseModel):
    """The unit that answers for it."""

    code: str
    name: str
    letter: str


class IncidentAnswer(BaseModel):
    """An incident as the rules left it."""

    id: int
    source_key: str | None
    repeated: bool = Field(False, description="It was stored before; nothing new was made.")
    channel: str
    item_code: str | None
    item_name: str | None
    title: str
    address: str
    reported_lon: float | None
    reported_lat: float | None
    datum: str
    precision: str
    reported_at: datetime
    received_at: datetime
    status: str
    resolved_at: datetime | None
    version: int
    lon: float | None = Field(description="CGCS2000, degrees.")
    lat: float | None = Field(description="CGCS2000, degrees.")
    small_grid: str | None
    large_grid: str | None
    village: str | None
    township: str | None
    special_grid: str | None
    placement: str
    margin_m: float | None = Field(description="Metres to the nearest other grid.")
    lead_unit: LeadUnit | None
    lead_rule: str
    near_due_at: datetime | None
    due_at: datetime | None
    twice_due_at: datetime | None
    provisional: bool = Field(description="The due time falls in a year whose calendar is not published.")
    lateness: str


class EventAnswer(BaseModel):
    """One line of the history."""

    at: datetime
    kind: str
    from_status: str | None
    to_status: str | None
    unit: str | None
    area: str | None
    note: str


class HistoryAnswer(IncidentAnswer):
    """An incident with its history, oldest first."""

    history: list[EventAnswer]


class AcceptedAnswer(IncidentAnswer):
    """A stored row of a list."""

    index: int


class FaultAnswer(BaseModel):
    """One fault of a row."""

    field: str
    reason: str


class RefusedAnswer(BaseModel):
    """A row of a list that was not stored."""

    index: int
    code: str
    field: str
    reason: str
    details: list[FaultAnswer]


class IntakeAnswer(BaseModel):
    """What became of a list."""

    accepted: list[AcceptedAnswer]
    refused: list[RefusedAnswer]


class ListAnswer(BaseModel):
    """A page of incidents; `next_after` is null on the last."""

    incidents: list[IncidentAnswer]
    next_after: int | None


def describe_body(*, max_rows: int) -> dict[str, Any]:
    """Describe the body of a report for OpenAPI: the routes read it themselves, to refuse bad rows alone."""
    schema = Report.model_json_schema()
    definitions = schema.pop("$defs")
    report = _inline(schema, definitions)
    many = {"type": "array", "maxItems": max_rows, "items": report}
    return {"required": True, "content": {"application/json": {"schema": {"oneOf": [report, many]}}}}


def _inline(node: Any, definitions: dict[str, Any]) -> Any:
    """Put the definitions where they are referred to: FastAPI knows only those of its own models."""
    if isinstance(node, list):
        return [_inline(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named = definitions[node["$ref"].rsplit("/", 1)[-1]]
        return {**_inline(named, definitions), **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inline(value, definitions) for key, value in node.items()}


def make_answer(incident: StoredIncident, *, is_repeated: bool = False) -> dict[str, Any]:
    """Fill an `IncidentAnswer`; a thousand of them by pydantic would take as long as their insert."""
    unit = None
    if incident.unit_code is not None:
        unit = {"code": incident.unit_code, "name": incident.unit_name, "letter": incident.unit_letter}
    return {
        "id": incident.id,
        "source_key": incident.source_key,
        "repeated": is_repeated,
        "channel": incident.channel,
        "item_code": incident.item_code,
        "item_name": incident.item_name,
        "title": incident.title,
        "address": incident.address,
        "reported_lon": incident.reported_lon,
        "reported_lat": incident.reported_lat,
        "datum": incident.datum,
        "precision": incident.precision,
        "reported_at": incident.reported_at,
        "received_at": incident.received_at,
        "status": incident.status,
        "resolved_at": incident.resolved_at,
        "version": incident.version,
        "lon": incident.lon,
        "lat": incident.lat,
        "small_grid": incident.small_grid,
        "large_grid": incident.large_grid,
        "village": incident.village,
        "township": incident.township,
        "special_grid": incident.special_grid,
        "placement": incident.placement,
        "margin_m": incident.margin_m,
        "lead_unit": unit,
        "lead_rule": incident.lead_rule,
        "near_due_at": incident.near_due_at,
        "due_at": incident.due_at,
        "twice_due_at": incident.twice_due_at,
        "provisional": incident.is_provisional,
        "lateness": incident.lateness,
    }


def make_event(event: IncidentEvent) -> dict[str, Any]:
    """Fill an `EventAnswer`."""
    return {
        "at": event.at,
        "kind": event.kind,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "unit": event.unit_code,
        "area": event.area_code,
        "note": event.note,
    }
