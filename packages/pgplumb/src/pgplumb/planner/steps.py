"""The steps of a plan, and the statements that they come down to."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import Identity


class Verb(IntEnum):
    """What a step does; ASIDE renames a type that columns are cast away from."""

    DROP = 0
    ASIDE = 1
    MAKE = 2


class Step(NamedTuple):
    """Dropping an object, or making it what it should be."""

    verb: Verb
    identity: Identity


Edge = tuple[Step, Step]
"""The first has to come before the second."""


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement and the step it belongs to.

    ends_transaction: what follows needs this to be committed.
    """

    step: Step
    statement: Statement
    ends_transaction: bool = False
