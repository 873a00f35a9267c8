"""Reading a snapshot: one module for each family of objects, one bulk query for each kind."""
