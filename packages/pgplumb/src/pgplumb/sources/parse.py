"""From what the user writes to a source."""

import re
import sys
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.sources.folders import migration_files, schema_files
from pgplumb.sources.model import LiveDatabase, Script, Source
from pgplumb.sources.reader import Reader
from pgplumb.urls import parse_url, redact

STDIN: Final = "-"
EMPTY: Final = "empty"
FORMS: Final = (
    "A schema is an SQL file, a folder of .sql files, a folder of migrations, a database URL "
    "(postgres://...), - for standard input, or the word empty."
)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_DATABASE: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?", re.IGNORECASE)


def parse_source(text: str) -> Source:
    """Read what `text` names; paths are relative to the current folder.

    Nothing is asked of any server yet. Raises PlumbError for a path that isn't there or holds no
    SQL, and for a malformed URL.
    """
    if text == STDIN:
        return _standard_input()
    if text == EMPTY:
        return Script(EMPTY, ())
    scheme = _SCHEME.match(text)
    if scheme and _DATABASE.fullmatch(scheme[1]):
        return LiveDatabase(parse_url(text, source="The database URL"))
    if scheme and scheme[1].lower() != "file":
        raise PlumbError(f"Not the URL of a PostgreSQL database: {redact(text)}", hint=FORMS)
    path = text if scheme is None else text[scheme.end() :].partition("?")[0]
    return _script(path)


def _script(name: str) -> Script:
    path = Path(name)
    try:
        if not path.exists():
            raise PlumbError(f"There is no file or folder {name!r}.", hint=FORMS)
        is_folder = path.is_dir()
    except OSError as error:
        raise PlumbError(f"{name!r} can't be read: {error}", hint=FORMS) from error
    if not is_folder:
        return _read(name, [path], in_order=False)
    migrations = migration_files(path)
    files = schema_files(path) if migrations is None else migrations
    if migrations is None and not files:
        raise PlumbError(
            f"The folder {name!r} holds no .sql file.",
            hint=f"Write {EMPTY} for a schema with nothing in it.",
        )
    return _read(name, files, in_order=migrations is not None)


def _read(name: str, paths: list[Path], *, in_order: bool) -> Script:
    reader = Reader()
    texts = reader.read_all(paths)
    return Script(name, texts, in_order, reader.notes)


def _standard_input() -> Script:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlumbError(f"Standard input is no UTF-8 text: {error}") from error
    reader = Reader()
    texts = reader.read_text("<stdin>", text, Path())
    return Script("<stdin>", texts, notes=reader.notes)
