"""SQLModel on the template's schema: one class for the table and for the API."""
