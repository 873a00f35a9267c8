"""What differs between two snapshots, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pgplumb.snapshot.model import CatalogObject, Identity, Snapshot, compared


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `what` is "missing", "unexpected", or the name of what has another value."""

    identity: Identity
    what: str
    before: Any = None
    after: Any = None


def differences(source: Snapshot, target: Snapshot) -> list[Difference]:
    """All that would have to change to turn `source` into `target`, by identity.

    Parts of an object that is missing or unexpected as a whole are not listed.
    """
    found: list[Difference] = []
    for identity in sorted(set(source.objects) | set(target.objects)):
        before, after = source.get(identity), target.get(identity)
        if before is not None and after is not None:
            found.extend(_changes(before, after))
            continue
        item = before or after
        assert item is not None  # noqa: S101  it is in one of the two
        other = target if before is not None else source
        whole = item.parent or item.implied_by
        if whole is None or whole in other:
            what = "unexpected" if before is not None else "missing"
            found.append(Difference(identity, what))
    return found


def _changes(before: CatalogObject, after: CatalogObject) -> list[Difference]:
    if type(before.facts) is not type(after.facts):
        return [Difference(before.identity, "kind", before.facts, after.facts)]
    changes: list[Difference] = []
    for name in compared(before.facts):
        old, new = getattr(before.facts, name), getattr(after.facts, name)
        if old != new:
            changes.append(Difference(before.identity, name.replace("_", " "), old, new))
    for name in ("owner", "comment", "grants"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(Difference(before.identity, name, old, new))
    return changes


def described(left: Sequence[Difference]) -> str:
    """Differences for people, one a line."""
    return "\n".join(f"  {describe(difference)}" for difference in left)


def describe(difference: Difference) -> str:
    """One difference in words."""
    if difference.what in {"missing", "unexpected"}:
        return f"{difference.identity}: {difference.what}"
    return (
        f"{difference.identity}: {difference.what} is {_shown(difference.before)}"
        f" and should be {_shown(difference.after)}"
    )


def _shown(value: object) -> str:
    return "none" if value is None else visible(str(value))


def visible(text: str) -> str:
    r"""The text with carriage returns as "\r": nobody sees them, and they may be all there is."""
    return text.replace("\r", "\\r")
