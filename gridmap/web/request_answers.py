"""What the routes of requests for a pause or an extension are sent and answer."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from gridmap.domain.incidents import Status
from gridmap.domain.requests import RequestKind, RequestStatus, RequestStep
from gridmap.web.proceeding_answers import Answer
from gridmap.web.proceeding_bodies import ReasonBody, Text, VersionBody

Extension = Annotated[Decimal | None, Field(description="In the unit of the item's limit; null for a pause.")]


class NewRequestBody(ReasonBody):
    """What a unit asks for; `expected_version` is that of the incident."""

    kind: RequestKind
    extension: Extension = None


class ApproveRequestBody(VersionBody):
    """An approval; without `extension` what was asked for is granted."""

    extension: Extension = None
    decision: Text = ""


class RequestAnswer(Answer):
    """A request, and from `title` on what its incident is now."""

    id: int
    incident_id: int
    kind: RequestKind
    status: RequestStatus
    unit_code: str
    unit_name: str
    reason: str
    extension: Extension
    limit_unit: str
    requested_at: datetime
    requested_by: str | None
    answer_by: datetime | None = Field(description="Until when it is to be answered; nothing follows by itself.")
    ended_at: datetime | None
    ended_by: str | None
    decision: str
    granted_extension: Extension
    version: int
    title: str
    item_code: str | None
    incident_status: Status
    due_at: datetime | None


class RequestsAnswer(BaseModel):
    """Requests by id."""

    requests: list[RequestAnswer]


class RequestStepAnswer(Answer):
    """A step that the person may take now about a request; without `request_id` it makes one.

    `needs` has to be carried; `most` is the longest extension that can be asked for or granted, in `limit_unit`.
    """

    step: RequestStep
    kind: RequestKind
    needs: list[str]
    request_id: int | None
    version: int | None
    most: Decimal | None
    limit_unit: str
