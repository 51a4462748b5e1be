"""Text that the program wrote is read back; a text that is only like it is not."""

import re
from pathlib import Path
from string import Formatter

import pytest

from gridmap.domain.written import (
    CARD_NOTES,
    DISPUTE_NOTES,
    EVENT_NOTES,
    ORDER_NOTES,
    RED_CARDS,
    REFUSALS,
    ROUTED_ANEW,
    Written,
    read_written,
)
from gridmap.sentence import Sentence, Term

MIGRATIONS = Path(__file__).resolve().parents[2] / "gridmap" / "storage" / "migrations"
UNREACHED = (
    # The table of the life cycle in Python, from the same rows, refuses it first.
    "incident %s is %s and can't become %s; it can become: %s",
    # Of imports and SQL: a page changes none of these.
    "incident: lon %s, lat %s is no point in degrees, lon before lat",
    "incident: reported_at %s has to be an instant from 2004 on, and not a year ahead",
    "incident: precision %s is not one of table incident_precision",
    "%s: incidents came under this version of the responsibility list, it never changes: import a new version",
    "%s: incidents came under version %s of the responsibility list, so no part of it ever changes: "
    "store a new version with ",
    "unit_power: unit %s has item %s twice at one time: let the earlier one end first",
    # Of SQL: what is derived, and what only grows.
    "incident %s: not set by hand: %s",
    "%s: %s is refused: %s",
    # The service has locked the incident and says so first.
    "incident %s is not held by unit %s: only who holds it asks for more time",
    "incident %s is %s: %s is not possible then and can't be asked for",
)


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("returned 3 times", EVENT_NOTES, Sentence("returned {n} times", n="3")),
        ("the limit of a pause is over", EVENT_NOTES, Sentence("the limit of a pause is over")),
        (
            ROUTED_ANEW.format(queue="no_power"),
            EVENT_NOTES,
            Sentence(ROUTED_ANEW, queue=Term("queue", "no_power")),
        ),
        (RED_CARDS.format(n=2, days=30), CARD_NOTES, Sentence(RED_CARDS, n="2", days="30")),
        ("incident merged", ORDER_NOTES, Sentence("incident {status}", status=Term("status", "merged"))),
        ("another unit leads", ORDER_NOTES, Sentence("another unit leads")),
        ("incident with a dog", ORDER_NOTES, None),
        ("routed anew from queue of cars", EVENT_NOTES, None),
        ("Returned 3 times", DISPUTE_NOTES, None),
        ("returned 3 times.", DISPUTE_NOTES, None),
        ("不属于本单位职责范围", EVENT_NOTES, None),
        ("", EVENT_NOTES, None),
    ],
)
def test_what_is_read_back(text: str, known: tuple[Written, ...], expected: Sentence | None) -> None:
    assert read_written(text, known) == expected


@pytest.mark.parametrize("written", [*EVENT_NOTES, *ORDER_NOTES, *CARD_NOTES, *REFUSALS], ids=lambda one: one.template)
def test_every_template_reads_what_it_wrote(written: Written) -> None:
    names = {name for _, name, _, _ in Formatter().parse(written.template) if name}
    values = {name: min(written.families[name][1]) if name in written.families else "甲（a. b), 乙" for name in names}
    found = read_written(written.template.format(**values), [written])
    assert found is not None
    assert str(found) == written.template.format(**values)


def _list_trigger_messages() -> set[str]:
    found = set()
    for path in sorted(MIGRATIONS.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        for message in re.findall(r"RAISE \w+ USING[^;]*?MESSAGE = format\(\s*'((?:[^']|'')*)'", text):
            found.add(message.replace("''", "'"))
    return found


def test_what_triggers_say_is_known_word_by_word() -> None:
    said = _list_trigger_messages()
    assert len(said) >= 10
    known = {re.sub(r"\{\w+\}", "%s", written.template[0].lower() + written.template[1:]) for written in REFUSALS}
    assert said - known - set(UNREACHED) == set(), "a trigger says what no page can translate: see REFUSALS"
    assert known - said == set()
