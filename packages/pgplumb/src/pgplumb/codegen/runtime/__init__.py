"""Modules that are copied into the generated package as they are; checked here as any other code."""
