"""In which language a request is answered, and sentences said in it."""

from datetime import datetime
from functools import cache
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from gridmap.sentence import ENGLISH, Joiner, Technical, Term, Voice
from gridmap.web.i18n import Catalogue, Language, list_accepted, read_sentences


class CatalogueVoice(Voice):
    """A language with catalogues of messages; a template or word that they lack is said as it stands."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._text = catalogue.text
        self._messages = catalogue.messages

    def find_template(self, template: str) -> str:
        """Find the translated template."""
        return self._text(template)

    def say_term(self, term: Term) -> str:
        """Say a term by the key `family:word`."""
        return self._messages.get(f"{term.family}:{term.word}", str(term.word))

    def say_technical(self, technical: Technical) -> str:  # noqa: ARG002  of the base class
        """Leave out what a machine said: the server's log has it."""
        return ""

    def find_joiner(self, joiner: Joiner) -> str:
        """Find what stands between the parts of a listing."""
        return self._text(f"joiner:{joiner.name.lower()}")

    def say_instant(self, at: datetime) -> str:
        """Say an instant as the panels do, to the minute."""
        return at.strftime("%Y-%m-%d %H:%M")


@cache
def make_voice(language: Language) -> Voice:
    """Make the voice of a language. English is what stands in the code."""
    return ENGLISH if language is Language.ENGLISH else CatalogueVoice(read_sentences(language))


def find_voice(connection: HTTPConnection) -> Voice:
    """Find the voice in which a request is answered: of `lang` in its URL, else of Accept-Language, else English.

    The pages name their language in every request; a program that names none gets what it always got.
    """
    named = list_accepted(connection.query_params.get("lang", ""))
    named += list_accepted(connection.headers.get("accept-language", ""))
    return make_voice(named[0] if named else Language.ENGLISH)


InVoice = Annotated[Voice, Depends(find_voice)]
"""A parameter of a route that says sentences itself."""
