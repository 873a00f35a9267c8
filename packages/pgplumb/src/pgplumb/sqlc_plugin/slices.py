"""Rewrites `IN ($1)`, which sqlc makes of sqlc.slice, into `= any($1)`: one array, one plan."""

from collections.abc import Sequence

from pgplumb.postgres.tokens import Kind, Token, code_tokens
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery


def with_arrays(query: RequestQuery) -> str:
    """The query's text with every slice as an array.

    Raises QueryError for a slice that does not stand alone in an IN list.
    """
    slices = {
        f"${parameter.number}": parameter.name
        for parameter in query.parameters
        if parameter.is_slice
    }
    if not slices:
        return query.text
    tokens = code_tokens(query.text)
    pieces: list[str] = []
    done = 0
    for index, token in enumerate(tokens):
        if token.kind is not Kind.PARAMETER or token.text not in slices:
            continue
        if not _is_in_list(tokens, index):
            raise QueryError(
                query,
                f"sqlc.slice({slices[token.text]}) has to stand alone in an IN list.",
                hint=f"Write: IN (sqlc.slice('{slices[token.text]}'))"
                " or, for an array, = ANY(@name::type[])",
                position=token.start + 1,
            )
        negated = tokens[max(index - 3, 0)].word == "not"
        start = tokens[index - 3 if negated else index - 2].start
        pieces += [query.text[done:start], f"{'<> all' if negated else '= any'}({token.text})"]
        done = tokens[index + 1].end
    return "".join([*pieces, query.text[done:]])


def _is_in_list(tokens: Sequence[Token], index: int) -> bool:
    return (
        index > 1
        and index + 1 < len(tokens)
        and tokens[index - 2].word == "in"
        and tokens[index - 1].text == "("
        and tokens[index + 1].text == ")"
    )
