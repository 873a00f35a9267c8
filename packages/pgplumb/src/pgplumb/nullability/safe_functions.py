"""Builtin functions that are strict and never answer NULL for arguments that aren't NULL.

`safe_functions.txt` lists them, a line a name, with the argument types of each overload. A function
is in it when PostgreSQL's C source has no way to a NULL result in it or in what it hands its
arguments to (or only after an error), or when it was read and found so; the tests call each with
odd values besides. What is missing is taken for nullable: `extract(hour from 'infinity')`,
`'infinity'::timestamp::time`, `to_char(t, '')`, `array_length('{}', 1)` and `lower('empty'::range)`
are NULL, and so are jsonb's casts to numbers for a JSON null.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def signatures() -> frozenset[str]:
    """Each safe function as `name(type,type)`, by the types' internal names."""
    found: set[str] = set()
    lines = Path(__file__).with_name("safe_functions.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        name, _, overloads = line.partition(":")
        found.update(f"{name}({types.strip()})" for types in overloads.split("|"))
    return frozenset(found)
