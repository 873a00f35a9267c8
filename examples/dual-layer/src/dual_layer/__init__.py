"""SQLAlchemy's ORM beside raw SQL on asyncpg, in one FastAPI application."""
