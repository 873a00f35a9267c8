"""`plumb apply` and `plumb baseline`, as a person runs them."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pgplumb.planner.difference import differences
from pgplumb.postgres.databases import connect
from pgplumb.server import TemporaryServer
from pgplumb.settings import Settings
from pgplumb.sources.build import build
from pgplumb.sources.live import read_live
from pgplumb.sources.model import Server
from pgplumb.sources.parse import parse_source
from pgplumb.urls import parse_url

from .small import ATLAS_HCL, CONTACT, Done, Project

VIEW = "create view person as select id, name from contact;\n"


@pytest.fixture
def url(empty_database: str) -> str:
    """The database that migrations run on."""
    return str(parse_url(empty_database).with_parameters({"sslmode": "disable"}))


@pytest.fixture
def execute(url: str) -> Callable[[str], list[tuple[object, ...]]]:
    """A function that runs SQL on that database."""

    def run(sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    return run


def test_between_two_looks_at_the_database(
    small: Project, url: str, execute: Callable[[str], list[tuple[object, ...]]]
) -> None:
    small.diff("first")
    small.schema.write_text(CONTACT + VIEW)
    small.diff("second")
    shown = small.plumb("apply", "--url", url, "--dry-run")
    assert shown.code == 0
    assert "CREATE TABLE public.contact" in shown.out
    assert execute("select from pg_class where relname = 'contact'") == []
    first = small.plumb("apply", "1", "--url", url)
    assert first.code == 0, first.err
    assert first.err.endswith("is what its one migration makes\n")
    assert execute("select from pg_class where relname = 'person'") == []

    # Somebody has been there.
    execute("alter table contact alter name drop not null, add column extra int")
    refused = small.plumb("apply", "--url", url)
    assert refused.code == 1
    lines = refused.err.splitlines()
    assert lines[0].startswith("drift: ")
    assert lines[0].endswith(" is not what its migrations make: 2 findings")
    assert "  column public.contact.extra is one too many" in lines
    assert "    found: type integer, local" in lines
    assert any(line.startswith("  column public.contact.name: not null is none") for line in lines)
    assert "Nothing was applied. To apply all the same: --allow-drift" in lines
    assert execute("select from pg_class where relname = 'person'") == []

    # It is applied all the same, and said again.
    allowed = small.plumb("apply", "--url", url, "--allow-drift")
    assert allowed.code == 1
    assert "column public.contact.extra is one too many" in allowed.err
    assert execute("select count(*) from pg_class where relname = 'person'") == [(1,)]

    execute("alter table contact alter name set not null, drop column extra")
    mended = small.plumb("apply", "--url", url)
    assert (mended.code, mended.err.strip().endswith("is what its 2 migrations make")) == (0, True)
    password = parse_url(url).password or ""
    for done in (shown, first, refused, allowed, mended):
        assert password not in done.out + done.err


def test_a_migration_that_fails_can_be_applied_again(
    small: Project, url: str, execute: Callable[[str], list[tuple[object, ...]]]
) -> None:
    small.diff("first")
    assert small.plumb("apply", "--url", url).code == 0
    execute("insert into contact (id, name) values (1, 'a'), (2, 'a')")
    small.schema.write_text(CONTACT + "create unique index by_name on contact (name);" + VIEW)
    small.diff("second", "--online")
    failed = small.plumb("apply", "--url", url)
    assert failed.code == 2
    assert "could not create unique index" in failed.err + failed.out
    execute("drop index by_name; update contact set name = 'b' where id = 2")
    again = small.plumb("apply", "--url", url)
    assert (again.code, again.err) == (0, again.err)
    assert again.err.endswith("is what its 3 migrations make\n")


def test_roles_that_our_own_server_lacks_are_made(
    make_settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    plumb_here: Callable[..., Done],
) -> None:
    with TemporaryServer() as server, connect(server.url) as connection:
        root = make_settings("small", url=str(server.url)).root
        connection.execute("create database dev")
        dev = f'{{\n  url = "{server.url}"\n  dev = "{server.url.with_database("dev")}"'
        (root / "atlas.hcl").write_text(ATLAS_HCL.replace("{", dev, 1))
        monkeypatch.chdir(root)
        small = Project(root, plumb_here)
        small.schema.write_text(CONTACT + "grant select on contact to reader;\n")
        assert small.diff("first").code == 0
        connection.execute("drop role reader")

        checked = small.plumb("check", "migrations")
        assert (checked.code, "run on an empty database" in checked.out) == (0, True), checked.out
        connection.execute("drop role reader")

        applied = small.plumb("apply")
        assert applied.code == 0, applied.err
        connection.execute("set role reader; select name from contact")


def test_the_environment_of_atlas_hcl(
    small: Project, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.diff("first")
    config = small.root / "atlas.hcl"
    text = config.read_text()
    elsewhere = parse_url(url).with_database("elsewhere")
    config.write_text(text.replace('env "default" {', f'env "default" {{\n  url = "{elsewhere}"'))
    other = small.plumb("apply")
    assert other.code == 2
    assert "atlas can't reach the database of its environment 'default'" in other.err
    named = f'env "default" {{\n  url = "{url}"'
    config.write_text(text.replace('env "default" {', named))
    other = small.plumb("apply")
    assert other.code == 2
    assert "The environment 'default' of atlas.hcl is postgres://" in other.err
    assert "Say which one you mean with --url" in other.err
    assert (parse_url(url).password or "") not in other.err
    # Where atlas.hcl takes it from the environment, no command line shows it.
    config.write_text(
        text.replace('env "default" {', 'env "default" {\n  url = getenv("DATABASE_URL")')
    )
    monkeypatch.setenv("DATABASE_URL", url)
    assert small.plumb("apply").code == 0
    # Without atlas.hcl there is only the folder of migrations.
    config.unlink()
    (small.root / "sqlc.yaml").write_text(
        (small.root / "sqlc.yaml").read_text() + "sql: [{schema: db/schema}]\n"
    )
    done = small.plumb("apply")
    assert (done.code, done.err) == (0, done.err)
    assert done.err.endswith("is what its one migration makes\n")


def test_a_database_that_is_there_already(
    small: Project, url: str, execute: Callable[[str], list[tuple[object, ...]]]
) -> None:
    empty = small.plumb("baseline", "--url", url)
    assert (empty.code, " is empty." in empty.err) == (2, True)
    execute(
        "create schema crm; create type crm.mood as enum ('good');"
        "create table crm.contact (id int primary key, mood crm.mood default 'good');"
        "insert into crm.contact values (1); create view crm.happy as select * from crm.contact"
    )
    untold = small.plumb("apply", "--url", url)
    assert untold.code == 1
    assert "no table that says which migrations have run" in untold.err

    shown = small.plumb("baseline", "--url", url, "--dry-run")
    assert shown.code == 0
    assert shown.out.startswith("CREATE SCHEMA crm;\n")
    assert small.files() == []

    done = small.plumb("baseline", "legacy", "--url", url)
    assert done.code == 0, done.err
    (file,) = small.files()
    assert done.out.startswith(f"db/migrations/{file.name}\n")
    assert re.fullmatch(r"\d{14}_legacy\.sql", file.name)
    assert done.err.endswith("is what its one migration makes\n")
    assert execute("select id from crm.contact") == [(1,)]
    server = Server(parse_url(url), makes_roles=False)
    with build(parse_source(str(small.migrations)), server) as built:
        assert differences(read_live(server.url).without_owners(), built.snapshot) == []
    # Migrations start behind it.
    assert "No migration files to execute" in small.plumb("apply", "--url", url).out
    again = small.plumb("baseline", "--url", url)
    assert (again.code, "has migrations already" in again.err) == (2, True)
    forget(small.migrations)
    again = small.plumb("baseline", "--url", url)
    assert (again.code, "that migrations have run on it" in again.err) == (2, True)


def test_a_baseline_that_leaves_the_database_alone(
    small: Project, url: str, execute: Callable[[str], list[tuple[object, ...]]]
) -> None:
    execute("create table contact (id int)")
    done = small.plumb("baseline", "--url", url, "--no-mark")
    assert done.code == 0
    assert "was not changed: tell it that it has this migration" in done.err
    assert (parse_url(url).password or "") not in done.err
    assert execute("select from pg_namespace where nspname like 'atlas%'") == []


def forget(migrations: Path) -> None:
    for file in migrations.iterdir():
        file.unlink()
