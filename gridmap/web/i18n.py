"""The text that people read: message catalogues in gettext's own format, read once when the process starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language of the interface; the value is the name of its catalogue."""

    CHINESE = "zh_CN"
    ENGLISH = "en"

    @property
    def tag(self) -> str:
        """The BCP 47 tag that HTML wants."""
        return "zh-CN" if self is Language.CHINESE else "en"

    @property
    def short(self) -> str:
        """What stands in the URL."""
        return "zh" if self is Language.CHINESE else "en"


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language. What is not in it is shown as it is: that is how names of places pass through."""

    language: Language
    messages: Mapping[str, str]

    def text(self, message: str, /, **values: object) -> str:
        """Translate a message and fill its `{name}` places.

        The values are text, never markup; the caller hands the result to a component that escapes it.
        """
        found = self.messages.get(message, message)
        return found.format(**values) if values else found


def read_language(value: str | None, default: str = Language.CHINESE) -> Language:
    """Read what a URL or a setting says: `zh`, `zh-CN`, `zh_CN`, `en`, `en-GB`; anything else is the default."""
    head = (value or "").replace("_", "-").split("-")[0].lower()
    for language in Language:
        if head == language.short:
            return language
    return Language(default)


def list_accepted(text: str) -> list[Language]:
    """List the languages of ours that an Accept-Language header or a single tag names, the most wanted first."""
    wanted: list[tuple[float, Language]] = []
    for part in text.split(","):
        tag, _, weight = part.partition(";")
        head = tag.strip().replace("_", "-").split("-")[0].lower()
        for language in Language:
            if head == language.short:
                wanted.append((_read_weight(weight), language))
    return [language for weight, language in sorted(wanted, key=lambda one: -one[0]) if weight > 0]


def _read_weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0


@cache
def read_catalogue(language: Language) -> Catalogue:
    """Read the catalogue of the pages; fuzzy and empty entries do not count."""
    return Catalogue(language=language, messages=_read_messages(language, "gridmap"))


@cache
def read_sentences(language: Language) -> Catalogue:
    """Read what the server says: templates of sentences, and the words of the database in them.

    Apart from the pages' own, which are sent to every browser.
    """
    messages = {**_read_messages(language, "gridmap"), **_read_messages(language, "sentences")}
    return Catalogue(language=language, messages=messages)


def _read_messages(language: Language, name: str) -> dict[str, str]:
    path = files("gridmap.web") / "locale" / language.value / "LC_MESSAGES" / f"{name}.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language.value)
    # In a catalogue without plural forms both id and string of every entry are plain text.
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string and not entry.fuzzy}
