"""Turns the INSERT of a :copyfrom query into the COPY that loads it."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import Connection

from pgplumb.codegen.model import CopyTarget
from pgplumb.postgres.tokens import Kind, Token, code_tokens
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery

_FORM = "insert into table (a, b) values ($1, $2)"


def copy_statement(query: RequestQuery) -> str:
    """`COPY table (columns) FROM STDIN` for an INSERT of nothing but parameters, in their order.

    Raises QueryError for an INSERT that COPY can't stand in for.
    """
    tokens, opening, closing = _parts(query)
    words = [token.word for token in tokens]
    values = ["values", "("]
    for number in range(1, len(query.parameters) + 1):
        values += [f"${number}", ","]
    values[-1] = ")"
    # COPY takes the values of an identity column as they are.
    overriding = ["overriding", "system", "value"]
    if (
        words[:2] != ["insert", "into"]
        or words[closing + 1 :] not in (values, overriding + values)
        or not _is_list(tokens[2:opening], ".")
        or not _is_list(tokens[opening + 1 : closing], ",")
    ):
        raise QueryError(
            query,
            ":copyfrom takes an INSERT whose values are its parameters,"
            " each once and in order, and nothing else.",
            hint=_FORM,
        )
    target = query.text[tokens[1].end : tokens[opening].start].strip()
    columns = query.text[tokens[opening].start : tokens[closing].end]
    return f"copy {target} {columns} from stdin"


def copy_target(query: RequestQuery) -> CopyTarget:
    """What the COPY of a query that `copy_statement` has taken loads."""
    tokens, opening, closing = _parts(query)
    names = [_name(token) for token in tokens[2:opening:2]]
    columns = tuple(_name(token) for token in tokens[opening + 1 : closing : 2])
    return CopyTarget(names[-2] if len(names) > 1 else None, names[-1], columns)


def try_copy(shadow: Connection[Any], query: RequestQuery, statement: str) -> QueryError | None:
    """Run the COPY without rows and roll back; what PostgreSQL has against it."""
    try:
        with (
            shadow.transaction(force_rollback=True),
            shadow.cursor() as cursor,
            cursor.copy(statement.encode()),
        ):
            pass
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error)
        return QueryError(
            query,
            f":copyfrom becomes a COPY, and PostgreSQL refuses that: {message}",
            hint=error.diag.message_hint or "Use :batchexec, which runs the INSERT itself.",
        )
    return None


def refuse_copy(query: RequestQuery) -> None:
    """Raises QueryError for a COPY that the user has written: it can't be run as a query."""
    if [token.word for token in _tokens(query.text)[:1]] == ["copy"]:
        raise QueryError(
            query,
            "COPY is not run as a query is.",
            hint=f"To load rows use :copyfrom with an INSERT: {_FORM}",
        )


def _parts(query: RequestQuery) -> tuple[list[Token], int, int]:
    """The tokens, and where among them the list of columns begins and ends."""
    tokens = _tokens(query.text)
    words = [token.word for token in tokens]
    opening = words.index("(") if "(" in words else len(words)
    closing = words.index(")", opening) if ")" in words[opening:] else len(words)
    return tokens, opening, closing


def _name(token: Token) -> str:
    """The name that an identifier stands for."""
    if token.kind is Kind.WORD:
        return token.text.lower()
    return token.text[1:-1].replace('""', '"')


def _tokens(sql: str) -> list[Token]:
    return [each for each in code_tokens(sql) if each.text != ";"]


def _is_list(tokens: Sequence[Token], separator: str) -> bool:
    """Whether these are names with the separator between them."""
    return len(tokens) % 2 == 1 and all(
        token.text == separator if index % 2 else token.kind in (Kind.WORD, Kind.QUOTED)
        for index, token in enumerate(tokens)
    )
