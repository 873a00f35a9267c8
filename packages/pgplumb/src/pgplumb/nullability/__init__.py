"""Which result columns of a statement can never be NULL, proven on PostgreSQL's own parse tree.

PostgreSQL analyses each statement as the body of a function that is rolled back (`wrap`), its tree
is read (`nodes`), and each result column is followed to where it comes from: `scope` is a query
level, `joins` what outer joins can null, `refine` what conditions prove, `sources` and `tables`
what stands in FROM, `setops`, `returning`, `aggregates`, `calls` and `expressions` the rest.
`shapes` goes the same way for what a type does not say: an array's depth, where a row is from;
`rows` says which row of FROM a column belongs to.

What is proven holds for a database with this schema, whatever its data and whatever the statement's
parameters. Nothing is believed of functions, operators and aggregates that a user or an extension
made (but that strict ones are not called with NULL), of foreign tables' constraints, of a domain's
NOT NULL in a column without one of its own, of constraints that aren't validated, and of what may
be younger than a materialized view's rows. A node that has no rule makes its column nullable.
"""

from .catalog import Catalog as Snapshot
from .catalog import load as read_snapshot
from .facts import Verdict
from .prove import UNPROVEN, Analysis, Column, analyse, analyse_relations, explain
from .shapes import Shape
from .wrap import Statement

__all__ = [
    "UNPROVEN",
    "Analysis",
    "Column",
    "Shape",
    "Snapshot",
    "Statement",
    "Verdict",
    "analyse",
    "analyse_relations",
    "explain",
    "read_snapshot",
]
