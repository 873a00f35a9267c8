"""The gate `queries`: its rules, one by one, and how they are silenced."""

import pytest

from pgplumb.errors import LocatedError
from pgplumb.gates import queries
from pgplumb.gates.findings import Severity
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.query_text import stars, writes_without_where
from pgplumb.gates.scans import explainer
from pgplumb.planner.directives import read_directives
from pgplumb.postgres.databases import connect
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.urls import parse_url

from .conftest import Project

TABLES = """
create table small (id bigint primary key, name text);
create table large (id bigint primary key, small_id bigint, at timestamptz, note text);
create index large_small_id on large (small_id);
create index large_at on large (at);
create index large_unread on large (id) where note = 'unread';
create view seen as select * from large;
create table parts (at date, what text) partition by range (at);
create table parts_2026 partition of parts for values from ('2026-01-01') to ('2027-01-01');
create schema other;
create table other.large (id bigint);
"""
LARGE = [("public", "large"), ("public", "parts")]


def examine(project: Project) -> Result:
    with project.workspace() as workspace:
        return queries.examine(workspace)


def said(result: Result) -> list[str]:
    return [f"{each.place}: {each.message} [{each.rule}]" for each in result.findings]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("delete from t", ["delete"]),
        ("DELETE FROM t USING u RETURNING t.id;", ["delete"]),
        ("update only t as x set a = 1 from u", ["update"]),
        ("update t set a = (select 1 from u where u.id = 2)", ["update"]),
        ("with d as (delete from t returning id) select id from d where true", ["delete"]),
        ("with d as (select 1) delete from t", ["delete"]),
        ("with d as (select 1) update t set a = 1; ", ["update"]),
        ("delete from t where id = $1", []),
        ("delete from t where true", []),
        ("update t set a = 1 where current of c", []),
        ("insert into t values (1) on conflict (id) do update set a = 1", []),
        ("select id from t for update", []),
        ("select id from t for no key update skip locked", []),
        ("merge into t using u on t.id = u.id when matched then delete", []),
        ("merge into t using u on t.id = u.id when matched then update set a = 1", []),
        ("select 'delete from t' -- delete from t", []),
        ("select count(update), max(delete) from t", []),
    ],
)
def test_writes_without_where(sql: str, found: list[str]) -> None:
    assert [word for word, _ in writes_without_where(sql)] == found
    for word, token in writes_without_where(sql):
        assert sql[token.start :].lower().startswith(word)


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("select * from t", 1),
        ("select t.*, u.* from t, u", 2),
        ("select distinct * from t", 1),
        ("select distinct on (a) * from t", 1),
        ("insert into t (a) values (1) returning *", 1),
        ("select id from t union all select * from u", 1),
        ("with x as (select * from t) select id from x", 0),
        ("select count(*), (select count(*) from u), 2 * 3 from t", 0),
        ("select a * b, (a) * (b), -a * 2 from t", 0),
        ("select sqlc.embed(t) from t", 0),
        ("delete from t where a = b * 2", 0),
        ("select exists (select * from t)", 0),
    ],
)
def test_stars(sql: str, count: int) -> None:
    assert len(list(stars(sql))) == count


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select id from large where note = $1", ["public.large row by row"]),
        ("select id from seen where note = $1", ["public.large row by row"]),
        ("select count(*) from large", ["public.large along its index"]),
        ("select id from large order by id", ["public.large along its index"]),
        ("update large set note = $1 where note = $2", ["public.large row by row"]),
        ("select what from parts where what = $1", ["public.parts row by row"]),
        ("select note from large order by note limit 10", ["public.large row by row"]),
        ("select note from large where note = $1 limit 1", ["public.large row by row"]),
        (
            "select id from small where name in (select note from large) limit 1",
            ["public.large row by row"],
        ),
        ("select id from large where id = $1", []),
        ("select id from large where note = 'unread'", []),
        ("select id from large where at > $1 and note = $2", []),
        ("select id from large order by at desc limit 10", []),
        ("select note from large limit 10", []),
        ("select s.name from small s join large l on l.small_id = s.id where s.id = $1", []),
        ("select name from small where name = $1", []),
        ("select id from other.large", []),
        ("insert into large (id) values ($1) returning id -- the end", []),
        ("notify changed", []),
    ],
)
def test_full_scans(sql: str, found: list[str], prepared_tables: str) -> None:
    with explainer(parse_url(prepared_tables), LARGE) as explained:
        assert explained.unknown == []
        scans = explained.full_scans(sql, sql.count("$"))
    # Which index it is depends on costs that differ from server to server.
    assert [f"{'.'.join(path)} {how}".partition(" large_")[0] for path, how in scans] == found


