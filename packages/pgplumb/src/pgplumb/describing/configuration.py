"""What is to be described: the blocks of a sqlc configuration, and the query files of each."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from pgplumb.errors import PlumbError
from pgplumb.gates.sqlc import Config, mappings, read_config_file
from pgplumb.postgres.schema_files import read_schema_files
from pgplumb.sql_files import read_sql
from pgplumb.sqlc_plugin.options import Options, parse_options

STDIN: Final = "-"
_PLUGIN: Final = "pgplumb-sqlc"


@dataclass(frozen=True, slots=True)
class QueryFile:
    """SQL, and what its file is called for people. `is_given`: it was named on its own."""

    path: str
    text: str
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """An entry of the configuration's `sql:` for PostgreSQL.

    `raw` is how it is written. `schema` and `queries` are paths relative to `root`, the folder of
    the configuration `file`; `options` are those of the plugin pgplumb, where the block uses it.
    """

    file: Path
    raw: dict[str, Any]
    schema: tuple[str, ...]
    queries: tuple[str, ...]
    options: Options

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return self.file.parent

    @property
    def asks_the_server(self) -> bool:
        """Whether sqlc is told to let a database analyse the queries."""
        analyzer = self.raw.get("analyzer")
        chosen = cast("Config", analyzer).get("database") if isinstance(analyzer, dict) else None
        return bool(self.raw.get("database")) and chosen is not False

    def query_files(self) -> list[QueryFile]:
        """The files that the block names. Raises PlumbError for one that can't be read."""
        try:
            found = read_schema_files(self.root, self.queries)
        except PlumbError as error:
            hint = "Correct `queries:` in the sqlc configuration."
            raise PlumbError(error.message, hint=hint) from error
        return [QueryFile(file.path, read_sql(self.root / file.path)) for file in found]


def read_blocks(file: Path) -> tuple[Config, list[Block]]:
    """A configuration, and its blocks for PostgreSQL. Raises PlumbError when there are none."""
    if not file.is_file():
        raise PlumbError(f"There is no file {file}.")
    config = read_config_file(file)
    commands = _commands(config)
    blocks = [
        Block(
            file.resolve(),
            raw,
            _paths(raw, "schema", file),
            _paths(raw, "queries", file),
            parse_options(_plugin_options(raw, commands)),
        )
        for raw in mappings(config.get("sql"))
        if raw.get("engine") == "postgresql"
    ]
    if not blocks:
        raise PlumbError(f"{file.name} has no `sql:` for `engine: postgresql`.")
    return config, blocks


def choose_files(blocks: Sequence[Block], given: str | None) -> list[tuple[Block, list[QueryFile]]]:
    """The files to describe, each with the block whose schema they are for.

    In: a file, `-` for standard input, or None for all files of all blocks. A file that no block
    names belongs to the block that names others of its folder, or else to the first.
    Raises PlumbError for a file that can't be read.
    """
    if given is None:
        return [(block, block.query_files()) for block in blocks]
    if given == STDIN:
        return [(blocks[0], [QueryFile("<stdin>", _standard_input(), is_given=True)])]
    path = Path(given)
    if not path.is_file():
        raise PlumbError(f"There is no query file {given}.")
    path = path.resolve()
    root = blocks[0].root
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else given
    file = QueryFile(shown, read_sql(path), is_given=True)
    named = [(block, _named(block)) for block in blocks]
    owners = [block for block, paths in named if path in paths]
    neighbours = [block for block, paths in named if path.parent in {each.parent for each in paths}]
    return [(block, [file]) for block in owners or neighbours[:1] or blocks[:1]]


def _named(block: Block) -> set[Path]:
    try:
        return {(block.root / file.path).resolve() for file in block.query_files()}
    except PlumbError:
        return set()  # what is wrong with other files is not asked for


def _commands(config: Config) -> dict[str, str]:
    """The program of each process plugin."""
    found: dict[str, str] = {}
    for plugin in mappings(config.get("plugins")):
        process = plugin.get("process")
        if isinstance(process, dict):
            command = str(cast("Config", process).get("cmd"))
            found[str(plugin.get("name"))] = Path(command.split(" ", maxsplit=1)[0]).name
    return found


def _plugin_options(raw: Config, commands: dict[str, str]) -> Config:
    for target in mappings(raw.get("codegen")):
        options = target.get("options")
        if commands.get(str(target.get("plugin"))) == _PLUGIN and isinstance(options, dict):
            return cast("Config", options)
    return {}


def _paths(raw: Config, key: str, file: Path) -> tuple[str, ...]:
    value: object = raw.get(key)
    paths = cast("list[object]", value) if isinstance(value, list) else [value]
    if not all(isinstance(path, str) and path for path in paths):
        raise PlumbError(f"{file.name}: `{key}:` of a block has to be a path or a list of paths.")
    return tuple(str(path) for path in paths)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise PlumbError(f"Standard input is no UTF-8 text: {error}") from error
