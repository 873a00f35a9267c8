"""Databases for tests: a template that is migrated once, and copies of it."""
