"""The database: two layers, of which a use case takes one."""
