"""The gate `models`: Pydantic models, as imported, against the catalog of a database."""

from pgplumb.gates.models.gate import NAME, examine

__all__ = ["NAME", "examine"]
