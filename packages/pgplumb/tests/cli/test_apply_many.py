"""`plumb apply --each`: one database for each tenant."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pgplumb.migrations import many
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.settings import load_settings
from pgplumb.urls import parse_url

from .small import CONTACT, Project

SCORE = "create table score (id int primary key, points int not null check (points > 0));\n"
UNIQUE = "create unique index contact_by_name on contact (name);\n"


@pytest.fixture
def tenants(database_on: Callable[[str], str], server_url: str) -> list[str]:
    """The URLs of five empty databases."""
    urls = (parse_url(database_on(server_url)) for _ in range(5))
    return [str(url.with_parameters({"sslmode": "disable"})) for url in urls]


@pytest.fixture
def migrated(small: Project) -> Project:
    small.diff("first")
    small.schema.write_text(CONTACT + SCORE)
    small.diff("second")
    return small


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def name_of(url: str) -> str:
    parsed = parse_url(url)
    return f"{parsed.server}/{parsed.database}"


def listed(folder: Path, urls: list[str]) -> str:
    file = folder / "tenants"
    file.write_text("# All of them.\n\n" + "".join(f"  {url}\n" for url in urls))
    return str(file)


def test_what_went_wrong_is_named_and_the_same_command_goes_on(
    migrated: Project, tenants: list[str], tmp_path: Path
) -> None:
    good, ahead, drifted, failing, gone = tenants
    execute(gone, "select 1")
    missing = str(parse_url(gone).with_database("nowhere"))
    file = listed(tmp_path, [good, ahead, drifted, failing, missing, good])
    for url in (ahead, drifted, failing):
        assert migrated.plumb("apply", "1", "--url", url).code == 0
    assert migrated.plumb("apply", "--url", ahead).code == 0
    execute(drifted, "alter table contact add column extra int")
    execute(failing, "insert into contact values (1, 'same'), (2, 'same')")
    migrated.schema.write_text(CONTACT + SCORE + UNIQUE)
    assert migrated.diff("third").code == 0

    shown = migrated.plumb("apply", "--each", file, "--dry-run")
    assert (shown.code, shown.err) == (2, "5 databases: 4 pending, 1 failed\n")
    assert f"pending    {name_of(good)} (3 migrations)\n" in shown.out
    assert execute(good, "select to_regclass('contact')") == [(None,)]

    done = migrated.plumb("apply", "--each", file, "--jobs", "3")
    assert done.code == 2
    assert done.err == "5 databases: 2 applied, 1 drifted, 2 failed\n"
    assert f"applied    {name_of(good)} (3 migrations)\n" in done.out
    assert f"applied    {name_of(ahead)} (1 migration)\n" in done.out
    assert (
        f"drifted    {name_of(drifted)}\n    column public.contact.extra is one too many\n"
    ) in done.out
    # Of the failing one the migration before it has come to stay.
    assert f"failed     {name_of(failing)} (1 migration)\n" in done.out
    assert "could not create unique index" in done.out
    assert f"failed     {name_of(missing)}\n" in done.out
    assert 'database "nowhere" does not exist' in done.out
    assert execute(failing, "select to_regclass('score')") == [("score",)]

    # Two are mended; the others are not touched again.
    execute(drifted, "alter table contact drop column extra")
    execute(failing, "delete from contact where id = 2")
    again = migrated.plumb("apply", "--each", file, "--json")
    assert again.code == 2
    assert again.err == "5 databases: 2 applied, 2 up to date, 1 failed\n"
    data = json.loads(again.out)
    assert data["version"] == 1
    states = [(each["database"], each["state"], each["migrations"]) for each in data["databases"]]
    assert states == [
        (name_of(good), "up to date", 0),
        (name_of(ahead), "up to date", 0),
        (name_of(drifted), "applied", 2),
        (name_of(failing), "applied", 1),
        (name_of(missing), "failed", 0),
    ]
    last = migrated.plumb("apply", "--each", listed(tmp_path, tenants[:4]))
    assert (last.code, last.err) == (0, "4 databases: 4 up to date\n")
    password = parse_url(good).password or ""
    for each in (shown, done, again, last):
        assert password not in each.out + each.err


def test_drift_alone_is_a_finding(migrated: Project, tenants: list[str], tmp_path: Path) -> None:
    execute(tenants[0], "create table by_hand ()")
    file = listed(tmp_path, tenants[:2])
    done = migrated.plumb("apply", "--each", file)
    assert (done.code, done.err) == (1, "2 databases: 1 applied, 1 drifted\n")


def test_no_other_one_is_begun_after_some_failures(
    migrated: Project, tenants: list[str], tmp_path: Path
) -> None:
    missing = [str(parse_url(tenants[0]).with_database(name)) for name in ("no", "nor")]
    file = listed(tmp_path, [*missing, *tenants[:2]])
    done = migrated.plumb("apply", "--each", file, "--jobs", "1", "--max-failures", "1")
    assert done.code == 2
    assert "not begun  " in done.out
    assert execute(tenants[1], "select to_regclass('contact')") == [(None,)]
    assert done.err.startswith("4 databases: ")


def test_databases_that_a_query_gives(
    migrated: Project, tenants: list[str], server_url: str
) -> None:
    control, first, second, *_ = tenants
    execute(control, "create table tenant (place text)")
    by_name = parse_url(first).database
    with psycopg.connect(control) as connection:
        connection.execute("insert into tenant values (%s), (%s)", [by_name, second])
    query = ("apply", "--url", control, "--each-query")
    done = migrated.plumb(*query, "select place from tenant")
    assert (done.code, done.err) == (0, "2 databases: 2 applied\n")
    for url in (first, second):
        assert execute(url, "select to_regclass('score')") == [("score",)]

    nothing = migrated.plumb(*query, "delete from tenant returning place")
    assert "the query for databases: cannot execute DELETE in a read-only" in nothing.err
    assert execute(control, "select count(*) from tenant") == [(2,)]
    empty = migrated.plumb(*query, "select place from tenant where false")
    assert (empty.code, empty.err) == (2, "error: The query names no database.\n")
    assert str(parse_url(server_url).password) not in done.err + nothing.err


def test_mistakes(migrated: Project, tenants: list[str], tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.write_text(f"{tenants[0]}\npostgres://me:p@ss@host/db\n")
    done = migrated.plumb("apply", "--each", str(odd))
    assert (done.code, done.out) == (2, "")
    assert f"error: {odd}:2 has a character in its user name or password" in done.err
    assert "p@ss" not in done.err
    assert "can't be read" in migrated.plumb("apply", "--each", str(tmp_path / "none")).err
    both = migrated.plumb("apply", "--each", str(odd), "--each-query", "select 1")
    assert "choose one of the two." in both.err
    both = migrated.plumb("apply", "--each", str(odd), "--url", tenants[0])
    assert "--url is one database, --each many" in both.err
    given = migrated.plumb("apply", "--each", "-", stdin=f"{tenants[0]}\n")
    assert (given.code, given.err) == (0, "1 database: 1 applied\n")


def test_an_interruption_ends_what_runs_and_begins_no_other(
    migrated: Project, tenants: list[str]
) -> None:
    settings = load_settings(migrated.root, {})
    directory = MigrationsDirectory(migrated.migrations)
    urls = [parse_url(url) for url in tenants]

    def interrupted(_: many.Migrated) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.apply_to_many(settings, directory, urls, many.Wishes(jobs=1), interrupted)
    made = [execute(url, "select to_regclass('score') is not null")[0][0] for url in tenants]
    # Each is whole or untouched.
    assert made[0] is True
    assert made[-1] is False
    for url, whole in zip(tenants, made, strict=True):
        assert execute(url, "select to_regclass('contact') is not null") == [(whole,)]
    ended: list[many.Migrated] = []
    many.apply_to_many(settings, directory, urls, many.Wishes(jobs=4), ended.append)
    assert {each.state for each in ended} == {many.State.APPLIED, many.State.CURRENT}
