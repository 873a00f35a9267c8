"""Types of fields as plain data, for people and to be compared."""

import json
from typing import Any, Final, cast

Shape = Any
"""What inspect_models writes for an annotation: a name, or a mapping."""

NONE: Final = "None"
ANY: Final = "Any"
_SEQUENCES: Final = ("list", "tuple", "set", "frozenset", "collections.abc.", "typing.")
# Values of these are values of a base class, too, and still not what is meant.
_STRICT: Final = ("bool", "datetime.")


def is_nullable(shape: Shape) -> bool:
    """Whether None is a value of it."""
    return shape in (NONE, ANY) or any(is_nullable(each) for each in _members(shape))


def without_none(shape: Shape) -> Shape:
    """The shape of its values other than None."""
    members = [each for each in _members(shape) if each != NONE]
    if not _members(shape):
        return shape
    return members[0] if len(members) == 1 else {"union": members}


def in_words(shape: Shape) -> str:
    """A shape as an annotation, for people."""
    match shape:
        case {"union": members}:
            return " | ".join(in_words(each) for each in members)
        case {"literal": values}:
            return f"Literal[{', '.join(repr(each) for each in values)}]"
        case {"generic": name, "of": arguments}:
            return f"{_short(name)}[{', '.join(in_words(each) for each in arguments)}]"
        case {"enum": name} | {"model": name} | {"class": name}:
            return _short(name)
        case _:
            return str(shape)


def is_same(wanted: Shape, found: Shape) -> bool:
    """Whether two shapes are one; enums by name, their labels are compared by themselves."""
    return _key(wanted) == _key(found)


def is_fit(wanted: Shape, found: Shape) -> bool:
    """Whether a type that a person chose can hold what is wanted, whatever it is called."""
    wanted, found = without_none(wanted), without_none(found)
    if ANY in (wanted, found) or is_same(wanted, found):
        return True
    match wanted, found:
        case {"enum": _, "labels": labels}, {"enum": _, "labels": own}:
            return set(labels) == set(own)
        case {"enum": _, "labels": labels}, {"literal": own}:
            return set(labels) == set(own)
        case {"enum": _}, {"class": _}:
            return is_fit(_STR, found)
        case {"model": _}, {"model": _}:
            return True
        case {"union": members}, _:
            return all(
                any(is_fit(each, own) for each in members) for own in _members(found) or [found]
            )
        case {"generic": name, "of": arguments}, {"generic": own_name, "of": own}:
            same = name == own_name or (_is_sequence(name) and _is_sequence(own_name))
            return same and all(map(is_fit, arguments, own))
        case {"generic": name}, {"class": own}:
            return name == own or (_is_sequence(name) and _is_sequence(own))
        case {"class": "str"}, {"literal": values}:
            return all(isinstance(value, str) for value in values)
        case {"class": "str"}, {"class": own} if own.startswith("pydantic."):
            return True
        case {"class": name}, {"class": own, "bases": bases}:
            return name in bases and not own.startswith(_STRICT)
        case _:
            return False


_STR: Final[Shape] = {"class": "str", "bases": []}


def _members(shape: Shape) -> list[Shape]:
    return (
        cast("list[Shape]", shape["union"]) if isinstance(shape, dict) and "union" in shape else []
    )


def _key(shape: Shape) -> str:
    match shape:
        case {"union": members}:
            return " | ".join(sorted(_key(each) for each in members))
        case {"generic": name, "of": arguments}:
            return f"{name}[{', '.join(_key(each) for each in arguments)}]"
        case {"enum": name} | {"model": name} | {"class": name}:
            return str(name)
        case _:
            return json.dumps(shape)


def _short(name: str) -> str:
    """`decimal.Decimal` -> `Decimal`; what may be confused keeps its module."""
    module, _, own = name.rpartition(".")
    return name if module in ("datetime", "enums", "models", "") else own


def _is_sequence(name: str) -> bool:
    return name.startswith(_SEQUENCES)
