"""Lets sqlc read pieces of SQL: names, commands, expanded stars, sqlc.arg and the like.

sqlc works in a temporary folder on a configuration made from the user's, with its own JSON
generator: it hands over what a plugin would get, and nothing of the project is written to.
"""

import json
import os
import re
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pgplumb.describing.configuration import Block
from pgplumb.describing.model import Problem
from pgplumb.describing.pieces import Piece
from pgplumb.errors import PlumbError
from pgplumb.gates.tools import Finished, run_tool
from pgplumb.settings import Settings
from pgplumb.sqlc_plugin.answers import hint_for
from pgplumb.sqlc_plugin.request import RequestQuery, parse_request
from pgplumb.urls import DatabaseUrl

_ERROR: Final = re.compile(r"(\S.*\.sql):(\d+):(\d+): (.*)")
# Names in messages by which a place can be checked.
_NAMED: Final = re.compile(r'at or near "(.+)"|"([^"]+)" does not exist')
# What it says of statements without a name and of nothing at all.
_NO_QUERIES: Final = "no queries contained in paths"
_REQUEST: Final = "request.json"


@dataclass(slots=True)
class Analysis:
    """What sqlc says: a query by the number of its piece, and why it rejects others.

    `doubts` is why it has rejected, without the server, what it then accepts.
    """

    queries: dict[int, RequestQuery] = field(default_factory=dict[int, RequestQuery])
    rejected: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    doubts: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])


