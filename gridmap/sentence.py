"""What the program says to people: an English template with named values, so that it can be said in another language.

`str()` of a sentence is English: the command line, the logs and the tests read that. The web layer says it in the
language of the page, by its own `Voice`, with the templates of `web/locale/*/LC_MESSAGES/sentences.po`.

Only templates and terms are translated. A text value is what somebody typed or a name: it passes through as it is, and
braces in it mean nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Union

Value = Union[str, int, float, Decimal, date, "Term", "Technical", "Listing", "Sentence"]


@dataclass(frozen=True)
class Term:
    """A word of the program: a status, an action, a role. English shows the word, others `family:word`."""

    family: str
    word: str


@dataclass(frozen=True)
class Technical:
    """What a driver or an operating system said. It is for who looks after the server: only English shows it."""

    text: str


class Joiner(StrEnum):
    """What stands between the parts of a listing; the value is English."""

    COMMA = ", "
    SEMICOLON = "; "
    OR = " or "
    AND = " and "


@dataclass(frozen=True)
class Listing:
    """Several values, one after the other."""

    parts: tuple[Value, ...]
    joiner: Joiner = Joiner.COMMA


class Voice:
    """How a language says it. This one is English: everything as it stands in the code."""

    def find_template(self, template: str) -> str:
        """Find the template in the language."""
        return template

    def say_term(self, term: Term) -> str:
        """Say a term."""
        return str(term.word)

    def say_technical(self, technical: Technical) -> str:
        """Say what a machine said."""
        return technical.text

    def find_joiner(self, joiner: Joiner) -> str:
        """Find what stands between the parts of a listing."""
        return joiner.value

    def say_instant(self, at: datetime) -> str:
        """Say an instant, in the zone that it bears."""
        return at.isoformat(" ", timespec="seconds")


ENGLISH = Voice()


class Sentence:
    """A template with its values; without values nothing is looked for in the template.

    Parameters
    ----------
    template
        English, with `{name}` where a value stands, as `str.format` reads it. It is the key of the translation: a
        literal, never put together.
    values
        By name. Instants (aware) are given in the zone in which they are to be read.
    """

    def __init__(self, template: str, /, **values: Value) -> None:
        self.template = template
        self.values: Mapping[str, Value] = MappingProxyType(values)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle: errors come back from worker processes."""
        return _restore, (self.template, dict(self.values))

    def __str__(self) -> str:
        return self.say(ENGLISH)

    def __repr__(self) -> str:
        return f"Sentence({self.template!r}, {dict(self.values)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash(self.template)

    def say(self, voice: Voice) -> str:
        """Say it in a language."""
        template = voice.find_template(self.template)
        if not self.values:
            return template
        return template.format(**{name: _prepare(value, voice) for name, value in self.values.items()})

    def with_values(self, **values: Value) -> "Sentence":
        """Make the same sentence with some values changed."""
        return Sentence(self.template, **{**self.values, **values})


def list_terms(family: str, words: Iterable[str], joiner: Joiner = Joiner.COMMA) -> Listing:
    """List words of one family in the order given."""
    return Listing(tuple(Term(family, word) for word in words), joiner)


def list_texts(texts: Iterable[str], joiner: Joiner = Joiner.COMMA) -> Listing:
    """List names or codes in the order given."""
    return Listing(tuple(texts), joiner)


def _prepare(value: Value, voice: Voice) -> object:
    """Make of a value what `str.format` fills in; figures stay figures for the template's own format."""
    match value:
        case Sentence():
            return value.say(voice)
        case Term():
            return voice.say_term(value)
        case Technical():
            return voice.say_technical(value)
        case Listing():
            return voice.find_joiner(value.joiner).join(str(_prepare(part, voice)) for part in value.parts)
        case datetime():
            return voice.say_instant(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _restore(template: str, values: dict[str, Value]) -> Sentence:
    return Sentence(template, **values)
