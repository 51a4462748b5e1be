"""What `/api/calls` answers: a call with the units that were called and their clocks."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from gridmap.domain.calls import CallKind, CallStatus
from gridmap.services.proceedings.list_calls import AnswerState, CallState
from gridmap.web.proceeding_answers import Answer


class CalledUnitAnswer(Answer):
    """A called unit with its clocks."""

    unit_code: str
    unit_name: str
    respond_by: datetime | None
    arrive_by: datetime | None
    responded_at: datetime | None
    arrived_at: datetime | None
    note: str
    rating: int | None
    is_response_late: bool = Field(description="Responded after the limit, or not yet and the limit is over.")
    is_arrival_late: bool

    @classmethod
    def of(cls, state: AnswerState) -> Self:
        """Make it of what the service says."""
        answer = state.answer
        return cls(
            unit_code=answer.unit_code,
            unit_name=answer.unit_name,
            respond_by=answer.respond_by,
            arrive_by=answer.arrive_by,
            responded_at=answer.responded_at,
            arrived_at=answer.arrived_at,
            note=answer.note,
            rating=answer.rating,
            is_response_late=state.is_response_late,
            is_arrival_late=state.is_arrival_late,
        )


class CallAnswer(Answer):
    """A call, with the units that were called; lon, lat are CGCS2000 degrees."""

    id: int
    kind: CallKind
    township_code: str
    incident_id: int | None
    matter: str
    place: str
    lon: float | None
    lat: float | None
    wanted: list[str]
    status: CallStatus
    called_at: datetime
    called_by: str | None
    judged_at: datetime | None
    judged_by: str | None
    reason: str
    closed_at: datetime | None
    result: str
    version: int
    units: list[CalledUnitAnswer] = Field(default_factory=list)

    @classmethod
    def of(cls, state: CallState) -> Self:
        """Make it of what the service says."""
        units = [CalledUnitAnswer.of(one) for one in state.answers]
        return cls.model_validate(state.call).model_copy(update={"units": units})


class CallsAnswer(BaseModel):
    """Calls by id."""

    calls: list[CallAnswer]
