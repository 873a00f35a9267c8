"""Which columns psycopg is to leave as the text that PostgreSQL sends: the user has chosen str.

psycopg loads by type, not by column. So in a query that has such a column, every column of that
type arrives as text, and so does an array or a range of it; those that nothing was chosen for are
loaded by _loaders.py.
"""

from collections.abc import Iterable, Sequence

from pgplumb.codegen.model import (
    ArrayType,
    Package,
    RangeType,
    Row,
    Scalar,
    TextType,
    Type,
    base_of,
    column_types,
)

# Where the OIDs of a database's own types begin (FirstNormalObjectId); psycopg knows none of them.
_FIRST_OWN_OID = 16384
INTERVAL = Scalar("interval", 1186, builtin=True)


def text_oids(row: Row | None, oids: Sequence[int]) -> tuple[int, ...]:
    """The OIDs of the types that are to arrive as text, of a query's columns with these OIDs."""
    if row is None:
        return ()
    types = column_types(row)
    texts = _text_types(types)
    found = {
        oid
        for oid, type_ in zip(oids, types, strict=True)
        if oid < _FIRST_OWN_OID and arrives_as_text(type_, texts)
    }
    return tuple(sorted(found))


def has_intervals(row: Row | None) -> bool:
    """Whether there is an interval in a query's columns that psycopg loads."""
    return any(arrives_as_text(type_, frozenset({INTERVAL})) for type_ in column_types(row))


def text_types(package: Package) -> frozenset[Type]:
    """The types of which some column is a text, in any query."""
    queries = (query for module in package.modules for query in module.queries)
    return _text_types(type_ for query in queries for type_ in column_types(query.row))


def arrives_as_text(type_: Type, texts: frozenset[Type]) -> bool:
    """Whether a column may come as a text, where those of `texts` do."""
    type_ = _sent(type_)
    if type_ in texts:
        return True
    match type_:
        case ArrayType(inner) | RangeType(inner):
            return arrives_as_text(inner, texts)
        case _:
            return False


def _text_types(types: Iterable[Type]) -> frozenset[Type]:
    return frozenset(found for each in types for found in _chosen(each))


def _chosen(type_: Type) -> list[Type]:
    base = base_of(type_)
    match base:
        case TextType():
            sent = _sent(base)
            return [sent] if isinstance(sent, Scalar | ArrayType | RangeType) else []
        case ArrayType(inner) | RangeType(inner):
            return _chosen(inner)
        case _:
            return []


def _sent(type_: Type) -> Type:
    """What PostgreSQL says that it sends: no domain, nothing chosen, an array of any depth."""
    type_ = base_of(type_)
    while isinstance(type_, TextType):
        type_ = base_of(type_.base)
    return type_._replace(dimensions=1) if isinstance(type_, ArrayType) else type_
