"""The text of exported tables: its own messages first, then those of the interface."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from gridmap.domain.layers import Layer
from gridmap.web.i18n import Language, read_catalogue


@cache
def _read_messages(language: Language) -> dict[str, str]:
    path = files("gridmap.web") / "locale" / language.value / "LC_MESSAGES" / "export.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language.value)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string and not entry.fuzzy}


def make_translate(language: Language) -> Callable[[str], str]:
    """Make the function that gives the text of a message.

    A word that no catalogue has (`kind:x`) is shown as it is (`x`).
    """
    own, shared = _read_messages(language), read_catalogue(language)

    def translate(message: str) -> str:
        found = own.get(message) or shared.messages.get(message)
        if found is not None:
            return found
        _, colon, word = message.partition(":")
        return word if colon else message

    return translate


def make_title(layer: Layer, language: Language) -> str:
    """Make the title of a layer in a language."""
    return layer.title.zh_CN if language is Language.CHINESE else layer.title.en
