"""What an embedded table is called in its query.

sqlc says which table sqlc.embed stands for, not under which alias; but it has written the columns
out, each behind the alias: `writer.id, writer.name`.
"""

from collections.abc import Sequence

from pgplumb.postgres.tokens import Kind, Token, tokenize


class EmbedAliases:
    """The aliases in a query's expanded text, found in their order."""

    def __init__(self, text: str) -> None:
        self._tokens = [token for token in tokenize(text) if token.kind is not Kind.COMMENT]
        self._position = 0

    def next_qualifier_of(self, columns: Sequence[str]) -> str | None:
        """The next `x` of `x.column, x.column, ...`, of these columns; None: there is none."""
        length = 4 * len(columns) - 1
        for start in range(self._position, len(self._tokens) - length + 1):
            found = self._tokens[start : start + length]
            if self._is_list(found, columns):
                self._position = start + length
                return _name(found[0])
        return None

    @staticmethod
    def _is_list(tokens: Sequence[Token], columns: Sequence[str]) -> bool:
        qualifier = tokens[0].text
        return all(
            tokens[4 * index].text == qualifier
            and tokens[4 * index + 1].text == "."
            and _name(tokens[4 * index + 2]) == column
            and (index == len(columns) - 1 or tokens[4 * index + 3].text == ",")
            for index, column in enumerate(columns)
        )


def _name(token: Token) -> str:
    if token.kind is Kind.QUOTED:
        return token.text[1:-1].replace('""', '"')
    return token.text.lower()
