"""Every text that people see is in the catalogues, and in no other place."""

import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from babel.messages.extract import extract_javascript, extract_python

from gridmap.domain.admission import AdmissionStatus, AdmissionStep
from gridmap.domain.calls import CallKind, CallStatus, CallStep
from gridmap.domain.clock import LimitUnit
from gridmap.domain.datum import Datum
from gridmap.domain.disputes import PANEL, DisputeCause, DisputeStatus
from gridmap.domain.due_convention import CONVENTIONS
from gridmap.domain.due_explain import DayKind
from gridmap.domain.incidents import Channel, LeadRule, Placement, Precision, Status
from gridmap.domain.lateness import Lateness
from gridmap.domain.ledger import HoldKind
from gridmap.domain.life_cycle import Action
from gridmap.domain.orders import OrderStatus, OrderStep
from gridmap.domain.requests import RequestKind, RequestStatus, RequestStep
from gridmap.domain.routing import Queue, Rejection
from gridmap.domain.staff import Role
from gridmap.domain.supervision import CardKind, CardStatus, CardStep
from gridmap.web.errors import STATUS_OF
from gridmap.web.i18n import Catalogue, Language, read_catalogue, read_language

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
PAGES = sorted((PROJECT_DIR / "gridmap" / "web" / "pages").glob("*.py"))
SCRIPTS = sorted((PROJECT_DIR / "assets").glob("[456]*.js"))
CHINESE = re.compile("[一-鿿]")
LISTS = (
    *("to_accept", "to_dispatch", "returned", "reopened", "paused", "near_due", "overdue", "to_verify"),
    *("call_backs", "calls", "requests", "disputes", "cards", "admissions", "burnt"),
)
LEVELS = ("county", "township", "village", "large_grid", "small_grid", "special_grid", "unit")
EVENTS = ("reported", "status", "moved", "routed", "rejoined", "clock")


def _list_messages() -> set[str]:
    found: set[str] = set()
    for path in PAGES:
        with path.open("rb") as stream:
            found |= {
                message for _, _, message, _ in extract_python(stream, ["text"], [], {}) if isinstance(message, str)
            }
        # A section's title is handed on as a message id.
        found |= set(re.findall(r'make_section\(\s*"([^"]+)"', path.read_text(encoding="utf-8")))
    for path in SCRIPTS:
        with path.open("rb") as stream:
            for _, _, message, _ in extract_javascript(stream, ["text"], [], {}):
                first = message if isinstance(message, str) else message[0]
                if first and "${" not in first:
                    found.add(first)
    return found - {""}


def _list_words() -> set[str]:
    families: dict[str, Sequence[str]] = {
        "status": tuple(Status),
        "channel": tuple(Channel),
        "placement": tuple(Placement),
        "precision": tuple(Precision),
        "datum": tuple(Datum),
        "rule": (*LeadRule, *Queue),
        "by": ("jurisdiction", "township", "county", "no_unit", "overlapping_jurisdictions"),
        "queue": tuple(Queue),
        "rejected": tuple(Rejection),
        "leads": ("county", "township"),
        "party": ("lead", "assist"),
        "power": ("held", "trial"),
        "role": (*Role, "system", "rule"),
        "call": (*CallKind, *CallStatus),
        "admission": tuple(AdmissionStatus),
        "step": (
            *(set(CallStep) - {CallStep.CALL, CallStep.ADD_UNITS}),
            *CardStep,
            *OrderStep,
            "order_by_hand",
            *AdmissionStep,
            "units",
            "request",
        ),
        "list": LISTS,
        "empty": (*LISTS[:8], "queue"),
        "fault": [code for _, code in STATUS_OF.values()],
        "lateness": tuple(Lateness),
        "limit": tuple(LimitUnit),
        "hold": (HoldKind.PAUSED, HoldKind.CLOSED),
        "clock": ("dispatch", "handling", "call_back"),
        "convention": tuple(CONVENTIONS),
        "day": tuple(DayKind),
        "report": ("before_hours", "after_hours"),
        "action": (
            *Action,
            "reroute",
            "unmerge",
            *(f"{step}_{kind}" for step, kind in product(RequestStep, RequestKind)),
        ),
        "request": (*RequestKind, *RequestStatus),
        "order": tuple(OrderStatus),
        "card": tuple(CardKind),
        "card-status": tuple(CardStatus),
        "cause": ("rule", "hand"),
        "dispute": tuple(DisputeStatus),
        "dispute-cause": tuple(DisputeCause),
        "panel": PANEL,
        "call-back": ("satisfied", "dissatisfied", "unreached"),
        "level": LEVELS,
        "event": EVENTS,
    }
    return {f"{family}:{word}" for family, words in families.items() for word in words}


def test_messages_are_found_at_all() -> None:
    found = _list_messages()
    assert len(found) > 80
    assert {"Wall screen", "So far", "Twice overdue"} <= found


@pytest.mark.parametrize("language", list(Language))
def test_every_word_of_the_database_has_a_text(language: Language) -> None:
    assert not {word for word in _list_words() if word not in read_catalogue(language).messages}


def test_every_message_has_a_chinese_text() -> None:
    messages = read_catalogue(Language.CHINESE).messages
    assert not {message for message in _list_messages() if message not in messages}


def test_every_catalogue_entry_is_used() -> None:
    used = _list_messages() | _list_words()
    source = "".join(path.read_text(encoding="utf-8") for path in (*PAGES, *SCRIPTS))
    left = {
        message
        for message in read_catalogue(Language.CHINESE).messages
        if message not in used
        and message not in source
        and not message.startswith(("kind:", "level:", "barrier:", "Demonstration"))
    }
    assert not left


def test_translations_keep_the_places_of_values() -> None:
    for language in Language:
        for message, translated in read_catalogue(language).messages.items():
            if ":" in message and " " not in message:
                continue
            assert sorted(re.findall(r"\{\w+\}", message)) == sorted(re.findall(r"\{\w+\}", translated)), message


def test_no_chinese_text_stands_in_the_code() -> None:
    web = list((PROJECT_DIR / "gridmap" / "web").rglob("*.py"))
    for path in (*web, *(PROJECT_DIR / "assets").glob("*.js")):
        lines = path.read_text(encoding="utf-8").splitlines()
        # Comments and docstrings may name a term by its Chinese word; strings that people see may not.
        shown = [line for line in lines if CHINESE.search(line.split("//")[0].split("#")[0]) and '"' in line]
        assert not [line for line in shown if not line.strip().startswith(('"""', "*"))], path.name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("en", Language.ENGLISH),
        ("en-GB", Language.ENGLISH),
        ("zh", Language.CHINESE),
        ("zh_CN", Language.CHINESE),
        ("zh-TW", Language.CHINESE),
        ("", Language.CHINESE),
        (None, Language.CHINESE),
        ("fr", Language.CHINESE),
        ("<script>", Language.CHINESE),
    ],
)
def test_language_of_a_url(given: str | None, expected: Language) -> None:
    assert read_language(given) is expected


def test_the_default_language_is_a_setting() -> None:
    assert read_language("", "en") is Language.ENGLISH


def test_values_are_filled_and_unknown_text_passes_through() -> None:
    catalogue = Catalogue(Language.ENGLISH, {"a {n}": "b {n}"})
    assert catalogue.text("a {n}", n=3) == "b 3"
    assert catalogue.text("天山村") == "天山村"
    # Text of people may hold braces: without values nothing is looked for in it.
    assert catalogue.text("{x}") == "{x}"
