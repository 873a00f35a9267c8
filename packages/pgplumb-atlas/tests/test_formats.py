"""Directories in the formats of other tools: written, read, applied."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("name", "files", "mark"),
    [
        ("goose", ["V_x.sql"], "-- +goose Down"),
        ("flyway", ["UV__x.sql", "VV__x.sql"], 'CREATE TABLE "t"'),
        ("dbmate", ["V_x.sql"], "-- migrate:down"),
        ("golang-migrate", ["V_x.down.sql", "V_x.up.sql"], 'CREATE TABLE "t"'),
        ("liquibase", ["V_x.sql"], "--rollback: DROP TABLE"),
        ("atlas", ["V_x.sql"], 'CREATE TABLE "t"'),
    ],
)
def test_a_round_trip(
    *,
    name: str,
    files: list[str],
    mark: str,
    atlas: Atlas,
    write: Write,
    folder: Path,
    app: str,
    sql: Sql,
) -> None:
    write("s.sql", "create table t (id int primary key);")
    place = ("--dir", f"file://m?format={name}")
    diff = (
        "migrate",
        "diff",
        "x",
        *place,
        "--to",
        "file://s.sql",
        "--dev-url",
        f"{app}&search_path=public",
    )
    atlas(*diff)
    found = sorted((folder / "m").glob("*.sql"))
    version = "".join(c for c in found[0].name if c.isdigit())
    assert [path.name.replace(version, "V") for path in found] == files
    assert any(mark in path.read_text() for path in found)
    assert "synced" in atlas(*diff).stdout
    # The format may also come from a flag of its own.
    atlas("migrate", "apply", "--dir", "file://m", "--dir-format", name, "--url", app)
    # What undoes the migration was not run.
    assert sql("select relname from pg_class where relname = 't'") == [("t",)]
    assert sql("select version, applied from atlas_schema_revisions.atlas_schema_revisions") == [
        (version, 1)
    ]
    assert "Migration Status: OK" in atlas("migrate", "status", *place, "--url", app).stdout
    atlas("migrate", "lint", *place, "--latest", "1", "--dev-url", app)
    atlas("migrate", "new", "y", *place)
    atlas("migrate", "hash", *place)
    atlas("migrate", "validate", *place, "--dev-url", app)


def test_the_format_of_the_config(atlas: Atlas, write: Write, app: str, sql: Sql) -> None:
    write("m/1_a.sql", "-- +goose Up\ncreate table t (id int);\n-- +goose Down\ndrop table t;\n")
    write(
        "atlas.hcl",
        f'env "e" {{\n  url = "{app}"\n'
        '  migration {\n    dir = "file://m"\n    format = goose\n  }\n}\n',
    )
    atlas("migrate", "hash", "--env", "e")
    atlas("migrate", "apply", "--env", "e")
    assert sql("select relname from pg_class where relname = 't'") == [("t",)]
