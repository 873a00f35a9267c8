"""The rows of a database, and which of them a migration has lost."""

# ruff: noqa: S608 - SQL made of SQL

from decimal import Decimal, InvalidOperation
from typing import Any

from psycopg import Connection

from pgplumb.planner.names import qualified
from pgplumb.snapshot.model import Identity, Kind, Snapshot

Rows = list[tuple[str | None, ...]]
Contents = dict[Identity, Rows]
"""For each table its rows as text: those columns that are stored before and after."""


def contents(connection: Connection[Any], old: Snapshot, new: Snapshot) -> Contents:
    """The rows of the tables that both snapshots have, in their order."""
    found: Contents = {}
    for table in old.objects:
        columns = kept_columns(table, old, new)
        if columns and _facts(old, table).partition_key is _facts(new, table).partition_key is None:
            listed = ", ".join(f"{_quoted(column.path[-1])}::text" for column in columns)
            name = ".".join(map(_quoted, table.path))
            query = f"select {listed} from only {name} order by ctid"
            found[table] = connection.execute(query.encode()).fetchall()
    return found


def kept_columns(table: Identity, old: Snapshot, new: Snapshot) -> list[Identity]:
    """The columns of a table that are stored in both."""
    return [
        item.identity
        for item in old
        if item.parent == table
        and table.kind is Kind.TABLE
        and table in new  # it may have become a view
        and item.identity.kind is Kind.COLUMN
        and item.identity in new
        and _facts(old, item.identity).generated is None
        and _facts(new, item.identity).generated is None
    ]


def lost(before: Contents, after: Contents, old: Snapshot, new: Snapshot) -> str:
    """The first value that is no longer there, or another one; "" when there is none."""
    reshaped = _reshaped(old, new)
    for table, rows in before.items():
        if len(rows) != len(after[table]):
            return f"{table}: {len(rows)} rows, then {len(after[table])}"
        for number, column in enumerate(kept_columns(table, old, new)):
            if old[column].depends_on & reshaped:
                continue  # attributes came or went
            types = _stored_type(old, column), _stored_type(new, column)
            for was, now in zip(rows, after[table], strict=True):
                if not _same(was[number], now[number], *types):
                    return f"{column}: {was[number]!r}, then {now[number]!r}"
    return ""


def _stored_type(side: Snapshot, column: Identity) -> str:
    """A column's type with what domains are over in their place: that may change under a name."""
    written: str = _facts(side, column).type
    needed = list(side[column].depends_on)
    while needed:
        domain = needed.pop()
        array = written.removeprefix(qualified(domain.path))
        if domain.kind is Kind.DOMAIN and array in {"", "[]"}:
            written = _facts(side, domain).base + array
            needed = list(side[domain].depends_on)
    return written


def _reshaped(old: Snapshot, new: Snapshot) -> set[Identity]:
    """The composite types with other attributes than before, and the types that contain them."""
    found = {
        item.identity
        for item in old
        if item.identity.kind is Kind.COMPOSITE and item.facts != _facts(new, item.identity)
    }
    while True:
        more = {
            item.identity
            for item in old
            if item.identity.kind in {Kind.COMPOSITE, Kind.DOMAIN} and item.depends_on & found
        }
        if more <= found:
            return found
        found |= more


def _same(was: str | None, now: str | None, old_type: str, new_type: str) -> bool:
    if was == now:
        return True
    if was is None or now is None or old_type == new_type:
        return False
    if "bytea" in {old_type, new_type}:
        return True  # the bytes of a number, say
    one, other = _number(was), _number(now)
    if one is not None and other is not None:
        return round(one) == round(other)
    if "time" in f"{old_type}{new_type}" or "date" in f"{old_type}{new_type}":
        return was[:10] == now[:10]
    return was.rstrip() == now.rstrip() or not was.isalnum()


def _number(text: str) -> Decimal | None:
    try:
        return Decimal({"true": "1", "false": "0"}.get(text, text))
    except InvalidOperation:
        return None


def _facts(side: Snapshot, identity: Identity) -> Any:
    return side[identity].facts if identity in side else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
