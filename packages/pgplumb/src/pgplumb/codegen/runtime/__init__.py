"""Modules that are copied into the generated package; checked here as any other code."""
