"""Other programs, run for a project."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.programs import find_program, how_to_get, search_path
from pgplumb.settings import Settings

# SGR colours and OSC 8 links: squawk writes them to a pipe, too.
_TERMINAL_CODES: Final = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended and what it wrote, without colours."""

    code: int
    output: str
    errors: str

    @property
    def text(self) -> str:
        """Everything it wrote."""
        return "\n".join(part for part in (self.output.rstrip(), self.errors.rstrip()) if part)


def find_tool(name: str, settings: Settings | None = None) -> Path | None:
    """The program: PLUMB_ATLAS for atlas, else beside this Python, else on PATH."""
    if name == "atlas" and settings is not None and settings.atlas is not None:
        return settings.atlas
    return find_program(name)


def need_tool(name: str, settings: Settings) -> Path:
    """As find_tool. Raises PlumbError saying how to get it when it is nowhere."""
    found = find_tool(name, settings)
    if found is None:
        raise PlumbError(f"There is no command {name}.", hint=how_to_get(name))
    return found


def environment(settings: Settings) -> dict[str, str]:
    """The environment for a program of the project: it uses the database that plumb uses."""
    values = dict(os.environ)
    values["PATH"] = search_path()
    values["DATABASE_URL"] = settings.database_url
    if settings.atlas is not None:
        values["PLUMB_ATLAS"] = str(settings.atlas)
    return values


def run_tool(
    name: str, arguments: Sequence[str], settings: Settings, *, stdin: str = ""
) -> Finished:
    """Run a program in the project's folder to its end. Raises PlumbError when it can't run."""
    program = need_tool(name, settings)
    try:
        done = subprocess.run(  # noqa: S603  the project's own programs
            [str(program), *arguments],
            check=False,
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=settings.root,
            env=environment(settings),
        )
    except OSError as error:
        raise PlumbError(f"{program} does not run: {error.strerror}") from error
    return Finished(
        done.returncode, _TERMINAL_CODES.sub("", done.stdout), _TERMINAL_CODES.sub("", done.stderr)
    )
