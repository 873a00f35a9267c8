"""What is described, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """A parameter, by the name that the query's author or sqlc gave it."""

    name: str
    pg_type: str
    py_type: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class EmbedFacts:
    """The field that holds an embedded table's columns: sqlc.embed."""

    name: str
    py_type: str


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A result column by its name in PostgreSQL; `reason` says why it is nullable or is not.

    py_type is what generated code annotates. That of an embed's column says nothing of the embed's
    being absent: `nullable` does.
    """

    name: str
    pg_type: str
    py_type: str
    nullable: bool
    reason: str
    embed: EmbedFacts | None = None


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """A query: where its `-- name:` line is, what it takes and what its caller gets."""

    name: str
    file: str
    line: int
    cmd: str
    params: tuple[ParameterFacts, ...]
    columns: tuple[ColumnFacts, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something is not described; the place and the query where they are known.

    `source` is the line of SQL, for people.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    query: str | None = None
    hint: str | None = None
    source: str | None = None
