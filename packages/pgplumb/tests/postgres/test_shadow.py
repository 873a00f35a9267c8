import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pgplumb.errors import LocatedError, ServerDownError
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.postgres.shadow import open_shadow
from pgplumb.urls import parse_url


def shadows(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select datname from pg_database where datname ~ '^plumb_shadow_(schema|build)'"
        )
        return {name for (name,) in rows}


def file(text: str, path: str = "schema.sql") -> SchemaFile:
    return SchemaFile(path, text)


def test_a_shadow_is_found_again_by_its_content(empty_database: str) -> None:
    url = parse_url(empty_database)
    with open_shadow(url, [file("create table again (id int);")]) as first:
        name = first.info.dbname
    with open_shadow(url, [file("create table again (id int);", "renamed.sql")]) as second:
        assert second.info.dbname == name
        assert second.execute("select count(*) from again").fetchone() == (0,)
    with open_shadow(url, [file("create table again (id bigint);")]) as third:
        assert third.info.dbname != name


def test_two_runs_at_once_build_one_shadow(empty_database: str) -> None:
    url = parse_url(empty_database)
    files = [file("create table at_once (id int); select pg_sleep(0.2);")]
    together = threading.Barrier(4)

    def run(_: int) -> str:
        together.wait()
        with open_shadow(url, files) as shadow:
            shadow.execute("select id from at_once")
            return shadow.info.dbname

    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(run, range(4)))
    assert len(names) == 1
    assert not {name for name in shadows(empty_database) if "_build_" in name}


def test_old_shadows_are_forgotten(empty_database: str) -> None:
    url = parse_url(empty_database)
    newest = ""
    for number in range(10):
        with open_shadow(url, [file(f"create table old_{number} (id int);")]) as shadow:
            newest = shadow.info.dbname
    assert len(shadows(empty_database)) == 8
    assert newest in shadows(empty_database)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("create table a (id int);\ncreate table b (id nosuch);", "schema.sql:2:20: "),
        ("select 1;\n\n  alter table nosuch add id int;", "schema.sql:3:3: "),
    ],
)
def test_refused_sql_is_located_and_leaves_nothing(
    empty_database: str, text: str, where: str
) -> None:
    before = shadows(empty_database)
    with pytest.raises(LocatedError) as caught:
        open_shadow(parse_url(empty_database), [file(text)])
    assert str(caught.value).startswith(where)
    assert shadows(empty_database) == before


def test_a_server_that_is_down_is_said_in_one_line() -> None:
    with pytest.raises(ServerDownError) as caught:
        open_shadow(parse_url("postgres://plumb:secret@127.0.0.1:9/plumb"), [])
    assert "127.0.0.1:9" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_what_can_not_be_in_a_transaction_is_run_as_psql_would(empty_database: str) -> None:
    """As in migrations that goose runs with NO TRANSACTION."""
    url = parse_url(empty_database)
    text = "create table indexed (id int);\ncreate index concurrently on indexed (id);\n"
    # And this one has to be.
    locking = file("lock table indexed in share mode; alter table indexed add at date;", "b.sql")
    with open_shadow(url, [file(text), locking]) as shadow:
        [(count,)] = shadow.execute("select count(*) from pg_indexes where tablename = 'indexed'")
        assert count == 1


def test_an_error_behind_a_transaction_of_the_script_is_where_it_is(empty_database: str) -> None:
    before = "begin;\ncreate table committed (id int);\ncommit;\n"
    text = f"{before}create index concurrently\n  on nope (id);"
    with pytest.raises(LocatedError, match=r'^schema\.sql:4:1: relation "nope" does not exist'):
        open_shadow(parse_url(empty_database), [file(text)])
    text = f"{before}select nope;"
    with pytest.raises(LocatedError, match=r'^schema\.sql:4:8: column "nope" does not exist'):
        open_shadow(parse_url(empty_database), [file(text)])


def test_where_to_find_an_extension_is_said(empty_database: str) -> None:
    with pytest.raises(LocatedError) as caught:
        open_shadow(parse_url(empty_database), [file("select 1;\ncreate extension nowhere;")])
    assert str(caught.value).startswith('schema.sql:2:1: extension "nowhere" is not available\n')
    assert "PLUMB_PG_BIN" in (caught.value.hint or "")


def test_roles_that_the_server_lacks_stand_in_no_way(empty_database: str) -> None:
    """As in a file that pg_dump has written on another server: who owns a table gives no type."""
    url = parse_url(empty_database)
    text = (
        "create table owned (id int);\n"
        "-- a comment in front\n"
        "alter table public.owned owner to nobody_here;\n"
        "grant select on owned to nobody_here, also_nobody;\n"
        "alter default privileges for role nobody_here revoke all on tables from public;\n"
        "alter table owned enable row level security;\n"
        "create policy p on owned to nobody_here using (true);\n"
        "set role nobody_here;\n"
        "create view seen as select id from owned;\n"
    )
    again = file("begin; grant select on seen to nobody_here; create table z (); commit;", "b.sql")
    with open_shadow(url, [file(text), again, file("create table last ();", "c.sql")]) as shadow:
        shadow.execute("select id from seen; select from z; select from last")
    with pytest.raises(LocatedError, match=r'^schema\.sql:1:1: role "no"body" does not') as caught:
        open_shadow(url, [file('create schema s authorization "no""body";')])
    assert caught.value.hint is not None
    assert caught.value.hint.endswith('Run there: create role "no""body" nologin;')


def test_files_whose_numbers_are_not_in_order_are_pointed_out(empty_database: str) -> None:
    files = [
        file("alter table t alter b set not null;", "db/V10__more.sql"),
        file("create table t (a integer);", "db/V2__first.sql"),
    ]
    with pytest.raises(LocatedError) as caught:
        open_shadow(parse_url(empty_database), files)
    assert caught.value.hint is not None
    assert "db/V10__more.sql is read before db/V2__first.sql" in caught.value.hint


def test_files_whose_statements_need_one_another(empty_database: str) -> None:
    functions = file(
        "create function newest() returns t language sql return (select t from t limit 1);\n"
        "create function one() returns int language sql return 1;",
        "functions.sql",
    )
    tables = file("create table t (id int default one());", "tables.sql")
    with open_shadow(parse_url(empty_database), [functions, tables]) as shadow:
        assert shadow.execute("select newest() is null").fetchone() == (True,)
    # What is nowhere is told as of the files in their order.
    with pytest.raises(LocatedError, match=r"^functions\.sql:1:1: type \"t\" does not exist"):
        open_shadow(parse_url(empty_database), [functions])
