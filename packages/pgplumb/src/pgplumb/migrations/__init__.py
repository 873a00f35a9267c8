"""The migrations directory: where it is, in which format, and new files in it."""
