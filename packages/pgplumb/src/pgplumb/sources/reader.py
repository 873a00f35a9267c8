"""Reading SQL files as psql would, as far as that makes sense for a schema."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from pgplumb.errors import LocatedError
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.schema_files import without_rollback
from pgplumb.sources.folders import read_text
from pgplumb.sources.model import SqlText
from pgplumb.sources.psql import Foreign, Part, foreign_parts, without

_COMMAND: Final = re.compile(r"\\([A-Za-z_]+|.)[^\S\n]*(.*?)[^\S\n]*", re.DOTALL)
_INCLUDE: Final = frozenset({"i", "include", "ir", "include_relative"})
# What runs SQL of its own making, or decides which SQL runs: it can't simply be left out.
_NOT_UNDERSTOOD: Final = frozenset(
    {"if", "elif", "else", "endif", "g", "gx", "gexec", "gset", "crosstabview", "bind", "parse"}
)
_NOTES: Final = {
    Foreign.ROWS: ("{} COPY with rows is left out", "{} COPYs with rows are left out"),
    Foreign.SERVER: (
        "{} statement about roles, databases or the server is left out",
        "{} statements about roles, databases or the server are left out",
    ),
}


class Reader:
    """Reads the files of one source."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, Foreign], str] = {}
        self._included: set[Path] = set()
        self._open: list[Path] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, for people."""
        return tuple(self._notes.values())

    def read_all(self, paths: Iterable[Path]) -> tuple[SqlText, ...]:
        """The texts of the files; a file that another one includes does not count again.

        Raises PlumbError for a file that can't be read, LocatedError for a command of psql that is
        not understood.
        """
        read = [(path, self._read_file(path)) for path in paths]
        return tuple(
            text for path, texts in read if path.resolve() not in self._included for text in texts
        )

    def read_text(self, path: str, text: str, folder: Path) -> tuple[SqlText, ...]:
        """The text as one or, where it includes files, as several; `folder` is where it is."""
        text = without_rollback(text)
        parts = list(foreign_parts(text))
        self._take_notes(path, parts)
        texts: list[SqlText] = []
        done = 0
        for part in parts:
            file = self._included_file(path, text, part, folder)
            if file is not None:
                before = SqlText(path, without(text, parts, done, part.start))
                texts += [before, *self._read_file(file)]
                done = part.end
        texts.append(SqlText(path, without(text, parts, done)))
        first, *rest = texts
        return (first, *(replace(each, continues=True) for each in rest))

    def _read_file(self, path: Path) -> tuple[SqlText, ...]:
        self._open.append(path.resolve())
        try:
            return self.read_text(str(path), read_text(path), path.parent)
        finally:
            self._open.pop()

    def _included_file(self, path: str, text: str, part: Part, folder: Path) -> Path | None:
        """The file that the part includes, None where it can simply be left out."""
        if part.why is not Foreign.COMMAND:
            return None
        found = _COMMAND.fullmatch(text[part.start : part.end])
        name, argument = (found[1], found[2]) if found else ("", "")
        where = f"{path}:{location_of(text, part.start + 1)}"
        if name in _NOT_UNDERSTOOD:
            raise LocatedError(
                f"{where}: \\{name} is a command of psql that plumb does not carry out",
                hint="Write the SQL that it stands for.",
            )
        if name not in _INCLUDE:
            return None
        wanted = argument.strip("'")
        # psql looks from the folder it runs in for \i, from the file's own for \ir.
        folders = (folder,) if name.endswith(("r", "relative")) else (Path(), folder)
        file = next((each / wanted for each in folders if (each / wanted).is_file()), None)
        if file is None:
            raise LocatedError(f"{where}: there is no file {wanted!r} to include")
        if file.resolve() in self._open:
            raise LocatedError(f"{where}: {wanted} includes itself")
        self._included.add(file.resolve())
        return file

    def _take_notes(self, path: str, parts: Iterable[Part]) -> None:
        counts = Counter(part.why for part in parts)
        for why, (one, several) in _NOTES.items():
            if counts[why]:
                words = (one if counts[why] == 1 else several).format(counts[why])
                self._notes[path, why] = f"{path}: {words}"
