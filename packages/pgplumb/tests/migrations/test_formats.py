"""Migrations in the formats of other tools: up, and back down."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import psycopg
import pytest

from pgplumb.gates.tools import run_tool
from pgplumb.migrations.configuration import FORMATS, MigrationsDirectory
from pgplumb.migrations.diff import both_ends, migration_files, put_files
from pgplumb.migrations.directory import migrations_source
from pgplumb.planner.difference import differences
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.settings import Settings
from pgplumb.snapshot.take import take_snapshot
from pgplumb.sources.live import read_live
from pgplumb.urls import parse_url

OLD = """
    create type mood as enum ('good');
    create table contact (id int primary key, mood mood default 'good');
    create function twice(n int) returns int language plpgsql as $$ begin return n * 2; end; $$;
"""
# The new label is used at once: that takes two transactions.
NEW = """
    create type mood as enum ('good', 'bad');
    create table contact (id int primary key, mood mood default 'bad', name text);
    create function twice(n int) returns int language plpgsql as $$ begin return n + n; end; $$;
"""


@pytest.mark.parametrize("tool", [tool for tool in FORMATS if tool != "atlas"])
def test_there_and_back(
    tool: str,
    make_settings: Callable[..., Settings],
    server_url: str,
    empty_database: str,
    tmp_path: Path,
) -> None:
    settings = make_settings("small", url=server_url)
    directory = MigrationsDirectory(tmp_path / "migrations", tool)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        states = [take_snapshot(connection)]
        downs: list[str] = []
        for name, schema in (("first", OLD), ("second", NEW)):
            with both_ends(settings, directory, [SchemaFile("schema.sql", schema)]) as ends:
                proof = ends.way([], effects=False)
                files = migration_files(settings, directory, ends, proof, [], name=name)
                before = len(migrations_source(directory).texts)
                put_files(settings, directory, files)
                # What a replay takes of the new files is what leads there.
                for text in islice(migrations_source(directory).texts, before, None):
                    connection.execute(text.text.encode())
                states.append(take_snapshot(connection))
                assert differences(states[-1].without_owners(), ends.after.snapshot) == []
            downs.append("".join(down_of(tool, file.name, file.text) for file in files))
        *states, latest = states
        for state in reversed(states):
            connection.execute(downs.pop().encode())
            assert differences(take_snapshot(connection), state) == []
    assert not (directory.folder / "atlas.sum").exists()
    # Atlas reads all these formats.
    for words in ("hash",), ("apply", "--url", str(parse_url(empty_database))):
        arguments = ["--dir", f"file://{directory.folder}", "--dir-format", tool]
        done = run_tool("atlas", ["migrate", *words, *arguments], settings)
        assert done.code == 0, done.text
    assert read_live(parse_url(empty_database)).digest() == latest.digest()


def down_of(tool: str, name: str, text: str) -> str:
    """The part of a file that undoes it."""
    match tool:
        case "goose":
            return text.partition("-- +goose Down\n")[2]
        case "dbmate":
            return text.partition("-- migrate:down")[2].partition("\n")[2]
        case "golang-migrate":
            return text if name.endswith(".down.sql") else ""
        case _:
            return text if name.startswith("U") else ""
