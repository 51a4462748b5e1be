"""One table: which error is which HTTP status, and one form in which all are told."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from gridmap.errors import ConflictError, DatabaseError, GridMapError, InputError, NotAllowedError, NotFoundError
from gridmap.sentence import Sentence
from gridmap.web.field_faults import list_field_faults
from gridmap.web.said import find_voice

logger = logging.getLogger(__name__)

STATUS_OF: dict[type[GridMapError], tuple[int, str]] = {
    InputError: (422, "input"),
    NotFoundError: (404, "not_found"),
    NotAllowedError: (403, "not_allowed"),
    ConflictError: (409, "conflict"),
    DatabaseError: (503, "database"),
    GridMapError: (500, "fault"),
}
"""The first base class of an error that is in the table counts."""


def make_error_response(
    status: int, code: str, message: str, *, details: Sequence[object] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """Make `{"error": {"code", "message", "details"}}`."""
    content = {"error": {"code": code, "message": message, "details": list(details)}}
    return JSONResponse(content, status_code=status, headers=headers)


def find_status(error: GridMapError) -> tuple[int, str]:
    """Find the HTTP status and the code of an error."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


class FaultDetail(BaseModel):
    """One fault of what was sent; `label` is the field in the language of the answer."""

    field: str
    reason: str
    label: str = ""


class Fault(BaseModel):
    """What went wrong."""

    code: str
    message: str
    details: list[FaultDetail]


class ErrorAnswer(BaseModel):
    """The one form of every error."""

    error: Fault


def describe_errors(description: dict[str, Any]) -> dict[str, Any]:
    """Give every answer of 400 and more in the API's description the form that errors really have, but those that a
    route describes itself.
    """
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    for methods in description["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "HTTPValidationError" in str(answer.get("content", "HTTPValidationError")):
                    answer["content"] = content
            absent = {"description": "The database is away: try again.", "content": content}
            operation["responses"].setdefault("503", absent)
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    made = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= made.pop("$defs") | {"ErrorAnswer": made}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return description


def register_error_handlers(server: FastAPI) -> None:
    """Answer every error of a route in the one form."""

    async def answer_ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, GridMapError)  # noqa: S101  registered for these only
        status, code = find_status(error)
        if status >= 500:
            logger.warning("%s", error)
        headers = {"Retry-After": "2"} if status == 503 else None
        return make_error_response(status, code, error.sentence.say(find_voice(request)), headers=headers)

    async def answer_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101  registered for these only
        voice = find_voice(request)
        said = Sentence("The request can't be used; see details.").say(voice)
        return make_error_response(422, "input", said, details=list_field_faults(error.errors(), voice))

    async def answer_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101  registered for these only
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        said = find_voice(request).find_template(str(error.detail))
        return make_error_response(error.status_code, code, said, headers=dict(error.headers or {}))

    describe = server.openapi
    server.openapi = lambda: server.openapi_schema or describe_errors(describe())  # type: ignore[method-assign]
    server.add_exception_handler(GridMapError, answer_ours)
    server.add_exception_handler(RequestValidationError, answer_invalid)
    server.add_exception_handler(HTTPException, answer_http)
