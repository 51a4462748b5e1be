"""An import profile: how the columns and values of one source become reports."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import CLOSED_STATUSES, Precision, Status
from gridmap.domain.report import RowFault

Record = Mapping[str, object]
"""One row of a file: column to value."""
ANY_VALUE = "*"
"""In a table of values: what every value that is not named becomes."""


class ProfileField(StrEnum):
    """What a profile can fill."""

    SOURCE_KEY = "source_key"
    CHANNEL = "channel"
    ITEM_CODE = "item_code"
    TITLE = "title"
    ADDRESS = "address"
    LON = "lon"
    LAT = "lat"
    DATUM = "datum"
    PRECISION = "precision"
    REPORTED_AT = "reported_at"
    RESOLVED_AT = "resolved_at"
    STATUS = "status"
    TARGET_AT = "target_at"


_NEEDED = (
    ProfileField.CHANNEL,
    ProfileField.ITEM_CODE,
    ProfileField.TITLE,
    ProfileField.DATUM,
    ProfileField.PRECISION,
    ProfileField.REPORTED_AT,
)
_TIMES = (ProfileField.REPORTED_AT, ProfileField.RESOLVED_AT, ProfileField.TARGET_AT)


class PrecisionRule(BaseModel):
    """Rows that satisfy it have this precision, whatever the profile says else. The first rule that fits counts.

    Either `column` has one of `values` ("" is an empty cell), or at least `stacked` rows of the file share the point:
    so many reports from one spot are the centroid of an area.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    precision: Precision
    column: str | None = None
    values: tuple[str, ...] = ()
    stacked: Annotated[int, Field(ge=2)] | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.column is None) == (self.stacked is None) or (self.column is None) != (not self.values):
            raise ValueError("a precision rule has either column and values, or stacked")
        return self


