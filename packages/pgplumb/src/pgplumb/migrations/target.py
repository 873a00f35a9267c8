"""The database that migrations run on, and how `atlas` is led to it."""

import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.tools import Finished, environment, need_tool, run_tool
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl, parse_url

# The URL is not in it: a file may be read by others, and so may a command line.
_CONFIGURATION: Final = """\
env "{name}" {{
  url = getenv("DATABASE_URL")
  migration {{
    dir    = "file://{folder}"
    format = "{format}"
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A database and the words that lead `atlas` to it."""

    settings: Settings
    url: DatabaseUrl
    arguments: tuple[str, ...]

    def atlas(self, *words: str) -> int:
        """Run `atlas migrate ...` on the database; its output goes where ours does.

        Out: its exit code. Raises PlumbError when it can't run.
        """
        program = need_tool("atlas", self.settings)
        command = [str(program), "migrate", *words, *self.arguments]
        try:
            done = subprocess.run(  # noqa: S603  the project's own program
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                cwd=self.settings.root,
                env=environment(self.settings),
            )
        except OSError as error:
            raise PlumbError(f"{program} does not run: {error.strerror}") from error
        return done.returncode

    def run(self, *words: str) -> Finished:
        """As atlas(); its output is kept. Raises PlumbError when it can't run."""
        return run_tool("atlas", ["migrate", *words, *self.arguments], self.settings)


@contextmanager
def target(
    settings: Settings, directory: MigrationsDirectory, *, url: str | None, env: str
) -> Generator[Target]:
    """The database at `url`, by default the project's, as the environment `env` of atlas.hcl.

    Raises PlumbError for a malformed URL, and when atlas.hcl leads to another database.
    """
    chosen = settings.url if url is None else parse_url(url, source="--url")
    # atlas.hcl may take the URL from there, and then no command line has to show it.
    led = replace(settings, url=chosen)
    if not (settings.root / "atlas.hcl").is_file():
        with tempfile.TemporaryDirectory(prefix="plumb-") as folder:
            file = Path(folder) / "atlas.hcl"
            file.write_text(
                _CONFIGURATION.format(name=env, folder=directory.folder, format=directory.format)
            )
            yield Target(led, chosen, ("--config", f"file://{file}", "--env", env))
        return
    arguments: tuple[str, ...] = ("--env", env)
    with tempfile.TemporaryDirectory(prefix="plumb-") as empty:
        # This is not about the migrations, and there may be none yet.
        asked = ["migrate", "status", *arguments, "--dir", f"file://{empty}"]
        finished = run_tool("atlas", [*asked, "--format", "{{ .Env.URL }}"], led)
    there = parse_url(finished.output.strip(), source="atlas.hcl") if finished.code == 0 else None
    if there is None or not _is_same(there, chosen):
        if url is None:
            raise _elsewhere(env, there, chosen, finished.text)
        arguments = (*arguments, "--url", str(chosen))
    yield Target(led, chosen, arguments)


def _elsewhere(env: str, there: DatabaseUrl | None, chosen: DatabaseUrl, text: str) -> PlumbError:
    if there is None:
        return PlumbError(f"atlas can't reach the database of its environment {env!r}.", hint=text)
    return PlumbError(
        f"The environment {env!r} of atlas.hcl is {there.redacted}, and not {chosen.redacted},"
        " which plumb uses.",
        hint="Say which one you mean with --url: plumb looks at it before and afterwards.",
    )


def _is_same(one: DatabaseUrl, other: DatabaseUrl) -> bool:
    same_host = one.host == other.host or (one.is_loopback and other.is_loopback)
    return same_host and (one.port, one.database) == (other.port, other.database)