class Analyst:
    """Runs sqlc on the pieces of one block.

    In: the user's configuration, one of its blocks, the pieces, the shadow database with the
    block's schema.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        block: Block,
        pieces: Sequence[Piece],
        shadow: DatabaseUrl,
        settings: Settings,
    ) -> None:
        self._config = config
        self._block = block
        self._pieces = pieces
        # sqlc fills in ${DATABASE_URL}: no password is written anywhere.
        self._settings = replace(settings, url=shadow)

    def analyse(self) -> Analysis:
        """Let sqlc read all pieces, as the configuration says; what it rejects on its own it asks
        the server about.

        Raises PlumbError when sqlc can't do its work: it is not there, or takes neither the
        configuration nor the schema.
        """
        if not self._pieces:
            return Analysis()
        everything = range(len(self._pieces))
        asks = self._block.asks_the_server
        first = self._run(everything, asks=asks)
        if not first.rejected:
            return first
        accepted = [number for number in everything if number not in first.rejected]
        with ThreadPoolExecutor(max_workers=2) as pool:
            # All pieces again, for a name that two of them bear is an error of both together.
            second = None if asks else pool.submit(self._run, everything, asks=True)
            result = self._without_rejected(accepted, asks=asks)
            asked = first if second is None else second.result()
        result.rejected |= {
            number: first.rejected[number] if _is_internal(problems) else problems
            for number, problems in asked.rejected.items()
            if number in first.rejected
        }
        rescued = [number for number in first.rejected if number not in asked.rejected]
        if rescued and not asked.queries:
            asked = self._without_rejected(rescued, asks=True)
            result.rejected |= asked.rejected
        result.doubts = {each: first.rejected[each] for each in rescued}
        result.queries |= {each: asked.queries[each] for each in rescued if each in asked.queries}
        return result

    def _without_rejected(self, numbers: Sequence[int], *, asks: bool) -> Analysis:
        """Run sqlc on pieces, again without those that it rejects as long as it rejects some."""
        rejected: dict[int, list[Problem]] = {}
        while left := [number for number in numbers if number not in rejected]:
            found = self._run(left, asks=asks)
            if not found.rejected:
                return Analysis(found.queries, rejected)
            rejected |= found.rejected
        return Analysis({}, rejected)

    def _run(self, numbers: Collection[int], *, asks: bool) -> Analysis:
        with _temporary_folder() as name:
            folder = Path(name).resolve()
            (folder / "out").mkdir()
            for number in numbers:
                source = self._pieces[number].source
                (folder / _file_name(number)).write_text(source, encoding="utf-8")
            name_of_config = self._block.file.name
            config = self._written_config(folder, numbers, asks=asks)
            # JSON is YAML. sqlc names the file in its messages: by the name that the user knows.
            (folder / name_of_config).write_text(json.dumps(config, indent=1), encoding="utf-8")
            finished = run_tool(
                "sqlc", ["generate", "-f", name_of_config], replace(self._settings, root=folder)
            )
            if _NO_QUERIES in finished.text:
                return Analysis()
            if finished.code != 0:
                return Analysis(rejected=self._rejected(finished, folder))
            request = parse_request((folder / "out" / _REQUEST).read_bytes())
        return Analysis({int(Path(query.file).stem): query for query in request.queries})

    def _written_config(
        self, folder: Path, numbers: Collection[int], *, asks: bool
    ) -> dict[str, Any]:
        # The rest of the block stays: what sqlc does not know in it is an error.
        raw = {key: value for key, value in self._block.raw.items() if key != "codegen"}
        raw["schema"] = [
            os.path.relpath(self._block.root / path, folder) for path in self._block.schema
        ]
        raw["queries"] = [_file_name(number) for number in sorted(numbers)]
        raw["gen"] = {"json": {"out": "out", "filename": _REQUEST}}
        raw["analyzer"] = {"database": asks}
        raw.pop("database", None)
        if asks:
            raw["database"] = {"uri": "${DATABASE_URL}"}
        return {**self._config, "sql": [raw]}

    def _rejected(self, finished: Finished, folder: Path) -> dict[int, list[Problem]]:
        """The pieces that sqlc rejects, and why. Raises PlumbError when it is something else."""
        rejected: dict[int, list[Problem]] = {}
        others: list[str] = []
        for line in finished.text.splitlines():
            found = _ERROR.match(line)
            number = _number(found[1]) if found else None
            if found is None or number is None:
                if not line.startswith("# package"):
                    others.append(line)
                continue
            piece = self._pieces[number]
            offset = _offset(piece.source, int(found[2]), int(found[3]), found[4])
            rejected.setdefault(number, []).append(
                piece.problem(found[4], hint_for(found[4]), offset)
            )
        if rejected:
            return rejected
        shown = "\n".join(others).replace(os.path.relpath(self._block.root, folder) + os.sep, "")
        raise PlumbError(f"sqlc can't read the queries: {shown.strip()}")


def _is_internal(problems: Sequence[Problem]) -> bool:
    """Whether sqlc has stumbled over PostgreSQL's answer: it finds no type of that OID."""
    return all(problem.message == "no rows in result set" for problem in problems)


def _temporary_folder() -> AbstractContextManager[str]:
    try:
        return TemporaryDirectory(prefix="plumb-describe-")
    except OSError as error:
        raise PlumbError(f"No temporary folder can be made: {error.strerror}") from error


def _file_name(number: int) -> str:
    # sqlc reads files in the order of their names.
    return f"{number:06}.sql"


def _number(path: str) -> int | None:
    stem = path.removesuffix(".sql")
    return int(stem) if stem.isascii() and stem.isdigit() else None


def _offset(source: str, line: int, column: int, message: str) -> int:
    """Where in `source` an error of sqlc's is, in characters from 0.

    sqlc counts some positions in bytes and some from 1 instead of 0. Where the message names what
    it is about, and that is found no further off than this explains, it is there.
    """
    lines = source.split("\n")
    reported = sum(len(each) + 1 for each in lines[: line - 1]) + max(column - 1, 0)
    reported = min(reported, len(source))
    named = _NAMED.search(message)
    if named is None:
        return reported
    word = (named[1] or named[2]).rpartition(".")[2]
    before = source[:reported]
    drift = len(before.encode()) - len(before) + 1
    nearest = source.rfind(word, reported - drift, reported + len(word))
    return reported if nearest < 0 else nearest