@pytest.fixture
def prepared_tables(empty_database: str) -> str:
    with connect(parse_url(empty_database)) as connection:
        connection.execute(TABLES.encode())
    return empty_database


def test_directives_of_large_tables() -> None:
    text = 'create table a ();\n  -- plumb:large table a\n-- plumb:large table other."B"\n'
    found = read_directives([SchemaFile("s.sql", text)]).large
    assert [(each.path, each.location) for each in found] == [
        (("public", "a"), "s.sql:2:3"),
        (("other", "B"), "s.sql:3:1"),
    ]
    for wrong in ("-- plumb:large a", "-- plumb:large view a", "-- plumb:large table a b"):
        with pytest.raises(LocatedError, match=r"s\.sql:1:1: plumb:large is not understood"):
            read_directives([SchemaFile("s.sql", wrong)])


def test_findings_have_their_place_and_are_silenced_in_place(sample_project: Project) -> None:
    sample_project.write(
        "db/query/more.sql",
        "-- plumb:api file\n"
        "-- name: Clear :exec\n"
        "-- plumb:ignore no-where -- the log is kept elsewhere\n"
        "delete from event_log;\n"
        "\n"
        "-- name: ListAll :many\n"
        "select *\n"
        "from purchase -- plumb:ignore full-scan -- once a year\n"
        "order by price;\n"
        "\n"
        "-- plumb:ignore no-where -- nothing here\n"
        "-- name: Raise :exec\n"
        "with raised as (\n"
        "    update purchase set price = price + 1 where id = $1 returning id\n"
        ")\n"
        "delete from event_log;\n"
        "\n"
        "-- name: ListNone :many\n"
        "-- plumb:ignore full-scan -- there are few\n"
        "-- plumb:ignroe no-where -- a slip\n"
        "select id from customer;\n",
    )
    sample_project.add(
        "db/schema/20_tables.sql", "-- plumb:large table purchase\n-- plumb:large table gone\n"
    )
    result = examine(sample_project)
    assert result.outcome is Outcome.FINDINGS
    assert said(result) == [
        "db/query/more.sql:7:8: ListAll: the star hands out whatever the table holds [star-in-api]",
        "db/query/more.sql:19:1: ListNone: `-- plumb:ignore full-scan -- there are few` silences"
        " nothing [unused-ignore]",
        "db/query/more.sql:20:1: ListNone: there is no directive plumb:ignroe for queries"
        " [unknown-directive]",
        "db/schema/20_tables.sql:40:1: there is no table public.gone [unknown-large-table]",
    ]
    severities = {each.rule: each.severity for each in result.findings}
    assert severities["unused-ignore"] is Severity.WARNING
    assert all(each.why and each.fix for each in result.findings)


def test_what_prepares_on_the_schema_files_alone_is_found(sample_project: Project) -> None:
    sample_project.edit(
        "db/schema/20_tables.sql", "    note text,\n", "    note text,\n    nickname text,\n"
    )
    sample_project.write(
        "db/query/more.sql",
        "-- name: ListNicknames :many\n-- plumb:ignore full-scan -- there are few\n"
        "select id,\n    nickname\nfrom customer;\n",
    )
    result = examine(sample_project)
    # Whether the comment silences anything is not known.
    assert said(result)[-1] == (
        'db/query/more.sql:4:5: ListNicknames: column "nickname" does not exist [does-not-prepare]'
    )
    assert {each.rule for each in result.findings} == {"does-not-prepare"}


def test_without_migrations_the_schema_files_count(sample_project: Project) -> None:
    for path in (sample_project.root / "db/migrations").iterdir():
        path.unlink()
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert result.notes == (
        "there are no migrations: the queries were prepared on the schema files",
    )


def test_a_refused_schema_is_a_finding(sample_project: Project) -> None:
    sample_project.add("db/schema/20_tables.sql", "-- plumb:large purchase\n")
    assert [each.rule for each in examine(sample_project).findings] == ["refused"]
    sample_project.write("db/schema/60_more.sql", "create table x (a nothing);\n")
    (finding,) = examine(sample_project).findings
    assert str(finding.place) == "db/schema/60_more.sql:1:19"


def test_outputs(sample_project: Project) -> None:
    sample_project.write("db/query/more.sql", "-- name: Clear :exec\ndelete from event_log;\n")
    done = sample_project.check("queries", env={"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1
    assert done.stdout.splitlines()[1] == (
        "    db/query/more.sql:2:1: Clear: the DELETE removes every row: it has no WHERE [no-where]"
    )
    assert "::error file=db/query/more.sql,line=2,col=1,title=queries/no-where::" in done.stdout
    sample_project.edit("sqlc.yaml", "queries: db/query", "queries: db/nowhere")
    done = sample_project.check("queries")
    assert done.returncode == 2, done.stdout
    assert "db/nowhere" in done.stdout
