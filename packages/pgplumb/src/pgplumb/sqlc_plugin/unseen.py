"""Numbers the arguments that sqlc does not see: in MERGE, JSON_TABLE, CYCLE, behind `=@`.

It leaves `@name` and sqlc.arg(name) there as they are, and says nothing of them.
"""

from collections.abc import Sequence

from pgplumb.postgres.tokens import Kind, Token, code_tokens
from pgplumb.sqlc_plugin.request import RequestParameter, RequestQuery


def with_unseen_arguments(query: RequestQuery) -> RequestQuery:
    """The query with a number for each argument, one for all of a name."""
    tokens = code_tokens(query.text)
    numbers = {parameter.name: parameter.number for parameter in query.parameters}
    unseen: list[RequestParameter] = []
    highest = max((parameter.number for parameter in query.parameters), default=0)
    pieces: list[str] = []
    done = 0
    for index, token in enumerate(tokens):
        found = _argument(tokens[index : index + 6]) if token.word in ("@", "sqlc") else None
        if found is None:
            continue
        name, end = found
        if name not in numbers:
            highest += 1
            numbers[name] = highest
            # Which of them may be NULL is said by `arguments`.
            unseen.append(RequestParameter(highest, name, "", None, not_null=False, is_slice=False))
        pieces += [query.text[done : token.start], f"${numbers[name]}"]
        done = end
    if not pieces:
        return query
    text = "".join([*pieces, query.text[done:]])
    return query._replace(text=text, parameters=(*query.parameters, *unseen))


def _argument(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """The argument's name and where it ends, if the tokens begin with one."""
    words = [token.text.lower() for token in tokens]
    match words:
        case ["@", _, *_] if tokens[1].kind is Kind.WORD and tokens[1].start == tokens[0].end:
            return tokens[1].text, tokens[1].end
        case ["sqlc", ".", "arg" | "narg", "(", _, ")"]:
            return tokens[4].text.strip("'\""), tokens[5].end
        case _:
            return None
