"""Every sentence that a page can show has a Chinese text, with the same values, and no English left in it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest
from pydantic import TypeAdapter, ValidationError
from starlette.requests import HTTPConnection

import gridmap.errors
from gridmap.domain.admission import AdmissionStatus, AdmissionStep
from gridmap.domain.calls import CallStatus, CallStep
from gridmap.domain.clock import LimitUnit
from gridmap.domain.disputes import DisputeStatus, DisputeStep
from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action, Need, Part, Relation
from gridmap.domain.orders import OrderStatus, OrderStep
from gridmap.domain.party import Party
from gridmap.domain.routing import Queue
from gridmap.domain.staff import Role
from gridmap.domain.supervision import CardStatus, CardStep
from gridmap.domain.written import PROGRAM
from gridmap.errors import GridMapError
from gridmap.sentence import ENGLISH, Joiner, Sentence, Technical, Term, list_terms
from gridmap.web.field_faults import FIELD_TEMPLATES, list_field_faults
from gridmap.web.i18n import Language, read_catalogue, read_sentences
from gridmap.web.proceeding_bodies import DecisionBody, NewCallBody
from gridmap.web.routes.transitions import BulkBody, TransitionBody
from gridmap.web.said import find_voice, make_voice

PACKAGE = Path(gridmap.errors.__file__).parent
CHINESE = make_voice(Language.CHINESE)
COMMAND_LINE = (
    # Read files and keep the server: what they refuse is shown by the command line, which is English.
    *("storage/files", "storage/server", "storage/layers", "storage/migrate", "storage/calendar"),
    *("domain/area_rows", "domain/board", "domain/calendar", "domain/cells", "domain/clock", "domain/datum"),
    *("domain/due", "domain/due_calendar", "domain/due_convention", "domain/due_holidays", "domain/due_zone"),
    *("domain/incident_profile", "domain/location/areas", "domain/office_hours", "domain/palette", "domain/report"),
    *("domain/proceeding_settings", "domain/responsibility", "domain/snapshot", "domain/zone"),
    *("services/area_file", "services/calendar", "services/check_areas", "services/check_jurisdictions"),
    *("services/demo", "services/divide", "services/divide_workers", "services/doctor", "services/dry_run"),
    *("services/due", "services/due_file", "services/file_datum", "services/import_areas", "services/load_county"),
    *("services/load_incidents", "services/locate", "services/point_columns", "services/replay"),
    *("services/simulate", "services/staff", "services/start", "services/units"),
)
SAID_ELSEWHERE = {
    # Beside what a page can meet, these modules have sentences of imports and of the start.
    "services/clock": ("The settings due_convention",),
    "services/responsibility": ("{describe_faults", "There is a responsibility list", "The responsibility list {one"),
    "storage/database": ("GRIDMAP_DATABASE_URL is no", "The database server ({where}"),
    "domain/export": ("Layer {layer.id}: fields",),
    "domain/layers": ("Layer {layer_id!r}: ", "Layers: an id is used twice."),
}
KEPT_LATIN = re.compile(r"\{[^}]*\}|U\+0000|JSON|by=village|\bby\b|open、closed|\+08:00|2026-\S+")


@dataclass(frozen=True)
class Site:
    """Where a sentence is made."""

    where: str
    template: str | None
    """None: no literal."""
    source: str
    names: frozenset[str]
    is_open: bool
    """Its values come by `**`."""


def _list_error_names() -> set[str]:
    """List the names of our errors, those of other modules by their class statements."""
    names = {name for name, kind in vars(gridmap.errors).items() if isinstance(kind, type)} - {"Sentence"}
    classes = [
        node
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(3):
        names |= {one.name for one in classes if {base.id for base in one.bases if isinstance(base, ast.Name)} & names}
    return names


def _list_sites() -> Iterator[Site]:
    makers = _list_error_names() | {"Sentence", "Written"}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if module.startswith(("cli/", "demonstration/")) or module in ("settings", "sentence", "errors"):
            continue
        if any(module == one or module.startswith(f"{one}/") for one in COMMAND_LINE):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _is_maker(node, makers):
                yield from _read_site(f"{module}:{node.lineno}", node, constants)


def _is_maker(node: ast.Call, makers: set[str]) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id in makers
    # super().__init__("...") of an error
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    )


def _read_site(where: str, node: ast.Call, constants: dict[str, str]) -> Iterator[Site]:
    first = node.args[0]
    names = frozenset(one.arg for one in node.keywords if one.arg)
    is_open = any(one.arg is None for one in node.keywords) or getattr(node.func, "id", "") in ("Written", "LabelError")
    source = ast.unparse(first)
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield Site(where, first.value, source, names, is_open)
    elif isinstance(first, ast.Name) and first.id in constants:
        yield Site(where, constants[first.id], source, names, is_open)
    elif isinstance(first, ast.JoinedStr | ast.BinOp) or (isinstance(first, ast.Call) and "str" in source[:4]):
        yield Site(where, None, source, names, is_open)
    # Anything else hands on a sentence that was made elsewhere.


SITES = list(_list_sites())
TEMPLATES = {site.template for site in SITES if site.template is not None}


def _is_said_elsewhere(site: Site) -> bool:
    module = site.where.partition(":")[0]
    return any(start in site.source for start in SAID_ELSEWHERE.get(module, ()))


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
    made = {f"{site.where} {site.source}" for site in SITES if site.template is None and not _is_said_elsewhere(site)}
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
        if site.template is not None and site.template not in messages and not _is_said_elsewhere(site)
    }
    assert not missing, "add them to web/locale/zh_CN/LC_MESSAGES/sentences.po"


def _list_terms() -> set[str]:
    families: dict[str, tuple[str, ...]] = {
        "status": tuple(Status),
        "action": (*Action, "nothing"),
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
        "step": (
            *(*OrderStep, *CallStep, *CardStep, *AdmissionStep, "dispute", "nothing more"),
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


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", Language.ENGLISH),
        ("", "*", Language.ENGLISH),
        ("", "fr", Language.ENGLISH),
        ("", "zh-CN", Language.CHINESE),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", Language.CHINESE),
        ("", "en-GB, zh;q=0.9", Language.ENGLISH),
        ("", "fr, en;q=0.2, zh;q=0.5", Language.CHINESE),
        ("", "zh;q=0, en", Language.ENGLISH),
        ("", "zh;q=x", Language.ENGLISH),
        ("lang=zh", "", Language.CHINESE),
        ("lang=zh_CN", "en", Language.CHINESE),
        ("lang=en", "zh-CN", Language.ENGLISH),
        ("lang=fr", "zh-CN", Language.CHINESE),
        ("lang=<script>", "", Language.ENGLISH),
    ],
)
def test_the_language_of_a_request(query: str, header: str, language: Language) -> None:
    headers = [(b"accept-language", header.encode())] if header else []
    connection = HTTPConnection({"type": "http", "query_string": query.encode(), "headers": headers})
    assert find_voice(connection) is make_voice(language)


def test_english_is_what_stands_in_the_code() -> None:
    assert make_voice(Language.ENGLISH) is ENGLISH


def test_a_sentence_in_chinese() -> None:
    sentence = Sentence(
        "Incident {incident} is {status}: {action} is not possible then. Possible now: {possible}.",
        incident=7,
        status=Term("status", "handling"),
        action=Term("action", "accept"),
        possible=list_terms("action", ["return", "pause"]),
    )
    said = sentence.say(CHINESE)
    assert said == "事件 7 当前为“处置中”，不能办理“受理”。现在可以办理：退单、中止计时。"


def test_what_people_typed_and_what_machines_say() -> None:
    typed = Sentence("There is no unit {units}.", units="status:handling {x} All")
    assert typed.say(CHINESE) == "没有编码为 status:handling {x} All 的单位，请从列表中选择。"
    lost = Sentence("The database was lost or refused: {cause}.", cause=Technical("server closed the connection"))
    assert lost.say(CHINESE) == "数据库连接中断，请稍后再试。"
    assert Sentence("{at}", at=datetime(2026, 11, 20, 15, 0, 7, tzinfo=UTC)).say(CHINESE) == "2026-11-20 15:00"
    assert Sentence("{x}", x=Term("no-such", "word")).say(CHINESE) == "word"


def _list_faults(model: type, value: object) -> list[dict[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(model).validate_python(value)
    errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in caught.value.errors()]
    return list_field_faults(errors, CHINESE)


@pytest.mark.parametrize(
    ("model", "value", "expected"),
    [
        (TransitionBody, {"action": "accept"}, [("body.expected_version", "版本", "必填")]),
        (TransitionBody, {"action": "vanish", "expected_version": 1}, [("body.action", "办理动作", "不在可选范围内")]),
        (
            TransitionBody,
            {"action": "reject", "expected_version": 1, "reason": "x" * 2001},
            [("body.reason", "理由", "最多 2000 个字")],
        ),
        (
            TransitionBody,
            {"action": "extend", "expected_version": "x", "extension": "much"},
            [("body.extension", "延期时长", "须为数字"), ("body.expected_version", "版本", "须为整数")],
        ),
        (TransitionBody, {"action": "accept", "expected_version": 1, "x": 1}, [("body.x", "x", "不是可填写的项")]),
        (BulkBody, {"action": "accept", "incidents": []}, [("body.incidents", "事件", "至少 1 项")]),
        (
            DecisionBody,
            {"expected_version": 1, "reason": "\0", "unit": ""},
            [("body.reason", "理由", "文字中有不能保存的字符（U+0000）"), ("body.unit", "单位", "至少 1 个字")],
        ),
        (
            NewCallBody,
            {"township": "1", "matter": "m", "lon": 181, "lat": float("nan")},
            [("body.lon", "经度", "不能大于 180"), ("body.lat", "纬度", "须为有限的数字")],
        ),
        (NewCallBody, "text", [("body", "", "须为字段与值")]),
    ],
)
def test_faults_of_fields(model: type, value: object, expected: list[tuple[str, str, str]]) -> None:
    found = [(one["field"], one["label"], one["reason"]) for one in _list_faults(model, value)]
    assert found == expected


def test_a_fault_that_is_not_known_keeps_its_words_behind_chinese_ones() -> None:
    fault = {"type": "url_parsing", "loc": ("query", "at", 0), "msg": "Input should be a URL", "ctx": {}}
    assert list_field_faults([fault], CHINESE) == [
        {"field": "query.at.0", "reason": "填写不符合要求（Input should be a URL）", "label": "at"}
    ]
    assert list_field_faults([fault], ENGLISH)[0]["reason"] == "Input should be a URL"


def test_errors_of_all_modules_are_of_the_tree() -> None:
    assert issubclass(GridMapError, Exception)
    assert {"NotAdmittedError", "LabelError", "CoverageError", "PlanError"} <= _list_error_names()
