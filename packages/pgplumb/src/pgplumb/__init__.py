"""pgplumb: what sqlc and Atlas leave out for Python, answered by PostgreSQL itself."""

__version__ = "0.1.0"
