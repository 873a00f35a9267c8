"""A sequence whose bounds become narrower: where it stands may then be outside of them."""

from collections.abc import Iterator
from typing import Final

from pgplumb.planner.names import literal
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.facts import SequenceOptions

INTEGERS: Final = ("smallint", "integer", "bigint")
"""The types of sequences, from the narrowest to the widest."""


def into_bounds(name: str, old: SequenceOptions, new: SequenceOptions) -> Iterator[Statement]:
    """Statements before the ALTER SEQUENCE that PostgreSQL would refuse otherwise.

    name: the sequence, as in SQL. A sequence that stands inside of the new bounds goes on from
    there; any other one begins at its new start.
    """
    if new.minimum <= old.minimum and new.maximum >= old.maximum:
        return
    # setval() takes only what is inside of the bounds there are.
    if not old.minimum <= new.start <= old.maximum:
        type_ = max(old.type, new.type, key=INTEGERS.index)
        yield Statement(
            f"ALTER SEQUENCE {name}"
            + (f" AS {type_}" if type_ != old.type else "")
            + f" MINVALUE {min(old.minimum, new.minimum)} MAXVALUE {max(old.maximum, new.maximum)}"
        )
    yield Statement(  # names are quoted and literals escaped
        f"SELECT setval({literal(name)}, {new.start}, false) FROM {name}"  # noqa: S608
        f" WHERE last_value NOT BETWEEN {new.minimum} AND {new.maximum}"
    )
