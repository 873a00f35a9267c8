"""The gates: what must be true of a project before it is merged."""
