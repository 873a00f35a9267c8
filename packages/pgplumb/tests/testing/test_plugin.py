"""The pytest plugin, as a project's tests use it."""

import shutil
from collections.abc import Callable

import psycopg
import pytest

from pgplumb.server import TemporaryServer, free_port, status, stop
from pgplumb.server.location import locate
from pgplumb.settings import load_settings

Pytest = Callable[..., pytest.RunResult]

FIXTURES = """
import psycopg
import pytest

INSERT = "insert into person (name) values ('Ada') returning id"

@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"

@pytest.mark.parametrize("number", range(2))
def test_what_is_committed_is_the_tests_own(plumb_dsn, number):
    with psycopg.connect(plumb_dsn) as committing:
        assert committing.execute(INSERT).fetchone() == (1,)
    with psycopg.connect(plumb_dsn) as reading:
        assert reading.execute("select count(*) from person").fetchone() == (1,)
        name = reading.info.dbname
    assert name.startswith("plumb_shadow_")

@pytest.mark.parametrize("number", range(2))
def test_conn_is_rolled_back(conn, number):
    conn.execute(INSERT)
    with conn.transaction(), pytest.raises(psycopg.errors.NotNullViolation):
        with conn.transaction():
            conn.execute("insert into person (name) values (null)")
    assert conn.execute("select count(*) from person").fetchone() == (1,)

def test_conn_can_not_commit_by_mistake(conn):
    with pytest.raises(psycopg.ProgrammingError):
        conn.commit()

def test_conn_may_be_left_in_an_error(conn):
    with pytest.raises(psycopg.errors.UndefinedTable):
        conn.execute("select from nowhere")

def test_conn_may_be_closed(conn):
    conn.close()

def test_conn_sees_what_plumb_dsn_has(conn, plumb_dsn):
    with psycopg.connect(plumb_dsn) as committing:
        committing.execute(INSERT)
    assert conn.execute("select count(*) from person").fetchone() == (1,)

@pytest.mark.anyio
@pytest.mark.parametrize("number", range(2))
async def test_async_conn_is_rolled_back(async_conn, number):
    await async_conn.execute(INSERT)
    cursor = await async_conn.execute("select count(*) from person")
    assert await cursor.fetchone() == (1,)

@pytest.mark.anyio
async def test_pool(pool, plumb_dsn):
    async with pool.connection() as conn:
        await conn.execute(INSERT)
    with psycopg.connect(plumb_dsn) as reading:
        assert reading.execute("select count(*) from person").fetchone() == (1,)

def test_sync_pool(sync_pool):
    with sync_pool.connection() as one, sync_pool.connection() as other:
        assert one.info.dbname == other.info.dbname
"""
COUNT = 12


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_fixtures(
    users: pytest.Pytester,
    run_pytest: Pytest,
    made_by_tests: Callable[[], set[str]],
    arguments: tuple[str, ...],
) -> None:
    users.makepyfile(FIXTURES)
    # Of its own, so that it is made in this run.
    users.path.joinpath("db/migrations/20260102000000_own.sql").write_text(
        f"comment on table person is '{len(arguments)}';"
    )

    run_pytest("-W", "error", *arguments).assert_outcomes(passed=COUNT)

    [template] = made_by_tests()
    assert template.startswith("plumb_shadow_template_")


def test_a_template_is_made_once_and_again_when_migrations_change(
    users: pytest.Pytester, run_pytest: Pytest, made_by_tests: Callable[[], set[str]]
) -> None:
    users.path.joinpath("db/migrations/20260103000000_made.sql").write_text(
        "create table made as select clock_timestamp() as at;"
    )
    users.makepyfile(
        """
        def test_one(conn):
            print("made at", conn.execute("select at from made").fetchone()[0])
        """
    )

    def made_at() -> str:
        lines = run_pytest("-s").outlines
        [line] = [line for line in lines if "made at" in line]
        return line

    first = made_at()
    assert made_at() == first
    assert len(made_by_tests()) == 1
    users.path.joinpath("db/migrations/20260104000000_more.sql").write_text("create table m ();")
    assert made_at() != first
    assert len(made_by_tests()) == 2


def test_a_test_that_ends_the_transaction_fails_and_harms_no_other(
    users: pytest.Pytester, run_pytest: Pytest
) -> None:
    users.makepyfile(
        """
        def test_it_commits(conn):
            conn.execute("insert into person (name) values ('Ada')")
            conn.execute("commit")

        def test_next(conn):
            assert conn.execute("select count(*) from person").fetchone() == (0,)
        """
    )
    result = run_pytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*has ended the transaction of conn*", "*Use plumb_dsn or pool*"])


