"""Every sentence that a page can show has a Chinese text, with the same values, and no English left in it."""

import re
from string import Formatter

from gridmap.domain.admission import AdmissionStatus, AdmissionStep
from gridmap.domain.calls import CallStatus, CallStep
from gridmap.domain.clock import LimitUnit
from gridmap.domain.disputes import DisputeStatus, DisputeStep
from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action, Need, Part, Relation
from gridmap.domain.orders import OrderStatus, OrderStep
from gridmap.domain.party import Party
from gridmap.domain.requests import RequestKind, RequestStatus, RequestStep
from gridmap.domain.routing import Queue
from gridmap.domain.staff import Role
from gridmap.domain.supervision import CardStatus, CardStep
from gridmap.domain.written import PROGRAM
from gridmap.sentence import Joiner
from gridmap.web.field_faults import FIELD_TEMPLATES
from gridmap.web.i18n import Language, read_catalogue, read_sentences
from tests.sentence_sites import COMMAND_LINE, PACKAGE, SITES, is_said_elsewhere, list_error_names

TEMPLATES = {site.template for site in SITES if site.template is not None}
KEPT_LATIN = re.compile(r"\{[^}]*\}|U\+0000|JSON|by=village|\bby\b|open、closed|\+08:00|2026-\S+")


def _find_names(template: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(template) if name})


def test_sites_are_found_at_all() -> None:
    assert len(TEMPLATES) > 150
    modules = {site.where.partition(":")[0] for site in SITES}
    assert {"services/transitions", "services/proceedings/matters", "services/admission", "web/acting"} <= modules
    assert "Nobody is named who acts: send the header X-Gridmap-Actor with the code of a person." in TEMPLATES


def test_modules_of_the_command_line_are_there() -> None:
    """A name that nobody has any more would hide a new module of that name."""
    for one in COMMAND_LINE:
        assert (PACKAGE / one).is_dir() or (PACKAGE / f"{one}.py").is_file(), one


def test_every_sentence_is_a_literal_template() -> None:
    made = {f"{site.where} {site.source}" for site in SITES if site.template is None and not is_said_elsewhere(site)}
    assert not made, "write the template with {names} and hand the values by name: see docs/architecture.md"


def test_every_template_gets_just_the_values_that_it_names() -> None:
    wrong = {
        site.where: (_find_names(site.template), sorted(site.names))
        for site in SITES
        if site.template is not None
        and not site.is_open
        and (_find_names(site.template) if site.names else []) != sorted(site.names)
    }
    # Errors with facts beside the sentence are handed a sentence.
    assert not wrong


def test_every_template_has_a_chinese_text() -> None:
    messages = read_sentences(Language.CHINESE).messages
    missing = {
        site.template: site.where
        for site in SITES
        if site.template is not None and site.template not in messages and not is_said_elsewhere(site)
    }
    assert not missing, "add them to web/locale/zh_CN/LC_MESSAGES/sentences.po"


def _list_terms() -> set[str]:
    families: dict[str, tuple[str, ...]] = {
        "status": tuple(Status),
        "action": (*Action, "unmerge", "nothing"),
        "role": tuple(Role),
        "relation": tuple(Relation),
        "part": tuple(Part),
        "who": tuple(Party),
        "queue": tuple(Queue),
        "field": (*Need, "unit", "units", "matter", "result", "rating", "panel", "answer", "orders"),
        "limit-unit": tuple(LimitUnit),
        "order": tuple(OrderStatus),
        "call": tuple(CallStatus),
        "card-status": tuple(CardStatus),
        "dispute": tuple(DisputeStatus),
        "admission": tuple(AdmissionStatus),
        "request": (*RequestKind, *RequestStatus),
        "step": (
            *(*OrderStep, *CallStep, *CardStep, *AdmissionStep, "dispute", "nothing more"),
            *(f"request to {kind}" for kind in RequestKind),
            *(step for step in RequestStep if step is not RequestStep.REQUEST),
            *(step for step in DisputeStep if step is not DisputeStep.OPEN),
        ),
        "subject": ("area", "unit", "item"),
        "holder": ("the command centre",),
        "actor": (PROGRAM,),
        "joiner": tuple(joiner.name.lower() for joiner in Joiner),
    }
    return {f"{family}:{word}" for family, words in families.items() for word in words}


def test_every_term_of_a_sentence_has_a_chinese_word() -> None:
    messages = read_sentences(Language.CHINESE).messages
    assert not {word for word in _list_terms() if word not in messages}


def test_every_entry_is_used() -> None:
    entries = set(read_sentences(Language.CHINESE).messages) - set(read_catalogue(Language.CHINESE).messages)
    used = TEMPLATES | _list_terms() | FIELD_TEMPLATES
    others = {
        # Of starlette, and of a validator of ours that has no values.
        *("Not Found", "Method Not Allowed", "a text can't hold the character U+0000"),
        # Its template is chosen by the type of pydantic's error.
        "It can't be used: {reason}",
    }
    assert not {one for one in entries - used - others if not one.startswith("field:")}


def test_both_languages_name_the_same_values() -> None:
    messages = read_sentences(Language.CHINESE).messages
    for template in TEMPLATES & messages.keys():
        assert _find_names(template) == _find_names(messages[template]), template


def test_no_english_is_left_in_a_chinese_text() -> None:
    texts = set(read_sentences(Language.CHINESE).messages.items()) - set(
        read_catalogue(Language.CHINESE).messages.items()
    )
    assert not [text for _, text in texts if re.search("[A-Za-z]{2}", KEPT_LATIN.sub("", text))]


def test_errors_of_all_modules_are_of_the_tree() -> None:
    assert {"NotAdmittedError", "LabelError", "CoverageError", "PlanError"} <= list_error_names()
