"""Sentences: English by themselves, another language by a voice; values are never translated or looked into."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gridmap.errors import ConflictError, GridMapError
from gridmap.sentence import (
    ENGLISH,
    Joiner,
    Listing,
    Sentence,
    Technical,
    Term,
    Value,
    Voice,
    list_terms,
    list_texts,
)


class Loud(Voice):
    """A language of its own: everything that is not a value in capitals."""

    def find_template(self, template: str) -> str:
        return {"{a} is {b}": "{b}! {a}", "plain {x}": "PLAIN {x}"}.get(template, template)

    def say_term(self, term: Term) -> str:
        return f"{term.family}/{term.word}".upper()

    def say_technical(self, technical: Technical) -> str:
        return f"({len(technical.text)})"

    def find_joiner(self, joiner: Joiner) -> str:
        return f"-{joiner.name}-"

    def say_instant(self, at: datetime) -> str:
        return f"{at:%H h}"


AT = datetime(2026, 11, 20, 15, 0, 7, 999, UTC)


@pytest.mark.parametrize(
    ("value", "english", "loud"),
    [
        ("is", "is", "is"),
        ("{a} {0} {}", "{a} {0} {}", "{a} {0} {}"),
        (5, "5", "5"),
        (Decimal("1.50"), "1.50", "1.50"),
        (date(2026, 11, 20), "2026-11-20", "2026-11-20"),
        (AT, "2026-11-20 15:00:07+00:00", "15 h"),
        (Term("status", "handling"), "handling", "STATUS/HANDLING"),
        (Technical("no route"), "no route", "(8)"),
        (list_texts(["x", "y"]), "x, y", "x-COMMA-y"),
        (list_terms("role", ["op", "di"], Joiner.OR), "op or di", "ROLE/OP-OR-ROLE/DI"),
        (Listing((1, Term("f", "w")), Joiner.AND), "1 and w", "1-AND-F/W"),
        (Listing(()), "", ""),
        (Sentence("{a} is {b}", a=1, b=Term("f", "w")), "1 is w", "F/W! 1"),
    ],
)
def test_each_kind_of_value(value: Value, english: str, loud: str) -> None:
    sentence = Sentence("{a} is {b}", a="it", b=value)
    assert str(sentence) == f"it is {english}"
    assert sentence.say(Loud()) == f"{loud}! it"


def test_a_template_formats_its_figures() -> None:
    said = Sentence("{n:,} of {share:.0%}, {name!r}", n=12345, share=0.256, name="x")
    assert str(said) == "12,345 of 26%, 'x'"


def test_without_values_braces_mean_nothing() -> None:
    assert str(Sentence("plain {x}")) == "plain {x}"
    assert Sentence("plain {x}").say(Loud()) == "PLAIN {x}"


def test_sentences_are_equal_by_what_they_say_and_can_be_changed() -> None:
    one = Sentence("{a} is {b}", a=1, b=2)
    assert one == Sentence("{a} is {b}", b=2, a=1)
    assert len({one, Sentence("{a} is {b}", a=1, b=2)}) == 1
    assert one != Sentence("{a} is {b}", a=1, b=3)
    assert one != "1 is 2"
    assert (str(one.with_values(b=3)), str(one)) == ("1 is 3", "1 is 2")


def test_an_error_carries_its_sentence_also_out_of_another_process() -> None:
    error = ConflictError("{a} is {b}", a="{x}", b=Term("status", "paused"))
    assert str(error) == "{x} is paused"
    for one in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301  made here
        assert str(one) == "{x} is paused"
        assert one.args == ("{x} is paused",)
        assert one.sentence.say(Loud()) == "STATUS/PAUSED! {x}"


def test_an_error_takes_a_sentence_or_a_text() -> None:
    sentence = Sentence("{a} is {b}", a=1, b=2)
    assert GridMapError(sentence).sentence is sentence
    assert str(GridMapError("a {text}")) == "a {text}"
    assert str(GridMapError()) == ""
    assert sentence.say(ENGLISH) == str(GridMapError(sentence))
