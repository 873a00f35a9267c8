"""What is different for a query when it runs on another schema than it was written for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pgplumb.codegen.binary import WRITTEN_IN_BINARY
from pgplumb.codegen.described import DescribedQuery
from pgplumb.postgres.catalog import Catalog, PostgresType
from pgplumb.postgres.tokens import Kind as TokenKind
from pgplumb.postgres.tokens import code_tokens
from pgplumb.snapshot.facts import Column, Default, Domain, Trigger
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.sqlc_plugin.request import RequestQuery

_DEPTH: Final = 8
# Types that are one in Python.
_PYTHON: Final = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "int"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext"), "str"),
    **dict.fromkeys(("float4", "float8"), "float"),
    **dict.fromkeys(("json", "jsonb"), "json"),
}


class What(Enum):
    """The kinds of difference, gravest first."""

    COLUMNS = "columns"
    TYPE = "type"
    NULLABLE = "nullable"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of a result column or a parameter, in words, before and after.

    name: what of the schema it is about, where that can be looked for.
    """

    what: What
    words: str
    before: str
    after: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class On:
    """A query as one database answers about it."""

    answer: DescribedQuery
    catalog: Catalog


def changes(before: On, after: On) -> Iterator[Change]:
    """What a caller of the query notices who knows only how it was before.

    Parameters that are sent with their type are left to `sent_types`.
    """
    old, new = before.answer.description, after.answer.description
    for number, pair in enumerate(zip(old.parameters, new.parameters, strict=False)):
        label = f"parameter {_parameter(before.answer, number + 1)}"
        if _is_copy(before.answer):
            yield from _of_copied(label, before, *pair, after.catalog)
        elif _is_sent_as_text(before.catalog, pair[0]):
            yield from _of_type(label, *pair, before, after, is_result=False)
    names = [column.name for column in old.columns]
    if names != [column.name for column in new.columns]:
        others = ", ".join(column.name for column in new.columns)
        yield Change(What.COLUMNS, f"its columns are {others}", ", ".join(names), others)
        return
    for number, (column, other) in enumerate(zip(old.columns, new.columns, strict=True)):
        label = f"column {column.name}"
        yield from _of_type(label, column.type, other.type, before, after, is_result=True)
        was, now = before.answer.proofs[number], after.answer.proofs[number]
        if was.verdict.non_null and not now.verdict.non_null:
            words = f"{label} may be NULL ({now.verdict.reason})"
            yield Change(What.NULLABLE, words, "never NULL", "may be NULL", column.name)


def sent_types(before: On, after: On) -> tuple[int, ...]:
    """The types that generated code sends the parameters with, 0 for those that go as text.

    Empty where that is what the other schema takes, too.
    """
    old, new = before.answer.description.parameters, after.answer.description.parameters
    if _is_copy(before.answer) or old == new:
        return ()
    return tuple(0 if _is_sent_as_text(before.catalog, oid) else oid for oid in old)


def _is_copy(answer: DescribedQuery) -> bool:
    return answer.request.command == ":copyfrom"


def _is_sent_as_text(catalog: Catalog, oid: int) -> bool:
    """Whether PostgreSQL is told the text of a value and finds out its type: strings, arrays, and
    whatever the schema has made.
    """
    facts = _base(catalog, oid)
    return (
        facts is None
        or facts.schema != "pg_catalog"
        or bool(facts.element)
        or facts.kind != "b"
        or _PYTHON.get(facts.name) == "str"
    )


def _base(catalog: Catalog, oid: int) -> PostgresType | None:
    """The type below all domains."""
    facts = catalog.types.get(oid)
    while facts is not None and facts.kind == "d":
        facts = catalog.types.get(facts.base)
    return facts


def _of_copied(label: str, before: On, old: int, new: int, catalog: Catalog) -> Iterator[Change]:
    """What is copied in binary has to have just the column's type."""
    bases = [_base(before.catalog, each) for each in before.answer.description.parameters]
    if not all(
        base is not None and base.schema == "pg_catalog" and base.name in WRITTEN_IN_BINARY
        for base in bases
    ):
        return
    one, other = _signature(before.catalog, old), _signature(catalog, new)
    if one != other:
        words = f"{label} is copied in binary as {one}, and is {other}"
        yield Change(What.TYPE, words, one, other, label.partition(" ")[2])


def _parameter(answer: DescribedQuery, number: int) -> str:
    named = {each.number: each.name or each.column for each in answer.request.parameters}
    return named.get(number) or f"${number}"


