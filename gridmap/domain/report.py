"""A report as it is handed in: what it has to hold, checked row by row at every door that people and programs use."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from gridmap.domain.calendar import FIRST_YEAR
from gridmap.domain.datum import Datum
from gridmap.domain.incidents import CLOSED_STATUSES, Channel, Precision, Status

MAX_AHEAD = timedelta(minutes=5)
"""How far a report may lie in the future: clocks differ by minutes, not by more."""
LONGEST_TARGET = timedelta(days=3660)
"""A target further away is a slip of the year."""
EARLIEST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC)
"""Before the working calendar no due time can be found."""

_LONGEST_FIELD = 60
_MOST_FAULTS = 20
"""Of one row: the first ones tell what is wrong."""

_NOT_TEXT = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


@dataclass(frozen=True)
class RowFault:
    """Why a row was refused: the field ("" for the row as a whole) and the reason."""

    field: str
    reason: str


def _check_text(text: str) -> str:
    # Control characters break CSV, terminals and logs, lone surrogates can't be stored, and the marks that turn the
    # direction of writing make a line read as what it is not.
    found = _NOT_TEXT.search(text)
    if found is not None:
        raise ValueError(f"holds the character U+{ord(found[0]):04X}, which is not text")
    return text


def _check_written(value: object) -> object:
    # A number would be read as seconds since 1970, which nobody means here.
    if not isinstance(value, (str, datetime)):
        raise ValueError("has to be text such as 2026-10-01T08:30:00+08:00")
    return value


Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True), AfterValidator(_check_text)]
R = TypeVar("R", bound="Report")
Key = Annotated[Text, Field(min_length=1, max_length=200)]
Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Instant = Annotated[AwareDatetime, BeforeValidator(_check_written)]


class Report(BaseModel):
    """One incident as it is reported."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=1000)

    source_key: Key | None = Field(None, description="The sender's own key: a repeat is recognised by it.")
    channel: Channel = Field(description="How the report came.")
    item_code: Annotated[Text, Field(min_length=1, max_length=40)] = Field(
        description="Item of the responsibility list. One that is on no list is taken in, without a lead."
    )
    title: Annotated[Text, Field(min_length=1, max_length=200)] = Field(description="What it is, in a line.")
    address: Annotated[Text, Field(max_length=200)] = Field("", description="Where it is, in words.")
    lon: Degrees | None = Field(None, description="Longitude in degrees, in the datum stated.")
    lat: Degrees | None = Field(None, description="Latitude in degrees, in the datum stated.")
    datum: Datum = Field(description="Datum of lon and lat. Has no default: a wrong guess moves it 500 m.")
    precision: Precision = Field(description="What the point is good for; it counts for no smaller area.")
    reported_at: Instant = Field(description="When it was reported, with its offset from UTC. The clock starts here.")
    target_at: Instant | None = Field(
        None,
        description="When the sender has it due; takes the place of the limit of the item. Not before reported_at.",
    )

    @model_validator(mode="after")
    def _check_point(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat are given together, or neither of them")
        if self.lon is None or self.lat is None:
            return self
        if abs(self.lat) > 90 and abs(self.lat) <= 180 and abs(self.lon) <= 90:
            raise ValueError(f"lon {self.lon} and lat {self.lat} look swapped: lat lies between -90 and 90")
        if abs(self.lon) > 180:
            raise ValueError(f"lon {self.lon} does not lie between -180 and 180")
        if abs(self.lat) > 90:
            raise ValueError(f"lat {self.lat} does not lie between -90 and 90")
        return self

    def check_time(self, now: datetime) -> None:
        """Check the report's times against the clock; raises ValueError."""
        if self.reported_at > now + MAX_AHEAD:
            raise ValueError(f"reported_at {self.reported_at.isoformat()} lies in the future")
        if self.reported_at < EARLIEST:
            raise ValueError(f"reported_at {self.reported_at.isoformat()} lies before the calendar ({FIRST_YEAR})")
        if self.target_at is not None and not self.reported_at <= self.target_at <= self.reported_at + LONGEST_TARGET:
            asked = f"from reported_at to {LONGEST_TARGET.days} days after reported_at"
            raise ValueError(f"target_at {self.target_at.isoformat()} has to lie {asked}")

    def digest(self) -> bytes:
        """Make the SHA-256 digest of what was reported, the same however it was written.

        Without the key, and without the state of a record: a later state of one report is still the same report.
        """
        said = self.model_dump(mode="json", exclude={"source_key", "status", "resolved_at"})
        said["reported_at"] = self.reported_at.astimezone(UTC).isoformat()
        # Left out where there is none: digests that were stored before there were targets stay what they are.
        del said["target_at"]
        if self.target_at is not None:
            said["target_at"] = self.target_at.astimezone(UTC).isoformat()
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


class RecordedReport(Report):
    """A report out of a record: it may be on its way already, or closed."""

    status: Status = Status.REPORTED
    resolved_at: Instant | None = None

    @property
    def closed_at(self) -> datetime | None:
        """The closing, not before the report: two clocks may tell the two the wrong way round."""
        return None if self.resolved_at is None else max(self.resolved_at, self.reported_at)

    def check_time(self, now: datetime) -> None:
        """Check the times against the clock and each other; raises ValueError."""
        super().check_time(now)
        if (self.status in CLOSED_STATUSES) != (self.resolved_at is not None):
            raise ValueError(
                f"resolved_at has to be given when the status is a closed one, and only then: {self.status}"
            )
        if self.resolved_at is not None and self.resolved_at < self.reported_at - MAX_AHEAD:
            raise ValueError(f"resolved_at {self.resolved_at.isoformat()} lies before reported_at")
        if self.resolved_at is not None and self.resolved_at > now + MAX_AHEAD:
            raise ValueError(f"resolved_at {self.resolved_at.isoformat()} lies in the future")


def make_report(row: object, *, model: type[R], now: datetime) -> R | list[RowFault]:
    """Make a report of one row of any source, or tell all its faults.

    Parameters
    ----------
    row
        Field names to values, as parsed from JSON or a file.
    model
        `Report` at the door for live reports, `RecordedReport` for records.
    now
        The instant of taking it in (aware).
    """
    if not isinstance(row, Mapping):
        return [RowFault("", "an incident has to be an object of fields and values")]
    try:
        report = model.model_validate(dict(row))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]
        return [_make_fault(fault) for fault in found]
    try:
        report.check_time(now)
    except ValueError as error:
        return [RowFault(str(error).split(maxsplit=1)[0], str(error))]
    return report


def _make_fault(fault: Any) -> RowFault:
    # A name that nobody knows may be as long as the sender likes, and is said again in the answer.
    field = str(fault["loc"][0])[:_LONGEST_FIELD] if fault["loc"] else ""
    kind, message = fault["type"], str(fault["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        message = "is missing; it has no default"
    elif kind == "timezone_aware":
        message = "has no offset from UTC, such as +08:00"
    elif kind == "too_short":
        message = "has to have at least 1 character"
    elif kind == "too_long":
        message = f"may have at most {fault['ctx']['max_length']} characters"
    elif kind == "extra_forbidden":
        message = "is not a field of an incident"
    if not field and message.startswith(("lon", "lat")):
        field = message.split(maxsplit=1)[0]
    return RowFault(field, message)
