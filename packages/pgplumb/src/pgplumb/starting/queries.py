"""First queries for a table: one row by its primary key, pages, new rows, changes."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pgplumb.codegen.names import module_name, pascal_case, snake_case, unique
from pgplumb.planner.names import qualified, quoted
from pgplumb.starting.tables import Column, Table

_HEADING: Final = "-- First queries for {}, written by plumb: change them as you need.\n\n"
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")
_WIDTH: Final = 96
_TAKEN: Final = ("lock", "notification")
"""The query files that every project has."""


def query_files(tables: Sequence[Table]) -> dict[str, str]:
    """A file of queries for each table, by its name in db/query."""
    labels = [_label(table) for table in tables]
    modules = unique((module_name(label, ()) for label in labels), _TAKEN)
    names: set[str] = set()
    files: dict[str, str] = {}
    for table, label, module in zip(tables, labels, modules, strict=True):
        paragraphs: list[str] = []
        for verb, tail, command, sql in _queries(table):
            [name] = unique([f"{verb}{pascal_case(label)}{tail}"], names)
            names.add(name)
            paragraphs.append(f"-- name: {name} :{command}\n{sql};\n")
        heading = _HEADING.format(f"{table.schema}.{table.name}".replace("\n", " "))
        files[f"{module}.sql"] = heading + "\n".join(paragraphs)
    return files


def _label(table: Table) -> str:
    """What the table is called in names: with its schema where that is not public."""
    name = snake_case(table.name)
    return name if table.schema == "public" else f"{snake_case(table.schema)}_{name}"


def _queries(table: Table) -> Iterator[tuple[str, str, str, str]]:
    """Of each query: what is done, what stands behind the table's name, sqlc's command, the SQL."""
    name = quoted(table.name) if table.schema == "public" else qualified((table.schema, table.name))
    key = table.key
    given = [each for each in table.columns if not each.has_default and not each.is_fixed]
    where = "\n    and ".join(f"{quoted(each.name)} = {_argument(each)}" for each in key)
    if key:
        yield "Get", "", "one", f"select * from {name}\nwhere {where}"
        order = ", ".join(quoted(each.name) for each in key)
        page = f"order by {order}\nlimit @page_size::integer"
        yield "List", "", "many", f"select * from {name}\n{page}"
        last = [_argument(each, prefix="after_") for each in key]
        begin = f"{order} > {last[0]}" if len(key) == 1 else f"({order}) > ({', '.join(last)})"
        yield "List", "After", "many", f"select * from {name}\nwhere {begin}\n{page}"
    else:
        yield "List", "", "many", f"select * from {name}\nlimit @page_size::integer"
    yield "Create", "", "one", _insert(name, given)
    changed = [each for each in table.columns if each.key is None and not each.is_fixed]
    if key and changed:
        settings = ",\n".join(f"    {quoted(each.name)} = {_argument(each)}" for each in changed)
        update = f"update {name}\nset\n{settings}\nwhere {where}\nreturning *"
        yield "Update", "", "one", update
    if key:
        yield "Delete", "", "execrows", f"delete from {name}\nwhere {where}"


def _insert(name: str, columns: Sequence[Column]) -> str:
    """What PostgreSQL fills by itself is left to it."""
    head = f"-- no-rows: raise\ninsert into {name}"
    if not columns:
        return f"{head} default values\nreturning *"
    named = _listed([quoted(each.name) for each in columns])
    values = _listed([_argument(each) for each in columns])
    return f"{head} ({named})\nvalues ({values})\nreturning *"


def _listed(words: Sequence[str]) -> str:
    """Words with commas, on one line or on several that are short enough."""
    line = ", ".join(words)
    if len(line) < _WIDTH // 2:
        return line
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > _WIDTH:
            lines.append("")
        lines[-1] += f"{word}, "
    inner = "\n".join(f"    {each.rstrip()}" for each in lines)
    return f"\n{inner.removesuffix(',')}\n"


def _argument(column: Column, *, prefix: str = "") -> str:
    """The column's argument. sqlc takes plain names only, and reserved words only as text."""
    name = prefix + (column.name if _PLAIN.fullmatch(column.name) else snake_case(column.name))
    if not (column.not_null or column.key):
        return f"sqlc.narg('{name}')"
    return f"@{name}" if quoted(name) == name else f"sqlc.arg('{name}')"
