"""Errors as `application/problem+json` (RFC 9457), PostgreSQL's among them."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import errors
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.services import NotFoundError, RuleError

MEDIA_TYPE: Final = "application/problem+json"
REFERENCE: Final = {"$ref": "#/components/schemas/Problem"}

_logger = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, for people and for programs."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str | None = None
    """PostgreSQL's name of the error, such as unique_violation."""
    fields: list[str] = []
    """Where in the request it is."""


def add_problem_handlers(app: FastAPI) -> None:
    """Let every error of the application be answered as a problem."""

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        return _answer(error.status_code, error.detail, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        found = [(".".join(map(str, each["loc"][1:])), each["msg"]) for each in error.errors()]
        detail = "; ".join(f"{field}: {message}" for field, message in found)
        return _answer(422, detail, fields=[field for field, _ in found])

    @app.exception_handler(NotFoundError)
    async def not_found(_: Request, error: NotFoundError) -> JSONResponse:
        return _answer(404, str(error))

    @app.exception_handler(RuleError)
    async def broken_rule(_: Request, error: RuleError) -> JSONResponse:
        return _answer(409, str(error))

    @app.exception_handler(psycopg.Error)
    async def database_error(request: Request, error: psycopg.Error) -> JSONResponse:
        status = _status(error, request.method)
        code = None if error.sqlstate is None else _condition(error)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise error
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            _logger.warning("the database could not do it: %s", error)
            detail = "The database could not do it just now. Try again."
            return _answer(status, detail, code=code, headers={"Retry-After": "1"})
        return _answer(status, _detail(error.diag), code=code, fields=_fields(request, error.diag))

    @app.exception_handler(Exception)
    async def defect(_request: Request, _error: Exception) -> JSONResponse:
        # The server logs it.
        return _answer(500, "This is our mistake.")


def problem_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: those problems, and those that every endpoint can answer with."""
    own = {*statuses, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE}
    return {status: {"model": Problem, "description": status.phrase} for status in own}


def _answer(
    status: int,
    detail: str,
    *,
    code: str | None = None,
    fields: list[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    title = HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, code=code, fields=fields or [])
    return JSONResponse(problem.model_dump(), status, dict(headers or {}), MEDIA_TYPE)


def _status(error: psycopg.Error, method: str) -> HTTPStatus:
    match error:
        case errors.UniqueViolation() | errors.ExclusionViolation() | errors.RestrictViolation():
            return HTTPStatus.CONFLICT
        case errors.ForeignKeyViolation() if method == "DELETE":
            return HTTPStatus.CONFLICT  # what a RestrictViolation was called before PostgreSQL 18
        case errors.IntegrityError() | errors.DataError() | errors.CardinalityViolation():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case psycopg.OperationalError() | psycopg.InterfaceError():
            # No connection, no lock or no time for it, or all attempts to serialize it failed.
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR


def _condition(error: psycopg.Error) -> str:
    """PostgreSQL's name: unique_violation for UniqueViolation."""
    return re.sub("(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def _detail(diagnostics: errors.Diagnostic) -> str:
    detail, context = diagnostics.message_primary or "", diagnostics.context or ""
    return f"{detail} ({context})" if context.startswith("COPY") else detail


def _fields(request: Request, diagnostics: errors.Diagnostic) -> list[str]:
    if diagnostics.column_name is not None:
        return [diagnostics.column_name]
    constraints: dict[tuple[str, str], list[str]] = request.state.constraints
    violated = diagnostics.table_name or "", diagnostics.constraint_name or ""
    return constraints.get(violated, [])
