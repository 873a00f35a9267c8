"""The names that PostgreSQL gives to what people leave without one."""

from typing import Final

# Names are cut to this many bytes (NAMEDATALEN - 1).
_NAME_BYTES: Final = 63


def automatic_name(table: str, column: str, label: str) -> str:
    """The name that PostgreSQL gives: `table_column_label`, both cut where it is too long.

    makeObjectName in PostgreSQL's source shortens the longer of the two until all of it fits.
    """
    one, two = table.encode(), column.encode()
    space = _NAME_BYTES - len(label) - 2
    while len(one) + len(two) > space:
        if len(one) > len(two):
            one = one[:-1]
        else:
            two = two[:-1]
    return f"{one.decode(errors='ignore')}_{two.decode(errors='ignore')}_{label}"


def not_null_name(column: tuple[str, ...]) -> str:
    """The name that PostgreSQL gives to a NOT NULL of a column, by its path."""
    return automatic_name(column[-2], column[-1], "not_null")
