"""The plugin's options: `codegen: [{plugin: pgplumb, options: {...}}]` in sqlc.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn, cast

from pgplumb.codegen.described import Choices
from pgplumb.codegen.model import Driver
from pgplumb.codegen.overrides import AS_TEXT, Overrides, PythonName
from pgplumb.codegen.render import Style
from pgplumb.errors import PlumbError

_PYTHON_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)[.:]([^\W\d]\w*)")
_OPTIONS = (
    *("async", "sync", "frozen", "binary", "no_rows", "overrides", "database_url"),
    *("driver", "line_length", "orm", "validate"),
)
_LONGEST_LINE = 320  # ruff's
_OVERRIDE_TARGETS = ("pg_type", "column", "query_column")


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen; every option has a default.

    database_url: the server for shadow databases, when it is neither in DATABASE_URL nor in .env
    nor in sqlc.yaml's `servers`. line_length: None where ruff's configuration
    says it. orm: the mapper to write classes for, in place of queries.
    """

    style: Style = field(default_factory=Style)
    choices: Choices = field(default_factory=lambda: Choices(Overrides()))
    database_url: str | None = None
    line_length: int | None = None
    orm: str | None = None


def parse_options(given: Mapping[str, Any]) -> Options:
    """Read the options. Raises PlumbError that names an unknown option or one of the wrong type."""
    for name in given:
        if name not in _OPTIONS:
            close = get_close_matches(name, _OPTIONS, n=1)
            raise PlumbError(
                f'sqlc.yaml: the plugin pgplumb has no option "{name}".',
                hint=f'Did you mean "{close[0]}"?'
                if close
                else f"It has: {', '.join(sorted(_OPTIONS))}.",
            )
    driver = _driver(given)
    validate = given.get("validate", "all")
    if validate not in ("all", "trusted"):
        _refuse("validate", "all or trusted", validate)
    style = Style(
        asynchronous=_boolean(given, "async", default=True),
        synchronous=_boolean(given, "sync", default=driver is Driver.PSYCOPG),
        frozen=_boolean(given, "frozen", default=False),
        binary=_boolean(given, "binary", default=False),
        driver=driver,
        trusted=validate == "trusted",
    )
    if not (style.asynchronous or style.synchronous):
        raise PlumbError('sqlc.yaml: of the options "async" and "sync" one must be true.')
    no_rows = given.get("no_rows", "none")
    if no_rows not in ("none", "raise"):
        _refuse("no_rows", "none or raise", no_rows)
    database_url = given.get("database_url")
    if not isinstance(database_url, str | None):
        _refuse("database_url", "a text", database_url)
    choices = Choices(_overrides(given.get("overrides", [])), raises=no_rows == "raise")
    return Options(
        style, choices, database_url, _line_length(given.get("line_length")), _orm(given)
    )


def _orm(given: Mapping[str, Any]) -> str | None:
    orm = given.get("orm")
    if orm not in (None, "sqlalchemy", "sqlmodel"):
        _refuse("orm", "sqlalchemy or sqlmodel", orm)
    return orm


def _driver(given: Mapping[str, Any]) -> Driver:
    name = given.get("driver", Driver.PSYCOPG.value)
    if name not in [driver.value for driver in Driver]:
        _refuse("driver", " or ".join(driver.value for driver in Driver), name)
    driver = Driver(name)
    if driver is Driver.ASYNCPG:
        for option, fixed, reason in (
            ("sync", False, "it has no synchronous connections"),
            ("async", True, "it has no synchronous connections"),
            ("binary", True, "it reads results in binary wherever it can"),
        ):
            if given.get(option, fixed) is not fixed:
                chosen = str(given[option]).lower()
                raise PlumbError(
                    f'sqlc.yaml: the driver asyncpg goes without "{option}: {chosen}": {reason}.',
                    hint=f'Leave the option "{option}" out.',
                )
    return driver


def _line_length(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LONGEST_LINE:
        _refuse("line_length", f"a number from 1 to {_LONGEST_LINE}", value)
    return value


def _boolean(given: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = given.get(name, default)
    if not isinstance(value, bool):
        _refuse(name, "true or false", value)
    return value


def _overrides(given: object) -> Overrides:
    if not isinstance(given, list):
        _refuse("overrides", "a list", given)
    found = Overrides()
    by_target = {
        "pg_type": found.types,
        "column": found.columns,
        "query_column": found.query_columns,
    }
    for entry in cast("list[object]", given):
        fields = _mapping(entry)
        targets = [name for name in _OVERRIDE_TARGETS if name in fields]
        if len(targets) != 1 or set(fields) != {targets[0], "py_type"}:
            _refuse("overrides", "entries of pg_type, column or query_column, and py_type", entry)
        by_target[targets[0]][str(fields[targets[0]])] = _python_name(fields["py_type"])
    return found


def _python_name(given: object) -> PythonName:
    if given == "str":
        return AS_TEXT
    name = _PYTHON_NAME.fullmatch(str(given))
    if name is None:
        _refuse("py_type", "str or a name to import, such as app.types.Preferences", given)
    return PythonName(name[1], name[2])


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _refuse(name: str, takes: str, value: object) -> NoReturn:
    raise PlumbError(
        f'sqlc.yaml: the option "{name}" of the plugin pgplumb takes {takes}, not {value!r}.'
    )
