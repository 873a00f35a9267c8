"""What people see: data on stdout, status on stderr, colours only where they help."""

import os
import sys
from enum import Enum
from typing import TextIO

from pgplumb.errors import PlumbError


class Style(Enum):
    """A colour by its meaning."""

    GOOD = "32"
    WARNING = "33"
    BAD = "31"
    QUIET = "2"
    STRONG = "1"


def styled(text: str, style: Style, stream: TextIO | None = None) -> str:
    """The text in a colour, when the stream is a terminal and NO_COLOR is not set."""
    if not has_colours(stream or sys.stdout):
        return text
    return f"\x1b[{style.value}m{text}\x1b[0m"


def has_colours(stream: TextIO) -> bool:
    """Whether colours are wanted: https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def out(text: str) -> None:
    """Data: one line on stdout."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Status: one line on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def progress(text: str) -> None:
    """What is being done now: a line on a terminal that the next one replaces."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{styled(text, Style.QUIET, sys.stderr)}")
        sys.stderr.flush()


def end_progress() -> None:
    """Take the progress line away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


def show_error(error: PlumbError) -> None:
    """An error and what to do about it."""
    end_progress()
    first, *rest = error.message.splitlines() or [""]
    say(f"{styled('error:', Style.BAD, sys.stderr)} {first}")
    for line in rest:
        say(line)
    if error.hint is not None:
        for line in error.hint.splitlines():
            say(f"  {line}")
