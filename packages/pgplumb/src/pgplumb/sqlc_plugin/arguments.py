"""Which parameters may be NULL.

sqlc says that a parameter may be NULL when the column it is compared with may: `where email = $1`
with a NULL finds nothing. Here a parameter may be NULL when its author says so (sqlc.narg), or when
it is written as it is to a column that may.
"""

from collections.abc import Iterator

from pgplumb.postgres.tokens import Kind, code_tokens
from pgplumb.sqlc_plugin.request import RequestQuery

_ENDS_ASSIGNMENTS = frozenset({"where", "from", "returning", "select", "on", "when"})


def with_nullable_arguments(query: RequestQuery, source: str | None) -> RequestQuery:
    """The query with `not_null` of each parameter set by the rule above.

    In: the query, and what its author wrote (None when it isn't found: sqlc's word is taken).
    """
    if source is None:
        return query
    asked_for = set(_nargs(source))
    written = set(_written(query.text))
    return query._replace(
        parameters=tuple(
            parameter._replace(
                not_null=parameter.name not in asked_for
                and (parameter.not_null or f"${parameter.number}" not in written),
            )
            for parameter in query.parameters
        ),
    )


def _nargs(source: str) -> Iterator[str]:
    """The names in `sqlc.narg('name')` and `sqlc.narg(name)`."""
    tokens = code_tokens(source)
    words = [token.word for token in tokens]
    for index in range(len(tokens) - 4):
        if words[index : index + 4] == ["sqlc", ".", "narg", "("]:
            yield tokens[index + 4].text.strip("'\"")


def _written(text: str) -> Iterator[str]:
    """The parameters that stand alone in VALUES (...) of an INSERT or behind SET column =."""
    tokens = code_tokens(text)
    words = [token.word for token in tokens] + [";"]
    place, depth, value_depth = "", 0, 0
    for index, token in enumerate(tokens):
        word = words[index]
        depth += (word == "(") - (word == ")")
        if word == "set" or (word == "values" and "insert" in words):
            place, value_depth = word, depth + (word == "values")
        elif word in _ENDS_ASSIGNMENTS:
            place = ""
        elif token.kind is Kind.PARAMETER and place and depth == value_depth:
            opening = ("(", ",") if place == "values" else ("=",)
            ending = words[index + 1] in (",", ")", ";") or words[index + 1] in _ENDS_ASSIGNMENTS
            if words[index - 1] in opening and ending:
                yield token.text
