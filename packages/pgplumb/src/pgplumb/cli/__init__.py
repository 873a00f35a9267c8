"""The command `plumb`."""
