"""The gate `compat`: the old queries on the new schema, and the new ones on the old."""

from pgplumb.gates.compat.gate import NAME, examine

__all__ = ["NAME", "examine"]
