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


@cache
def read_catalogue(language: Language) -> Catalogue:
    """Read the catalogue of a language; fuzzy and empty entries do not count."""
    path = files("gridmap.web") / "locale" / language.value / "LC_MESSAGES" / "gridmap.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language.value)
    # In a catalogue without plural forms both id and string of every entry are plain text.
    messages = {
        str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string and not entry.fuzzy
    }
    return Catalogue(language=language, messages=messages)
