"""`plumb apply --each`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, say, styled
from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.directory import check_sum
from pgplumb.migrations.many import (
    Migrated,
    State,
    Wishes,
    apply_to_many,
    query_urls,
    read_urls,
)
from pgplumb.settings import Settings, load_settings
from pgplumb.urls import DatabaseUrl, parse_url

_STDIN: Final = "-"
_STYLES: Final = {
    State.APPLIED: Style.GOOD,
    State.DRIFTED: Style.BAD,
    State.FAILED: Style.BAD,
    State.NOT_BEGUN: Style.WARNING,
}
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Choice:
    """How the databases were named: by a file, or by a query asked of the database at `url`."""

    file: str | None
    query: str | None
    url: str | None


def run(choice: Choice, wishes: Wishes, *, as_json: bool) -> int:
    """Apply to each, and show how it went.

    Out: 0 when every database has all that was asked for, 1 when some have drifted, 2 when it
    could not be done with some. Raises PlumbError.
    """
    settings = load_settings()
    urls = _urls(choice, settings)
    start_server(settings)
    directory = migrations_directory(settings.root)
    check_sum(settings, directory)
    ended: list[Migrated] = []

    def tell(outcome: Migrated) -> None:
        ended.append(outcome)
        end_progress()
        if not as_json:
            _show(outcome)
        progress(f"{len(ended)} of {len(urls)}")

    progress(f"0 of {len(urls)}")
    try:
        outcomes = apply_to_many(settings, directory, urls, wishes, tell)
    except KeyboardInterrupt:
        end_progress()
        say(_summary(ended, len(urls)))
        say("Interrupted. The same command goes on with the rest.")
        raise
    finally:
        end_progress()
    if as_json:
        out(json.dumps(_data(outcomes), indent=2, ensure_ascii=False))
    say(_summary(outcomes, len(urls)))
    return _exit_code(outcomes)


def _urls(choice: Choice, settings: Settings) -> list[DatabaseUrl]:
    if choice.file is not None and choice.query is not None:
        raise PlumbError("--each and --each-query: choose one of the two.")
    if choice.query is not None:
        asked = settings.url if choice.url is None else parse_url(choice.url, source="--url")
        if choice.url is None:
            start_server(settings)
        return query_urls(asked, choice.query)
    if choice.url is not None:
        raise PlumbError("--url is one database, --each many: choose one of the two.")
    if choice.file == _STDIN:
        return read_urls(sys.stdin, "standard input")
    path = Path(choice.file or "")
    try:
        return read_urls(path.read_text(encoding="utf-8").splitlines(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{path}: can't be read: {error}") from error


def _show(outcome: Migrated) -> None:
    state = outcome.state
    word = f"{state:<11}"
    if state in _STYLES:
        word = styled(word, _STYLES[state], sys.stdout)
    count = outcome.migrations
    what = f" ({count} migration{'s'[: count != 1]})" if count else ""
    out(f"{word}{outcome.name}{what}")
    for line in outcome.problem.splitlines():
        out(f"{_INDENT}{line}".rstrip())


def _summary(outcomes: Sequence[Migrated], total: int) -> str:
    states = [each.state for each in outcomes]
    states += [State.NOT_BEGUN] * (total - len(states))
    parts = [f"{states.count(state)} {state}" for state in State if state in states]
    return f"{total} database{'s'[: total != 1]}: {', '.join(parts)}"


def _exit_code(outcomes: Sequence[Migrated]) -> int:
    states = {each.state for each in outcomes}
    if states & {State.FAILED, State.NOT_BEGUN}:
        return 2 if State.FAILED in states else 1
    return int(State.DRIFTED in states)


def _data(outcomes: Sequence[Migrated]) -> dict[str, object]:
    return {
        "version": 1,
        "databases": [
            {
                "database": each.name,
                "state": str(each.state),
                "migrations": each.migrations,
                "problem": each.problem or None,
            }
            for each in outcomes
        ],
    }