def _of_type(
    label: str, old: int, new: int, before: On, after: On, *, is_result: bool
) -> Iterator[Change]:
    one, other = _signature(before.catalog, old), _signature(after.catalog, new)
    if _in_python(before.catalog, old) != _in_python(after.catalog, new):
        name = label.partition(" ")[2]
        yield Change(What.TYPE, f"{label} is {other} instead of {one}", one, other, name)
        return
    labels, later = _labels(before.catalog, old), _labels(after.catalog, new)
    for enum, known in labels.items():
        now = later.get(enum, ())
        lost = [each for each in known if each not in now]
        more = [each for each in now if each not in known]
        sides = ", ".join(known), ", ".join(now)
        if is_result and more:
            # One that others have gone for is in rows already; a further one is not yet.
            what = What.TYPE if lost else What.LABELS
            words = f"{label} may be {', '.join(more)}, which its {enum} does not know"
            yield Change(what, words, *sides, more[0])
        elif lost and not is_result:
            words = f"{label} can't be {', '.join(lost)}: {enum} does not have it"
            yield Change(What.TYPE, words, *sides, lost[0])


def _signature(catalog: Catalog, oid: int, *, in_python: bool = False, depth: int = _DEPTH) -> str:
    """A type in words: domains as their base, composites with their attributes.

    in_python: types that are the same in Python have the same.
    """
    facts = _base(catalog, oid)
    if facts is None or not depth:
        return str(oid)

    def inner(other: int) -> str:
        return _signature(catalog, other, in_python=in_python, depth=depth - 1)

    if facts.element:
        return f"{inner(facts.element)}[]"
    is_known = facts.schema in ("pg_catalog", "public")
    name = facts.name if is_known else f"{facts.schema}.{facts.name}"
    if facts.kind == "c" and facts.relation in catalog.relations:
        columns = catalog.relations[facts.relation].columns
        return f"{name} ({', '.join(f'{each.name} {inner(each.type)}' for each in columns)})"
    return _PYTHON.get(name, name) if in_python else name


def _in_python(catalog: Catalog, oid: int) -> str:
    return _signature(catalog, oid, in_python=True)


def _labels(catalog: Catalog, oid: int, depth: int = _DEPTH) -> dict[str, Sequence[str]]:
    """The labels of the enums that are in a type, by the enum's name."""
    facts = catalog.types.get(oid)
    if facts is None or not depth:
        return {}
    if facts.kind == "e":
        return {facts.name: facts.labels}
    found: dict[str, Sequence[str]] = {}
    inner = [facts.element, facts.base, facts.subtype]
    if facts.kind == "c" and facts.relation in catalog.relations:
        inner += [each.type for each in catalog.relations[facts.relation].columns]
    for each in inner:
        found |= _labels(catalog, each, depth - 1) if each else {}
    return found


def missing_in_insert(query: RequestQuery, old: Snapshot, new: Snapshot) -> list[str]:
    """The columns that rows can't be without now, and which an INSERT of before leaves out.

    None is claimed where a trigger may give them a value.
    """
    table = query.insert_table
    if table is None:
        return []
    path = (table[0] or "public", table[1])
    listed = _listed(query.text)
    if listed is None or _has_insert_trigger(new, path):
        return []
    needed = _needed(new, path) - _needed(old, path)
    return sorted(needed - listed)


def _needed(snapshot: Snapshot, table: tuple[str, str]) -> set[str]:
    """The columns of a table that have no value unless they are given one, and must have one."""
    with_default = tuple(
        item.identity.path[-1]
        for item in snapshot
        if isinstance(item.facts, Domain) and item.facts.default is not None
    )
    found: set[str] = set()
    for item in snapshot:
        facts = item.facts
        if not isinstance(facts, Column) or item.identity.path[:2] != table:
            continue
        default = snapshot.get(Identity(Kind.DEFAULT, item.identity.path))
        has_value = (
            (default is not None and isinstance(default.facts, Default))
            or facts.identity is not None
            or facts.generated is not None
            or facts.type.endswith(with_default)
        )
        if facts.not_null is not None and not has_value:
            found.add(item.identity.path[2])
    return found


def _has_insert_trigger(snapshot: Snapshot, table: tuple[str, str]) -> bool:
    return any(
        isinstance(item.facts, Trigger)
        and item.identity.path[:2] == table
        and {"BEFORE", "INSERT"} <= {*item.facts.definition.partition(" ON ")[0].split()}
        for item in snapshot
    )


def _listed(source: str) -> set[str] | None:
    """The columns that an INSERT names; None where it names none or is no plain INSERT."""
    tokens = code_tokens(source)
    words = [token.text.lower() for token in tokens]
    if words[:2] != ["insert", "into"] or "(" not in words:
        return None
    start = words.index("(")
    # insert into t as x (a, b); anything else in front of the list is no list.
    between = [each for each in tokens[2:start] if each.text != "."]
    if any(each.kind not in (TokenKind.WORD, TokenKind.QUOTED) for each in between):
        return None
    if {"select", "values", "default", "overriding"} & {each.text.lower() for each in between}:
        return None
    listed: set[str] = set()
    for token in tokens[start + 1 :]:
        if token.text == ")":
            return listed
        if token.kind is TokenKind.QUOTED:
            listed.add(token.text[1:-1].replace('""', '"'))
        elif token.kind is TokenKind.WORD:
            listed.add(token.text.lower())
    return None
