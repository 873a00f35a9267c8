"""What need not be validated: PostgreSQL vouches for it, and psycopg makes that type of it."""

from pgplumb.codegen.model import Field, Scalar, base_of, custom_of

# Arrays are not: PostgreSQL lets a text[] have more dimensions than one.
_VOUCHED_FOR = frozenset(
    {
        *("bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "text", "varchar"),
        *("bpchar", "name", "bytea", "date", "time", "timetz", "timestamp", "timestamptz"),
        *("interval", "uuid"),
    }
)


def is_vouched_for(field: Field) -> bool:
    """Whether a value can only be of the field's type; a domain's checks PostgreSQL has made."""
    base = base_of(field.type)
    return (
        not field.asserted
        and custom_of(field.type) is None
        and isinstance(base, Scalar)
        and base.builtin
        and base.name in _VOUCHED_FOR
    )