def test_what_the_user_can_mend_is_said_without_a_traceback(
    users: pytest.Pytester, run_pytest: Pytest
) -> None:
    users.makepyfile("def test_one(conn): pass")
    migration = users.path / "db/migrations/20260102000000_wrong.sql"
    migration.write_text("create table t (\n    id nosuch\n);")
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*20260102000000_wrong.sql:2:8: type "nosuch" does not exist'])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*PlumbError*")

    down = f"postgres://me:secret@127.0.0.1:{free_port()}/app"
    for arguments in (("--plumb-url", down), ("--plumb-url", "nonsense")):
        result = run_pytest(*arguments)
        result.assert_outcomes(errors=1)
        result.stdout.no_fnmatch_line("*secret*")
        result.stdout.no_fnmatch_line("*pgplumb/*.py*")

    migration.unlink()
    users.path.joinpath("db/migrations/20260101000000_first.sql").unlink()
    result = run_pytest()
    result.stdout.fnmatch_lines(["There are no migrations in *", "*plumb diff initial*"])


def test_passwords_are_not_shown(users: pytest.Pytester, run_pytest: Pytest) -> None:
    users.makepyfile("def test_one(plumb_dsn):\n    assert plumb_dsn == 'nothing'\n")
    result = run_pytest("--showlocals")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*plumb_dsn*[*][*][*]@127.0.0.1*"])


def test_the_server_is_chosen_by_option_variable_ini_or_fixture(
    users: pytest.Pytester, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgres://me@127.0.0.1:1/nowhere"
    users.makepyfile("def test_one(conn): pass")
    users.makeini(f"[pytest]\nplumb_url = {server_url}\n")
    users.runpytest_subprocess().assert_outcomes(passed=1)
    monkeypatch.setenv("PLUMB_TEST_URL", nowhere)
    users.runpytest_subprocess().assert_outcomes(errors=1)
    users.runpytest_subprocess("--plumb-url", server_url).assert_outcomes(passed=1)
    users.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\n"
        f"def plumb_server_url(): return {server_url!r}\n"
    )
    users.runpytest_subprocess().assert_outcomes(passed=1)


def test_roles_are_made_on_a_server_that_goes_away(users: pytest.Pytester) -> None:
    (users.path / "db" / "migrations" / "20260102000000_reader.sql").write_text(
        "grant select on person to reader;"
    )
    users.makepyfile(
        """
        def test_one(conn):
            conn.execute("set local role reader")
            assert conn.execute("select from person").fetchall() == []
        """
    )
    with TemporaryServer() as server:
        users.runpytest_subprocess("--plumb-url", str(server.url)).assert_outcomes(passed=1)


def test_by_default_the_development_server_is_started_and_database_url_left_alone(
    users: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, empty_database: str
) -> None:
    url = f"postgres://plumb:pw@127.0.0.1:{free_port()}/plumb?sslmode=disable"
    users.path.joinpath("sqlc.yaml").write_text(f"servers:\n  - uri: {url}\n")
    monkeypatch.setenv("DATABASE_URL", empty_database)
    users.makepyfile(
        """
        def test_one(conn, plumb_dsn):
            assert conn.execute("select current_setting('plumb.project')").fetchone()
            conn.execute("create role made_by_a_test")
        """
    )
    settings = load_settings(users.path, {})
    try:
        users.runpytest_subprocess("-n", "2").assert_outcomes(passed=1)
        assert status(settings).managed
    finally:
        data = locate(settings).data
        stop(settings)
        if data != settings.data_directory:  # root's, outside of the project
            shutil.rmtree(data.parent)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("select from pg_class where relname = 'person'").fetchall() == []


def test_a_project_in_a_folder_and_goose_migrations(
    pytester: pytest.Pytester, server_url: str
) -> None:
    folder = pytester.mkdir("backend")
    (folder / "atlas.hcl").write_text(
        'env "default" {\n  migration { dir = "file://sql?format=goose" }\n}\n'
    )
    (folder / "sql").mkdir()
    (folder / "sql" / "00001_first.sql").write_text(
        "-- +goose Up\ncreate table singer (id int);\n-- +goose Down\ndrop table singer;\n"
    )
    pytester.makeini("[pytest]\nplumb_project = backend\n")
    pytester.makepyfile("def test_one(conn): conn.execute('insert into singer values (1)')")
    pytester.runpytest_subprocess("--plumb-url", server_url).assert_outcomes(passed=1)


def test_who_uses_no_fixture_pays_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_one():
            costly = {"psycopg", "psycopg_pool", "yaml", "rich", "typer", "pgplumb.errors"}
            assert costly.isdisjoint(sys.modules)
        """
    )
    pytester.makeconftest(
        "import pytest\n@pytest.fixture\ndef conn(): return 'theirs'\n"
        "@pytest.fixture\ndef pool(conn): return conn\n"
    )
    pytester.makepyfile(test_theirs="def test_one(pool): assert pool == 'theirs'")
    # Other plugins may import what they like.
    result = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:anyio")
    result.assert_outcomes(passed=2)
