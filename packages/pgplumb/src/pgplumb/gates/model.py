"""Gates as data: what a gate is and what it found. Printing is the command line's business."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from pgplumb.settings import Settings


class Outcome(IntEnum):
    """How a gate ended; the value is the exit code."""

    CLEAN = 0
    FINDINGS = 1
    NOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What a gate found."""

    outcome: Outcome
    summary: str
    """One line."""
    detail: str = ""
    """What a person needs to see: a diff, another program's report."""
    hint: str | None = None
    """What to do."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must be true of a project."""

    name: str
    claim: str
    """What it checks, as a sentence that is true when it is clean."""
    command: str
    """What it runs, for people who want to run it themselves."""
    needs_server: bool
    examine: Callable[[Settings], Result]
    """May raise PlumbError: the gate could not run."""
