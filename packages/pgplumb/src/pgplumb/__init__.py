"""pgplumb: what sqlc and Atlas leave out for Python, answered by PostgreSQL itself."""
