"""What the program and the triggers of the database write or say in English text, read back as sentences.

The store keeps the text as it was written. A page that shows it in another language needs the template and its values
again. Only for text of the program: who calls knows that no person typed it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

from gridmap.domain.incidents import Status
from gridmap.domain.routing import Queue
from gridmap.sentence import Sentence, Term, Value

PROGRAM = "gridmap"
"""Who acted, by code, where the program did so by its own rules."""
PAUSE_IS_OVER = "the limit of a pause is over"
ROUTED_ANEW = "routed anew from queue {queue}"
RED_CARDS = "{n} red cards in {days} days"


@dataclass(frozen=True)
class Written:
    """A template, and the families of those of its values that are terms, each with the words that there are."""

    template: str
    families: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


_STATUSES = ("status", frozenset(map(str, Status)))
_QUEUES = ("queue", frozenset(map(str, Queue)))

ORDER_NOTES = (Written("another unit leads"), Written("incident {status}", {"status": _STATUSES}))
"""Why an order was withdrawn: the trigger `follow_incident`."""
CARD_NOTES = (Written(RED_CARDS),)
"""Why a card was given by rule."""
DISPUTE_NOTES = (Written("returned {n} times"),)
"""Why a dispute was opened by rule: the trigger `follow_incident`."""
EVENT_NOTES = (Written(PAUSE_IS_OVER), Written(ROUTED_ANEW, {"queue": _QUEUES}), *DISPUTE_NOTES)
"""What stands in the history of an incident."""
REFUSALS = (
    Written(
        "Incident {incident} can't be resolved: the orders of {units} are open. They finish them, or the lead "
        "overrides them with a reason."
    ),
    Written("Incident {incident} can't be merged into {into}, which is itself merged into {same}."),
    Written("Incident {incident} was returned {n} times, which is the most: open a dispute instead"),
    Written("Incident {incident} is overdue since {at}, so its clock can't be stopped"),
    Written("Incident {incident} has no unit that leads: it can't be dispatched to nobody"),
    Written(
        "Incident {incident} is with the command centre and can't become {status}: it has to be dispatched first",
        {"status": _STATUSES},
    ),
)
"""What triggers say when they refuse a change of an incident, beginning with a capital. They carry SQLSTATE 23514 and
the column, which several of them share, so they are known by their words; a test holds these against the migrations.
"""


def read_written(text: str, known: Iterable[Written]) -> Sentence | None:
    """Read a text back; None if it is none of those known."""
    for one in known:
        found = _make_pattern(one.template).fullmatch(text)
        if found is None:
            continue
        values: dict[str, Value] = {}
        for name, said in found.groupdict().items():
            family, words = one.families.get(name, ("", frozenset[str]()))
            if family and said not in words:
                break
            values[name] = Term(family, said) if family else said
        else:
            return Sentence(one.template, **values)
    return None


@cache
def _make_pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.+?)" if name else "") for literal, name, _, _ in Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)
