"""The command line in this process."""

from ..cli.conftest import plumb_here

__all__ = ["plumb_here"]
