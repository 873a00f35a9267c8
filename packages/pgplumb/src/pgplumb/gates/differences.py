"""Differences between two snapshots, as findings."""

import dataclasses
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

from pgplumb.gates.findings import Finding, Rule
from pgplumb.gates.locate import Locator
from pgplumb.planner.difference import Difference, visible
from pgplumb.snapshot.facts import IdentityColumn, NotNull
from pgplumb.snapshot.model import OWNER, CatalogObject, Grant, Identity, Snapshot

# What fits into a line beside the name of its object.
_SHORT: Final = 60
_LETTERS: Final = {
    "enabled": {"O": "on", "D": "off", "R": "on replicas only", "A": "always on"},
    "persistence": {"p": "permanent", "u": "unlogged", "t": "temporary"},
}
_MISSING: Final = "missing"
_UNEXPECTED: Final = "unexpected"
_DEFINITION: Final = "definition"

Side = tuple[Snapshot, Locator]
"""A snapshot and where its objects are written."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a gate calls the three kinds of difference."""

    missing: Rule
    unexpected: Rule
    different: Rule


def findings_of(
    rules: Rules, found: Iterable[Difference], *, found_in: Side, expected_in: Side
) -> list[Finding]:
    """A finding for each difference from what was found to what was expected."""
    return [_finding(rules, difference, found_in, expected_in) for difference in found]


def _finding(rules: Rules, difference: Difference, found_in: Side, expected_in: Side) -> Finding:
    identity = difference.identity
    actual, wanted = found_in[0].get(identity), expected_in[0].get(identity)
    if difference.what == _MISSING and wanted is not None:
        return rules.missing.finding(
            f"{identity} is missing",
            place=expected_in[1].place_of(identity),
            about=str(identity),
            expected=object_in_words(wanted),
        )
    if difference.what == _UNEXPECTED and actual is not None:
        return rules.unexpected.finding(
            f"{identity} is one too many",
            place=found_in[1].place_of(identity),
            about=str(identity),
            found=object_in_words(actual),
        )
    found, expected = (
        _words(difference.what, side) for side in (difference.before, difference.after)
    )
    is_short = max(len(found), len(expected)) <= _SHORT and "\n" not in found + expected
    is_ = "are" if difference.what.endswith("s") else "is"
    return rules.different.finding(
        f"{identity}: {difference.what} {is_} {found} and should be {expected}"
        if is_short
        else f"{identity}: {difference.what} {is_} not as expected",
        place=expected_in[1].place_of(identity, difference.what)
        or found_in[1].place_of(identity, difference.what),
        about=str(identity),
        expected=expected,
        found=found,
        detail="" if is_short else _diff(found, expected),
    )


def object_in_words(item: CatalogObject) -> str:
    """What an object is, for people."""
    definition = getattr(item.facts, _DEFINITION, None)
    return definition if isinstance(definition, str) else in_words(item.facts)


def in_words(value: Any) -> str:
    """A fact of a snapshot, for people."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case NotNull():
            return _not_null(value)
        case IdentityColumn():
            return f"{'ALWAYS' if value.always else 'BY DEFAULT'}, {in_words(value.options)}"
        case StrEnum() | str() | int() | Identity():
            return visible(str(value)) or "none"
        case frozenset() | tuple() | list():
            return _several(list(cast("Iterable[object]", value)))
        case _ if dataclasses.is_dataclass(value):
            return _fields(value)
        case _:
            return str(value)


def _several(values: Sequence[object]) -> str:
    grants = [value for value in values if isinstance(value, Grant)]
    return _grants(grants) if grants else ", ".join(in_words(value) for value in values) or "none"


def _words(what: str, value: Any) -> str:
    letters = _LETTERS.get(what, {})
    return (
        letters.get(value, "") if isinstance(value, str) and value in letters else in_words(value)
    )


def _fields(value: Any) -> str:
    parts = (
        (one.name.replace("_", " "), getattr(value, one.name)) for one in dataclasses.fields(value)
    )
    return ", ".join(
        name if part is True else f"{name} {in_words(part)}"
        for name, part in parts
        if part is not None and part is not False and part not in ("", ())
    )


def _not_null(value: NotNull) -> str:
    words = ["NOT NULL"]
    words += [] if value.name is None else [f"called {value.name}"]
    words += [] if value.valid else ["NOT VALID"]
    words += ["NO INHERIT"] if value.no_inherit else []
    return " ".join(words)


def _grants(grants: Iterable[Grant]) -> str:
    by_role: dict[str, list[str]] = {}
    for grant in sorted(grants):
        role = {OWNER: "the owner", "": "PUBLIC"}.get(grant.grantee, grant.grantee)
        option = " with grant option" if grant.grantable else ""
        by_role.setdefault(role, []).append(grant.privilege + option)
    return "\n".join(f"{', '.join(privileges)} to {role}" for role, privileges in by_role.items())


def _diff(found: str, expected: str) -> str:
    """A diff by lines, or of what has only one by its parts."""
    mark = "\n" if "\n" in found + expected else ", "
    before, after = found.split(mark), expected.split(mark)
    return "\n".join(difflib.unified_diff(before, after, "found", "expected", lineterm=""))
