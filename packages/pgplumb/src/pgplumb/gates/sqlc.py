"""Running sqlc: with the server that plumb uses, and into other folders than the project's."""

import json
import re
import secrets
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

from pgplumb.errors import PlumbError
from pgplumb.gates.tools import Finished, run_tool
from pgplumb.project import SQLC_FILES, server_uri, sqlc_file
from pgplumb.settings import Settings
from pgplumb.urls import parse_url

# "db/query/contact.sql:12:8: column ... does not exist": the user's SQL, not the set-up.
_SQL_ERROR: Final = re.compile(r"^\S.*\.sql:\d+(?::\d+)?: ", re.MULTILINE)

Config = dict[str, Any]


def is_sql_error(finished: Finished) -> bool:
    """Whether sqlc failed because of the SQL it was given, rather than of its set-up."""
    return _SQL_ERROR.search(finished.text) is not None


def read_config(settings: Settings) -> Config:
    """The sqlc configuration. Raises PlumbError when it is missing, not YAML or not version 2."""
    file = sqlc_file(settings.root)
    if file is None:
        raise PlumbError(f"There is no {SQLC_FILES[0]} in {settings.root}.")
    return read_config_file(file)


def read_config_file(file: Path) -> Config:
    """As read_config, of a configuration that may have any name."""
    import yaml  # noqa: PLC0415  30 ms that only those who need it should pay

    try:
        read: object = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{file.name} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise PlumbError(f"{file.name} is not valid YAML: {error}") from error
    if not isinstance(read, dict):
        raise PlumbError(f"{file.name} does not hold a configuration.")
    config = cast("Config", read)
    if str(config.get("version")) != "2":
        raise PlumbError(f'{file.name} must say version: "2".')
    return config


def outputs(config: Mapping[str, Any]) -> list[str]:
    """The folders that sqlc generates into, as the configuration writes them, each once."""
    return list(dict.fromkeys(str(target["out"]) for target in _targets(config)))


def _targets(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every mapping of the configuration that holds an `out`."""
    found: list[dict[str, Any]] = []
    for block in mappings(config.get("sql")):
        found += mappings(block.get("codegen"))
        generators = block.get("gen")
        if isinstance(generators, dict):
            found += mappings(list(cast("dict[str, object]", generators).values()))
    return [target for target in found if isinstance(target.get("out"), str)]


def mappings(value: object) -> list[dict[str, Any]]:
    """The mappings in what should be a list of them; sqlc itself complains about the rest."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def run_sqlc(settings: Settings, command: str) -> Finished:
    """Run `sqlc generate` or `sqlc vet` against the server that plumb uses.

    sqlc.yaml holds its server's URL literally (sqlc knows no default for a variable), so for
    another server sqlc gets a configuration that differs in it, for as long as it runs.
    """
    if not _needs_swap(settings):
        return run_tool("sqlc", [command], settings)
    config = read_config(settings)
    _swap_server(config, settings)
    return _run_with(config, settings, command)


def generate_into(settings: Settings, folder: Path) -> Finished:
    """Run `sqlc generate` so that what would go to `OUT` goes to `folder/OUT`.

    `folder` must be in the project. An OUT outside the project is refused with PlumbError.
    """
    config = read_config(settings)
    if _needs_swap(settings):
        _swap_server(config, settings)
    prefix = PurePosixPath(folder.relative_to(settings.root).as_posix())
    for target in _targets(config):
        out = PurePosixPath(target["out"])
        if out.is_absolute() or ".." in out.parts:
            raise PlumbError(f"The out folder {out} in sqlc.yaml is not inside the project.")
        # sqlc does not clean up after itself: each gets its folder, made here, however empty.
        target["out"] = str(prefix / out)
        (settings.root / target["out"]).mkdir(parents=True, exist_ok=True)
    return _run_with(config, settings, "generate")


def is_refused_by_static_analysis_alone(settings: Settings, finished: Finished) -> bool:
    """Whether sqlc accepts the queries when it asks the server instead of analysing them itself.

    Its own analysis knows no system catalogs, no LATERAL columns and few recursive queries.
    """
    if not is_sql_error(finished) or "process: error" in finished.text:
        return False
    config = read_config(settings)
    blocks = [block for block in mappings(config.get("sql")) if block.get("database")]
    static = [block for block in blocks if block.get("analyzer") == {"database": False}]
    if not static:
        return False
    for block in static:
        block["analyzer"] = {"database": True}
    _swap_server(config, settings)
    return _run_with(config, settings, "compile").code == 0


def _needs_swap(settings: Settings) -> bool:
    literal = server_uri(settings.root)
    return literal is not None and parse_url(literal, source="sqlc.yaml's uri") != settings.url


def _swap_server(config: Mapping[str, Any], settings: Settings) -> None:
    for server in mappings(config.get("servers")):
        if "uri" in server and server.get("engine", "postgresql") == "postgresql":
            server["uri"] = settings.database_url


def _run_with(config: Mapping[str, Any], settings: Settings, command: str) -> Finished:
    with _temporary_config(config, settings) as file:
        finished = run_tool("sqlc", [command, "-f", file.name], settings)
    real = (sqlc_file(settings.root) or file).name
    # The user has never seen the temporary file: errors are about the one that is his.
    return Finished(
        finished.code,
        finished.output.replace(file.name, real),
        finished.errors.replace(file.name, real),
    )


@contextmanager
def _temporary_config(config: Mapping[str, Any], settings: Settings) -> Generator[Path]:
    """A configuration beside the real one, because sqlc reads paths relative to it."""
    for stale in settings.root.glob(".sqlc-*.yaml"):
        _remove_stale(stale)
    file = settings.root / f".sqlc-{secrets.token_hex(4)}.yaml"
    try:
        # JSON is YAML, and without YAML's surprises about what is a string. The file may hold
        # another server's password: nobody else may read it.
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(json.dumps(config, indent=1), encoding="utf-8")
        yield file
    except OSError as error:
        raise PlumbError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        file.unlink(missing_ok=True)


def _remove_stale(file: Path) -> None:
    """Remove what a killed run left; a young file may belong to a run that is going on."""
    try:
        if time.time() - file.stat().st_mtime > 3600:  # noqa: PLR2004  an hour
            file.unlink()
    except OSError:
        pass
