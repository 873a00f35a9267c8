"""Which result columns of a statement can never be NULL, proven on PostgreSQL's own parse tree."""

from .facts import Verdict
from .prove import explain, prove
from .wrap import Statement

__all__ = ["Statement", "Verdict", "explain", "prove"]
