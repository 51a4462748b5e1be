"""What the routes of proceedings are sent. `expected_version` is that of the row as the sender read it."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from gridmap.domain.calls import CallKind
from gridmap.domain.datum import Datum
from gridmap.domain.disputes import PANEL
from gridmap.domain.incidents import Precision
from gridmap.domain.supervision import CardKind


def _refuse_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text can't hold the character U+0000")
    return text


Text = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_refuse_nul)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_refuse_nul)]
Codes = Annotated[tuple[Code, ...], Field(max_length=100)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class Body(BaseModel):
    """What all have in common: a field that is not known is a mistake of the sender."""

    model_config = ConfigDict(extra="forbid")


class VersionBody(Body):
    """A step that carries nothing else."""

    expected_version: int


class ReasonBody(VersionBody):
    """A step with its reason."""

    reason: Text


class NewOrderBody(Body):
    """One unit's order; without `due_at` it is due with the incident."""

    unit: Code
    duties: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    due_at: AwareDatetime | None = None


class OrdersBody(Body):
    """Orders by hand; without `orders` those that the responsibility list names."""

    orders: Annotated[tuple[NewOrderBody, ...], Field(max_length=100)] | None = None


class OverrideBody(Body):
    """Why the lead goes on without its assistants."""

    reason: Text


class FinishOrderBody(VersionBody):
    """What came of an order; the lead names evidence, and a reason if it overrides its assistants."""

    result: Text
    evidence: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    override_reason: Text = ""


class NewCallBody(Body):
    """A township calls: to a place, a point (with its datum) or an incident; `wanted` are units that it asks for."""

    kind: CallKind = CallKind.WHISTLE
    township: Code
    matter: Text
    place: Text = ""
    lon: Lon | None = None
    lat: Lat | None = None
    datum: Datum | None = None
    incident_id: int | None = None
    wanted: Codes = ()


class UnitsBody(VersionBody):
    """Units that have to come."""

    units: Codes


class CallUnitBody(Body):
    """A called unit says something; no version: it takes nothing back from anybody."""

    unit: Code
    note: Text = ""


class ResultBody(VersionBody):
    """What came of it."""

    result: Text


class RatingBody(VersionBody):
    """How the township rates a unit: 1 (bad) to 5 (good)."""

    unit: Code
    rating: Annotated[int, Field(ge=1, le=5)]


class DecisionBody(ReasonBody):
    """Who leads, by whom it was decided, and whether that counts for the next time."""

    unit: Code
    panel: Annotated[tuple[Text, ...], Field(max_length=20)] = PANEL
    is_precedent: bool = False
    follows: Annotated[int | None, Field(description="The precedent that it rests on.")] = None


class PrecedentBody(VersionBody):
    """Whether a decision is a precedent."""

    is_precedent: bool


class CardBody(Body):
    """A card by hand."""

    kind: CardKind
    reason: Text


class AnswerBody(VersionBody):
    """What a unit says to a card."""

    answer: Text


class CallBackBody(VersionBody):
    """An attempt to call back; `is_satisfied` exactly when somebody was reached."""

    is_reached: bool
    is_satisfied: bool | None = None
    note: Text = ""


class MergeBody(VersionBody):
    """The incident that is the same matter."""

    into: int
    reason: Text = ""


class DuplicateBody(Body):
    """A report before it is stored."""

    item_code: Code
    lon: Lon
    lat: Lat
    datum: Datum
    precision: Precision = Precision.EXACT
    title: Text = ""
    reported_at: AwareDatetime | None = None
