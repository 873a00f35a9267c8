"""The plugin's options: `codegen: [{plugin: pgplumb, options: {...}}]` in sqlc.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from pgplumb.errors import PlumbError


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen; every option has a default.

    async_: write async query functions. sync: write their sync twins; beside async ones they go
    into the subpackage `sync`. database_url: the server for shadow databases, when it is neither in
    DATABASE_URL nor in .env nor in sqlc.yaml's `servers`.
    """

    async_: bool = True
    sync: bool = True
    database_url: str | None = None


_NAMES = {field.name.rstrip("_"): field for field in fields(Options)}


def parse_options(given: Mapping[str, Any]) -> Options:
    """Read the options. Raises PlumbError that names an unknown option or one of the wrong type."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _NAMES:
            close = get_close_matches(name, _NAMES, n=1)
            raise PlumbError(
                f'sqlc.yaml: the plugin pgplumb has no option "{name}".',
                hint=f'Did you mean "{close[0]}"?'
                if close
                else f"It has: {', '.join(sorted(_NAMES))}.",
            )
        expected = str if name == "database_url" else bool
        if not isinstance(value, expected):
            raise PlumbError(
                f'sqlc.yaml: the option "{name}" of the plugin pgplumb takes'
                f" {'true or false' if expected is bool else 'a text'}, not {value!r}."
            )
        values[_NAMES[name].name] = value
    options = Options(**values)
    if not (options.async_ or options.sync):
        raise PlumbError('sqlc.yaml: of the options "async" and "sync" one must be true.')
    return options
