"""psycopg and Pydantic on a schema whose only source are migrations in goose's format."""
