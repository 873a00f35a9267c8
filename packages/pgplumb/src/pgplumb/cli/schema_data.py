"""The JSON of `plumb schema diff` and `plumb schema inspect`: docs/schema.md describes it."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from pgplumb.cli.diff import statement_data
from pgplumb.snapshot.model import Grant, Identity, Snapshot, is_tuple
from pgplumb.sources.compare import Comparison
from pgplumb.sources.model import Source

# docs/schema.md says what may change without a new one.
VERSION: Final = 1


def diff_data(source: Source, target: Source, comparison: Comparison, notes: Sequence[str]) -> str:
    """What `plumb schema diff --json` prints."""
    groups = comparison.proof.transactions()
    data = {
        "from": source.name,
        "to": target.name,
        "statements": [
            {**statement_data(planned), "transaction": number}
            for number, group in enumerate(groups, 1)
            for planned in group
        ],
        "differences": [
            {
                "kind": str(each.identity.kind),
                "name": list(each.identity.path),
                "what": each.what,
                "before": _plain(each.before),
                "after": _plain(each.after),
            }
            for each in comparison.differences
        ],
        "column_order": [
            {
                "table": list(each.table.path),
                "before": list(each.before),
                "after": list(each.after),
            }
            for each in comparison.order
        ],
        "notes": list(notes),
    }
    return _json(data)


def inspect_data(source: Source, snapshot: Snapshot) -> str:
    """What `plumb schema inspect --json` prints."""
    data = {
        "source": source.name,
        "server_version": snapshot.server_version,
        "objects": snapshot.as_data(),
    }
    return _json(data)


def _json(data: Mapping[str, Any]) -> str:
    whole = {"version": VERSION, **data}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """Facts as JSON has them."""
    if isinstance(value, Identity):
        return str(value)
    if isinstance(value, Grant):
        return value.as_data()
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if _is_set(value):
        return [_plain(each) for each in sorted(value)]
    if is_tuple(value):
        return [_plain(each) for each in value]
    return value


def _is_set(value: object) -> TypeGuard[frozenset[Any]]:
    return isinstance(value, frozenset)
