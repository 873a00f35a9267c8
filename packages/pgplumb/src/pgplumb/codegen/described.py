"""What code is generated from: queries with PostgreSQL's answers, and the user's choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.codegen.overrides import Overrides
from pgplumb.nullability import Column as Proof
from pgplumb.postgres.describe import Description
from pgplumb.sqlc_plugin.request import RequestQuery


@dataclass(frozen=True, slots=True)
class DescribedQuery:
    """A query with what PostgreSQL says of it.

    text: what runs. proofs: what is proven of each result column. takes_columns: whether a further
    one would leave its rows as they are. presence: by the first column of an embedded table, the
    number of a further column that is NULL where no row of the table is there.
    """

    request: RequestQuery
    text: str
    description: Description
    proofs: tuple[Proof, ...]
    takes_columns: bool = False
    presence: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user has chosen about queries. raises: a :one query has to find a row."""

    overrides: Overrides
    raises: bool = False
