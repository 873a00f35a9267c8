"""What atlas.hcl and sqlc.yaml say about the schema and its migrations."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from pgplumb.errors import PlumbError
from pgplumb.postgres.schema_files import SchemaFile, read_schema_files
from pgplumb.project import sqlc_file

_DEFAULT_FOLDER: Final = "db/migrations"
_DIRECTORY: Final = re.compile(r'\bdir\s*=\s*"file://([^"?$]+)(?:\?format=([\w-]+))?')
_FORMAT: Final = re.compile(r'\bformat\s*=\s*"?([\w-]+)"?')
_MIGRATION: Final = re.compile(r"\bmigration\s*\{[^{}]*\}")
_SOURCE: Final = re.compile(r'^\s*src\s*=\s*(\[[^\]]*\]|"[^"]*")', re.MULTILINE)
_FILE: Final = re.compile(r'"file://([^"?$]+)[^"]*"')

FORMATS: Final = ("atlas", "goose", "dbmate", "golang-migrate", "flyway")


@dataclass(frozen=True, slots=True)
class MigrationsDirectory:
    """A folder of migrations in the format of one tool (one of FORMATS)."""

    folder: Path
    format: str = "atlas"


def migrations_directory(root: Path) -> MigrationsDirectory:
    """The project's migrations: what atlas.hcl says literally, else db/migrations.

    Raises PlumbError for a format that is not known.
    """
    text = _read(root / "atlas.hcl")
    found = _DIRECTORY.search(text)
    if found is None:
        return MigrationsDirectory(root / _DEFAULT_FOLDER)
    block = _MIGRATION.search(text)
    written = _FORMAT.search(block[0]) if block else None
    chosen = found[2] or (written[1] if written else "atlas")
    if chosen not in FORMATS:
        raise PlumbError(
            f"atlas.hcl: the migrations' format {chosen!r} is not known.",
            hint=f"Formats: {', '.join(FORMATS)}.",
        )
    return MigrationsDirectory(root / found[1], chosen)


def read_schema(root: Path) -> list[SchemaFile]:
    """The schema's files: those that `src` of atlas.hcl names, else sqlc's `schema`.

    Raises PlumbError when neither names any, and for one that can't be read.
    """
    source = _SOURCE.search(_read(root / "atlas.hcl"))
    named = _FILE.findall(source[1]) if source else []
    if not named:
        patterns = _sqlc_schema(root)
        if not patterns:
            raise PlumbError(
                "Neither atlas.hcl (src) nor sqlc.yaml (schema) names the schema's files.",
                hint='Name them in atlas.hcl: src = ["file://db/schema"]',
            )
        return read_schema_files(root, patterns)
    try:
        return read_schema_files(root, named)
    except PlumbError as error:
        raise PlumbError(error.message, hint="Correct `src` in atlas.hcl.") from error


def _sqlc_schema(root: Path) -> list[str]:
    file = sqlc_file(root)
    if file is None:
        return []
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        schema = data["sql"][0]["schema"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, IndexError, TypeError):
        return []
    return [schema] if isinstance(schema, str) else [str(each) for each in schema]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{file} cannot be read: {error}") from error