class SourceVerdict(BaseModel):
    """What the source itself says of each closed case: whether it was settled in time. Compared, never stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    in_time: Annotated[tuple[str, ...], Field(min_length=1)]
    overdue: Annotated[tuple[str, ...], Field(min_length=1)]

    def read(self, record: Record) -> bool | None:
        """Tell whether the source calls the row overdue; None where it says neither."""
        text = _as_text(record.get(self.column))
        return True if text in self.overdue else False if text in self.in_time else None


class IncidentProfile(BaseModel):
    """The profile file, as read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    key_prefix: Annotated[str, Field(max_length=60)] = ""
    encoding: str = ""
    layer: str | None = None
    timezone: str | None = None
    time_format: str | None = None
    columns: dict[ProfileField, str]
    constants: dict[ProfileField, str] = {}
    values: dict[ProfileField, dict[str, str]] = {}
    precision_rules: tuple[PrecisionRule, ...] = ()
    verdict: SourceVerdict | None = None

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, name: str | None) -> str | None:
        try:
            return name if name is None else ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is no time zone; write it as Asia/Shanghai") from None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        both = self.columns.keys() & self.constants.keys()
        if both:
            raise ValueError(f"{', '.join(sorted(both))} is given as a column and as a constant")
        missing = [field for field in _NEEDED if field not in self.columns and field not in self.constants]
        if missing:
            raise ValueError(f"neither [columns] nor [constants] gives {', '.join(missing)}")
        unused = [field for field in self.values if field not in self.columns]
        if unused:
            raise ValueError(f"[values.{unused[0]}] maps a column, but [columns] has no {unused[0]}")
        if self.verdict is not None and ProfileField.TARGET_AT not in self.columns:
            raise ValueError("[verdict] is compared with due times of the source: [columns] has to give target_at")
        if ProfileField.DATUM in self.constants:
            Datum(self.constants[ProfileField.DATUM])
        return self

    def list_columns(self) -> list[str]:
        """List the columns that a file of this profile has to have."""
        asked = [*self.columns.values(), *(rule.column for rule in self.precision_rules if rule.column is not None)]
        if self.verdict is not None:
            asked.append(self.verdict.column)
        return list(dict.fromkeys(asked))

    @property
    def counts_points(self) -> bool:
        """Whether the whole file has to be counted before its first row can be judged."""
        return any(rule.stacked is not None for rule in self.precision_rules)

    def make_row(self, record: Record, *, stacked: Mapping[tuple[str, str], int]) -> dict[str, object] | list[RowFault]:
        """Make the fields of a `RecordedReport` of one row of the file, or tell what can't be read.

        Parameters
        ----------
        stacked
            How many rows share a point, as `count_points` says; empty when no rule asks.
        """
        row: dict[str, object] = {field.value: value for field, value in self.constants.items()}
        faults: list[RowFault] = []
        for field, column in self.columns.items():
            try:
                value = self._read(field, record.get(column))
            except ValueError as error:
                faults.append(RowFault(field, f"{error} (column {column})"))
                continue
            if value is not None:
                row[field] = value
        for rule in self.precision_rules:
            if self._is_met(rule, record, stacked):
                row[ProfileField.PRECISION] = rule.precision
                break
        if row.get(ProfileField.SOURCE_KEY) is not None:
            row[ProfileField.SOURCE_KEY] = f"{self.key_prefix}{row[ProfileField.SOURCE_KEY]}"
        if ProfileField.STATUS not in row and ProfileField.RESOLVED_AT in row:
            row[ProfileField.STATUS] = Status.RESOLVED
        elif row.get(ProfileField.STATUS, Status.REPORTED) not in CLOSED_STATUSES:
            # Some sources keep the last closing of a case that was opened again.
            row.pop(ProfileField.RESOLVED_AT, None)
        return faults or row

    def count_points(self, records: Iterable[Record]) -> Counter[tuple[str, str]]:
        """Count the rows on each point, by its coordinates as written."""
        return Counter(self._point_of(record) for record in records)

    def _point_of(self, record: Record) -> tuple[str, str]:
        lon, lat = self.columns.get(ProfileField.LON), self.columns.get(ProfileField.LAT)
        return (_as_text(record.get(lon or "")), _as_text(record.get(lat or "")))

    def _is_met(self, rule: PrecisionRule, record: Record, stacked: Mapping[tuple[str, str], int]) -> bool:
        if rule.column is not None:
            return _as_text(record.get(rule.column)) in rule.values
        return rule.stacked is not None and stacked.get(self._point_of(record), 0) >= rule.stacked

    def _read(self, field: ProfileField, value: object) -> object:
        if field in _TIMES and isinstance(value, (datetime, date)):
            return self._read_time(value)
        text = _as_text(value)
        if field in self.values:
            mapped = self.values[field]
            if text not in mapped and ANY_VALUE not in mapped:
                raise ValueError(f"the profile has no value for {text!r}")
            text = mapped.get(text, mapped.get(ANY_VALUE, ""))
        if not text:
            return None
        if field in (ProfileField.LON, ProfileField.LAT):
            try:
                return float(text)
            except ValueError:
                raise ValueError(f"{text!r} is not a number of degrees") from None
        return self._read_time(text) if field in _TIMES else text

    def _read_time(self, value: object) -> datetime:
        if isinstance(value, str):
            try:
                made = datetime.strptime(value, self.time_format) if self.time_format else datetime.fromisoformat(value)
            except ValueError:
                wanted = self.time_format or "YYYY-MM-DDTHH:MM:SS+08:00"
                raise ValueError(f"{value!r} is not a time of the form {wanted}") from None
        elif isinstance(value, datetime):
            made = value
        else:
            raise ValueError(f"{value!r} is a day without a time")
        if made.tzinfo is not None:
            return made
        if self.timezone is None:
            raise ValueError(f"{value!r} has no offset from UTC, and the profile names no timezone")
        aware = made.replace(tzinfo=ZoneInfo(self.timezone))
        # In the hour that a summer time skips there is no such time; the hour that it repeats is taken as the first.
        if aware.astimezone(UTC).astimezone(aware.tzinfo).replace(tzinfo=None) != made:
            raise ValueError(f"{value!r} does not exist in {self.timezone}: the clocks were put forward over it")
        return aware


def _as_text(value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    # A spreadsheet gives codes as numbers: 370783 comes as 370783.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()
