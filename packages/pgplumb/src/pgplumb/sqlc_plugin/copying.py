"""Turns the INSERT of a :copyfrom query into the COPY that loads it."""

from pgplumb.postgres.tokens import Kind, tokenize
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery


def copy_statement(query: RequestQuery) -> str:
    """`COPY table (columns) FROM STDIN` for an INSERT of nothing but parameters, in their order.

    Raises QueryError for an INSERT that COPY can't stand in for.
    """
    tokens = [token for token in tokenize(query.text) if token.kind is not Kind.COMMENT]
    words = [
        token.text.lower() if token.kind is Kind.WORD else token.text
        for token in tokens
        if token.text != ";"
    ]
    parameters = sorted(query.parameters, key=lambda parameter: parameter.number)
    values = ["values", "("]
    for number in range(1, len(parameters) + 1):
        values += [f"${number}", ","]
    values[-1] = ")"
    if words[:2] != ["insert", "into"] or words[-len(values) :] != values:
        raise QueryError(
            query,
            ":copyfrom takes an INSERT whose values are its parameters,"
            " each once and in order, and nothing else.",
            hint="insert into table (a, b) values ($1, $2)",
        )
    opening = words.index("(")
    target = query.text[tokens[1].end : tokens[opening].start].strip()
    closing = words.index("values")
    columns = query.text[tokens[opening].start : tokens[closing].start].strip()
    return f"copy {target} {columns} from stdin"
