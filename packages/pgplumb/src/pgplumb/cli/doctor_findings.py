"""What a check of `plumb doctor` finds."""

from dataclasses import dataclass
from enum import Enum

from pgplumb.errors import PlumbError


class Level(Enum):
    """How a check ended."""

    GOOD = "ok"
    WARNING = "note"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and how to mend it."""

    name: str
    level: Level
    detail: str
    mend: str | None = None


def problem(name: str, error: PlumbError) -> Finding:
    """The finding for a check that could not be made."""
    return Finding(name, Level.PROBLEM, error.message, error.hint)
