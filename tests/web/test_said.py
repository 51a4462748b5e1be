"""In which language a request is answered, and what a sentence and the faults of a form are in Chinese."""

import asyncio
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from pydantic import TypeAdapter, ValidationError
from starlette.requests import HTTPConnection

from gridmap.sentence import ENGLISH, Sentence, Technical, Term, list_terms
from gridmap.services.transaction import transaction
from gridmap.storage.database import make_database
from gridmap.web.errors import register_error_handlers
from gridmap.web.field_faults import list_field_faults
from gridmap.web.i18n import Language
from gridmap.web.proceeding_bodies import DecisionBody, NewCallBody
from gridmap.web.routes.transitions import BulkBody, TransitionBody
from gridmap.web.said import find_voice, make_voice

CHINESE = make_voice(Language.CHINESE)


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
    assert said == "事件 7 当前为“处置中”，不能办理“受理”。现在可以办理：退单、挂起。"


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


def test_a_database_that_is_away_is_told_without_what_the_driver_said() -> None:
    server = FastAPI()
    register_error_handlers(server)
    away = make_database("postgresql://127.0.0.1:1/gone?connect_timeout=2")

    @server.get("/x")
    def read() -> None:
        with transaction(away):
            pass

    async def ask() -> tuple[Response, Response]:
        async with AsyncClient(transport=ASGITransport(server), base_url="http://test") as client:
            return await client.get("/x?lang=zh"), await client.get("/x")

    chinese, english = asyncio.run(ask())
    assert (chinese.status_code, english.status_code) == (503, 503)
    assert chinese.json()["error"] == {
        "code": "database",
        "message": "无法连接数据库，请稍后再试；持续如此请联系系统管理员。",
        "details": [],
    }
    assert "127.0.0.1:1, database gone): connection" in english.json()["error"]["message"]
