"""The words that an incident is described in. The tables of the database hold the same; a test compares them."""

from enum import StrEnum
from typing import NewType

IncidentId = NewType("IncidentId", int)


class Status(StrEnum):
    """Where an incident is in its life."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    HANDLING = "handling"
    RETURNED = "returned"
    DISPUTED = "disputed"
    PAUSED = "paused"
    EXTENDED = "extended"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    CALLED_BACK = "called_back"
    MERGED = "merged"
    REJECTED = "rejected"


CLOSED_STATUSES = frozenset({Status.RESOLVED, Status.VERIFIED, Status.CALLED_BACK, Status.MERGED, Status.REJECTED})
"""Their handling clock has stopped; all others are open and on the board."""


class Channel(StrEnum):
    """How a report came."""

    HOTLINE = "hotline"
    GRID_WORKER = "grid_worker"
    PATROL = "patrol"
    CAMERA = "camera"
    MAILBOX = "mailbox"
    SUPERIOR = "superior"
    UNIT = "unit"


class Precision(StrEnum):
    """What a reported point is: a fix, a building, a street, or only the centroid of an area."""

    EXACT = "exact"
    BUILDING = "building"
    STREET = "street"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


class Placement(StrEnum):
    """How a point lies to the grids."""

    INSIDE = "inside"
    BORDER = "border"
    OUTSIDE = "outside"
    IMPRECISE = "imprecise"


class LeadRule(StrEnum):
    """Why this unit leads, or why none does."""

    JURISDICTION = "jurisdiction"
    TOWNSHIP = "township"
    COUNTY = "county"
    ASSIGNED = "assigned"
    ITEM_NOT_IN_LIST = "item_not_in_list"
    NO_UNIT = "no_unit"


def is_open(status: Status) -> bool:
    """Tell whether the handling clock can still run out."""
    return status not in CLOSED_STATUSES
