"""Findings as data: one thing that is wrong each."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How grave a finding is: an error fails the gate, a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something is: relative to the project, lines and columns from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    rule: what kind of thing, a name that stays the same and is unique within its gate.
    object: the database object, by kind and name. detail: what a person needs to see, a diff say.
    """

    gate: str
    rule: str
    message: str
    severity: Severity = Severity.ERROR
    place: Place | None = None
    object: str | None = None
    expected: str | None = None
    found: str | None = None
    why: str | None = None
    fix: str | None = None
    detail: str = ""

    @property
    def id(self) -> str:
        """The rule's name among those of all gates."""
        return f"{self.gate}/{self.rule}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding: why it matters and how it is mended."""

    gate: str
    name: str
    why: str
    fix: str
    severity: Severity = Severity.ERROR

    def finding(
        self,
        message: str,
        *,
        place: Place | None = None,
        about: str | None = None,
        expected: str | None = None,
        found: str | None = None,
        fix: str | None = None,
        detail: str = "",
    ) -> Finding:
        """A finding of this rule; `about` is the database object, `fix` a better one than usual."""
        return Finding(
            gate=self.gate,
            rule=self.name,
            message=message,
            severity=self.severity,
            place=place,
            object=about,
            expected=expected,
            found=found,
            why=self.why,
            fix=fix or self.fix,
            detail=detail,
        )


def relative(path: str | Path, root: Path) -> str:
    """A path as findings write it: relative to the project where it is inside, with slashes."""
    path = Path(path)
    inside = path.is_absolute() and path.is_relative_to(root)
    return (path.relative_to(root) if inside else path).as_posix()
