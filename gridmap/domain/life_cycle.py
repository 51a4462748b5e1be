"""The life of an incident as one table: which action leads from where to where, who may do it, and what it needs.

The table `life_cycle_step` of the database holds the same steps, and a trigger refuses any other change of status,
whichever door it comes by; a test compares the two. What is not in the table is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from gridmap.domain.incidents import Status
from gridmap.domain.staff import Role


class Action(StrEnum):
    """What can be done with an incident."""

    ACCEPT = "accept"
    REJECT = "reject"
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    START = "start"
    RETURN = "return"
    DISPUTE = "dispute"
    DECIDE = "decide"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    RESOLVE = "resolve"
    SEND_BACK = "send_back"
    VERIFY = "verify"
    CALL_BACK = "call_back"
    REOPEN = "reopen"
    MERGE = "merge"


class Relation(StrEnum):
    """What the person has to do with the incident; it counts only inside the area that the person acts in."""

    CENTRE = "centre"
    """Of the command centre."""
    HOLDER = "holder"
    """Of the unit that holds it now."""
    LEAD = "lead"
    """Of the unit that leads, also while the command centre holds it."""
    AREA = "area"
    """Acts for an area, such as a township, that the incident lies in."""


class Need(StrEnum):
    """What an action has to carry."""

    REASON = "reason"
    EVIDENCE = "evidence"
    UNIT = "unit_code"
    EXTENSION = "extension"
    SATISFIED = "satisfied"
    OTHER = "other_incident_id"


class ClockEffect(StrEnum):
    """What becomes of the handling clock."""

    RUNS_ON = "runs_on"
    STOPS = "stops"
    STARTS = "starts"
    """It goes on; the time in which it stood is not counted."""
    LENGTHENS = "lengthens"


class Part(StrEnum):
    """What a person did with an incident; the three are never the same person."""

    REPORTER = "reporter"
    HANDLER = "handler"
    VERIFIER = "verifier"


@dataclass(frozen=True)
class Carried:
    """What comes with an action; what it has to be, the rule of the action says.

    `evidence` names where each piece lies (a file, a page, a number of a photograph), `extension` is in the unit of the
    item's limit.
    """

    reason: str = ""
    evidence: tuple[str, ...] = ()
    unit_code: str | None = None
    item_code: str | None = None
    extension: Decimal | None = None
    satisfied: bool | None = None
    other_incident_id: int | None = None

    def list_missing(self, needs: frozenset[Need]) -> list[Need]:
        """List what is needed and not there, in the order of `Need`."""
        given = {
            Need.REASON: bool(self.reason.strip()),
            Need.EVIDENCE: any(one.strip() for one in self.evidence),
            Need.UNIT: bool(self.unit_code),
            Need.EXTENSION: self.extension is not None,
            Need.SATISFIED: self.satisfied is not None,
            Need.OTHER: self.other_incident_id is not None,
        }
        return [need for need in Need if need in needs and not given[need]]


@dataclass(frozen=True)
class Rule:
    """One action. `ways` leads from each status in which it is possible to those that it may lead to."""

    action: Action
    ways: Mapping[Status, tuple[Status, ...]]
    grants: frozenset[tuple[Role, Relation]]
    needs: frozenset[Need] = frozenset()
    clock: ClockEffect = ClockEffect.RUNS_ON
    part: Part | None = None

    def is_granted(self, role: Role, relations: frozenset[Relation]) -> bool:
        """Tell whether a person of this role, related so to the incident, may do it."""
        return any((role, relation) in self.grants for relation in relations)


_CENTRE_DESK = frozenset({(Role.OPERATOR, Relation.CENTRE), (Role.DISPATCHER, Relation.CENTRE)})
_DISPATCHER = frozenset({(Role.DISPATCHER, Relation.CENTRE)})
_HANDLERS = frozenset({(Role.HANDLER, Relation.HOLDER), (Role.UNIT_LEAD, Relation.HOLDER)})
_SUPERVISOR = frozenset({(Role.SUPERVISOR, Relation.CENTRE)})
_VERIFIER = frozenset({(Role.VERIFIER, Relation.CENTRE)})
_S = Status


def _to(target: Status, *sources: Status) -> Mapping[Status, tuple[Status, ...]]:
    return MappingProxyType(dict.fromkeys(sources, (target,)))


_RULES = (
    Rule(Action.ACCEPT, _to(_S.ACCEPTED, _S.REPORTED), _CENTRE_DESK),
    Rule(
        Action.REJECT,
        _to(_S.REJECTED, _S.REPORTED, _S.ACCEPTED, _S.RETURNED),
        _CENTRE_DESK,
        frozenset({Need.REASON}),
        ClockEffect.STOPS,
    ),
    # The unit has to be named only where the rules found none that leads.
    Rule(Action.DISPATCH, _to(_S.DISPATCHED, _S.ACCEPTED, _S.RETURNED, _S.REOPENED), _DISPATCHER),
    Rule(Action.ACKNOWLEDGE, _to(_S.ACKNOWLEDGED, _S.DISPATCHED), _HANDLERS),
    Rule(Action.START, _to(_S.HANDLING, _S.ACKNOWLEDGED, _S.REOPENED), _HANDLERS, part=Part.HANDLER),
    Rule(
        Action.RETURN,
        # From extended too: a unit may find late that a matter is not its own. The extension stays on the clock.
        _to(_S.RETURNED, _S.DISPATCHED, _S.ACKNOWLEDGED, _S.HANDLING, _S.EXTENDED, _S.REOPENED),
        _HANDLERS,
        frozenset({Need.REASON}),
    ),
    Rule(
        Action.DISPUTE,
        _to(
            _S.DISPUTED,
            _S.ACCEPTED,
            _S.DISPATCHED,
            _S.ACKNOWLEDGED,
            _S.HANDLING,
            _S.EXTENDED,
            _S.RETURNED,
            _S.REOPENED,
        ),
        frozenset({(Role.UNIT_LEAD, Relation.LEAD)}) | _DISPATCHER | _SUPERVISOR,
        frozenset({Need.REASON}),
    ),
    Rule(Action.DECIDE, _to(_S.DISPATCHED, _S.DISPUTED), _SUPERVISOR, frozenset({Need.UNIT, Need.REASON})),
    # A unit neither stops its own clock nor lengthens its own limit: it asks, see gridmap/domain/requests.py.
    Rule(
        Action.PAUSE,
        _to(_S.PAUSED, _S.HANDLING, _S.EXTENDED),
        _SUPERVISOR,
        frozenset({Need.REASON}),
        ClockEffect.STOPS,
    ),
    Rule(
        Action.RESUME,
        MappingProxyType({_S.PAUSED: (_S.HANDLING, _S.EXTENDED)}),
        _HANDLERS | _SUPERVISOR,
        clock=ClockEffect.STARTS,
    ),
    Rule(
        Action.EXTEND,
        _to(_S.EXTENDED, _S.HANDLING),
        _SUPERVISOR,
        frozenset({Need.REASON, Need.EXTENSION}),
        ClockEffect.LENGTHENS,
    ),
    Rule(
        Action.RESOLVE,
        _to(_S.RESOLVED, _S.HANDLING, _S.EXTENDED),
        _HANDLERS,
        frozenset({Need.EVIDENCE}),
        ClockEffect.STOPS,
        Part.HANDLER,
    ),
    Rule(
        Action.SEND_BACK,
        _to(_S.HANDLING, _S.RESOLVED),
        _VERIFIER,
        frozenset({Need.REASON}),
        ClockEffect.STARTS,
        Part.VERIFIER,
    ),
    Rule(Action.VERIFY, _to(_S.VERIFIED, _S.RESOLVED), _VERIFIER, part=Part.VERIFIER),
    Rule(
        Action.CALL_BACK,
        _to(_S.CALLED_BACK, _S.VERIFIED),
        frozenset({(Role.OPERATOR, Relation.CENTRE)}),
        frozenset({Need.SATISFIED}),
    ),
    Rule(
        Action.REOPEN,
        # From merged: the merging was a mistake.
        _to(_S.REOPENED, _S.RESOLVED, _S.VERIFIED, _S.CALLED_BACK, _S.MERGED),
        frozenset({(Role.OPERATOR, Relation.CENTRE), (Role.TOWNSHIP, Relation.AREA)}) | _SUPERVISOR,
        frozenset({Need.REASON}),
        ClockEffect.STARTS,
    ),
    Rule(
        Action.MERGE,
        _to(
            _S.MERGED,
            _S.REPORTED,
            _S.ACCEPTED,
            _S.DISPATCHED,
            _S.ACKNOWLEDGED,
            _S.HANDLING,
            _S.EXTENDED,
            _S.RETURNED,
            _S.REOPENED,
        ),
        _CENTRE_DESK,
        frozenset({Need.OTHER}),
        ClockEffect.STOPS,
    ),
)

LIFE_CYCLE: Mapping[Action, Rule] = MappingProxyType({rule.action: rule for rule in _RULES})
"""The table."""

CENTRE_STATUSES = frozenset({_S.REPORTED, _S.ACCEPTED, _S.RETURNED, _S.DISPUTED})
"""The command centre holds it. In every other open status the unit that leads does; but what is reopened because a
merging was taken back goes to who held it before: see `gridmap.domain.ledger.keeps_unit`.
"""

ONWARD: Mapping[Status, Status] = MappingProxyType(
    {
        _S.REPORTED: _S.ACCEPTED,
        _S.ACCEPTED: _S.DISPATCHED,
        _S.RETURNED: _S.DISPATCHED,
        _S.DISPATCHED: _S.ACKNOWLEDGED,
        _S.ACKNOWLEDGED: _S.HANDLING,
        _S.REOPENED: _S.HANDLING,
    }
)
"""The next step on the straight way to being handled, which the simulation and the replay follow. What is disputed or
paused waits for a person. What was reopened and is with the command centre is dispatched first.
"""


def name_action(action: Action, status: Status) -> str:
    """Name an action for who takes it: reopening what is merged takes it out of the merge."""
    return "unmerge" if action is Action.REOPEN and status is _S.MERGED else action.value


def list_steps() -> list[tuple[Action, Status, Status]]:
    """List every step of the table: action, from, to."""
    return [
        (rule.action, source, target)
        for rule in LIFE_CYCLE.values()
        for source, targets in rule.ways.items()
        for target in targets
    ]


def list_possible(status: Status) -> list[Rule]:
    """List the rules that lead on from a status."""
    return [rule for rule in LIFE_CYCLE.values() if status in rule.ways]


def find_target(rule: Rule, status: Status, *, is_extended: bool) -> Status:
    """Find where an action leads to that is possible in a status; one that was extended comes back as that."""
    targets = rule.ways[status]
    return _S.EXTENDED if is_extended and _S.EXTENDED in targets else targets[0]


def is_area_of(area_code: str, incident_codes: frozenset[str]) -> bool:
    """Tell whether a person of an area acts where an incident lies.

    An empty `area_code` is the whole county. `incident_codes` are the codes of the areas that the incident lies in;
    one that lies in none is only for those of the whole county.
    """
    return not area_code or any(code.startswith(area_code) for code in incident_codes)
