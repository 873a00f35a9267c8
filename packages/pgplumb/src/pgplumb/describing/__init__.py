"""What `plumb describe` says: what PostgreSQL takes and gives for each query, and why.

`configuration` finds what to describe, `pieces` cuts the files into queries, `analysis` lets sqlc
read them, `facts` puts down what PostgreSQL answers, `report` does one after the other.
"""

from pgplumb.describing.model import ColumnFacts, EmbedFacts, ParameterFacts, Problem, QueryFacts
from pgplumb.describing.report import Report, describe_queries

__all__ = [
    "ColumnFacts",
    "EmbedFacts",
    "ParameterFacts",
    "Problem",
    "QueryFacts",
    "Report",
    "describe_queries",
]
