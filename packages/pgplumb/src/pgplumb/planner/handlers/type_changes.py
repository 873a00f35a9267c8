"""What becomes of a column's values when its type changes, as format_type() writes it."""

import re
from typing import Final

from pgplumb.planner.statement import Hazard

_MODIFIER: Final = re.compile(r"\(([\d,]+)\)")
# Every type has an assignment cast to these, which refuses what is too long; an explicit cast cuts
# it off without a word (manual, chapter 8.3).
_STRINGS: Final = frozenset({"text", "character varying", "character"})
# Each holds all values of those before it.
_WIDER: Final = (
    ("smallint", "integer", "bigint", "numeric"),
    ("real", "double precision"),
    ("date", "timestamp without time zone", "timestamp with time zone"),
)
# There are assignment casts among them.
_FAMILIES: Final = (
    frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"}),
    frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
    frozenset({"json", "jsonb"}),
)
# From and to: the cast rounds, or leaves a part out.
_LOSSES: Final = (
    ({"numeric", "real", "double precision"}, {"smallint", "integer", "bigint"}),
    ({"numeric", "double precision"}, {"real"}),
    ({"numeric"}, {"double precision"}),
    (
        {"timestamp without time zone", "timestamp with time zone"},
        {"date", "time without time zone", "time with time zone"},
    ),
)
_LENGTHS: Final = frozenset({"character varying", "character", "bit", "bit varying"})


def using(old: str, new: str) -> bool:
    """Whether the values need an explicit cast, as far as one knows before asking PostgreSQL."""
    element = _base(new).rstrip("[]")
    family = any({_base(old), _base(new)} <= each for each in _FAMILIES)
    return _base(old) != _base(new) and element not in _STRINGS and not family


def hazards_of(old: str, new: str) -> frozenset[Hazard]:
    """What a change of type may do to the values, and to code that knows the type."""
    if _base(old) == _base(new):
        return _of_modifiers(_base(new), _modifiers(old), _modifiers(new))
    found = {Hazard.BREAKS_CODE}
    if any(_base(old) in some and _base(new) in others for some, others in _LOSSES):
        found |= {Hazard.DATA_LOSS, Hazard.MAY_FAIL}
    elif not _is_wider(old, new):
        found.add(Hazard.MAY_FAIL)
    return frozenset(found)


def _is_wider(old: str, new: str) -> bool:
    if _modifiers(new):
        return False
    if new in {"text", "character varying"}:
        return True
    return any(
        _base(old) in chain and new in chain and chain.index(_base(old)) < chain.index(new)
        for chain in _WIDER
    )


def _of_modifiers(base: str, old: tuple[int, ...], new: tuple[int, ...]) -> frozenset[Hazard]:
    if not new:
        return frozenset()
    if base in _LENGTHS:
        return frozenset() if old and old <= new else frozenset({Hazard.MAY_FAIL})
    if base == "numeric":
        scale, other = _scale(old), _scale(new)
        if not old or scale > other:
            return frozenset({Hazard.DATA_LOSS, Hazard.MAY_FAIL})
        shorter = old[0] - scale > new[0] - other
        return frozenset({Hazard.MAY_FAIL} if shorter else ())
    # Fractions of a second: all six where none is said.
    return frozenset() if old and old <= new else frozenset({Hazard.DATA_LOSS})


def _scale(modifiers: tuple[int, ...]) -> int:
    return modifiers[1] if len(modifiers) > 1 else 0


def _base(written: str) -> str:
    return _MODIFIER.sub("", written)


def _modifiers(written: str) -> tuple[int, ...]:
    found = _MODIFIER.search(written)
    return tuple(map(int, found[1].split(","))) if found else ()
