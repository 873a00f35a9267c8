"""The gate `drift`: what a live database says it has run, by the tables of several tools."""
# ruff: noqa: S608  (the name of a table of our own)

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from pgplumb.gates.drift import examine
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.workspace import Workspace
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.urls import DatabaseUrl

from .conftest import Project, run_in, try_in
from .drifts import PURCHASES

REVISIONS = "atlas_schema_revisions.atlas_schema_revisions"
NEXT = "20260301000000_next"


def drifted(project: Project) -> Result:
    with project.workspace(live=True) as workspace:
        return examine(workspace)


def rules(result: Result) -> list[str]:
    return [finding.rule for finding in result.findings]


def atlas(project: Project, url: DatabaseUrl, *arguments: str) -> None:
    """Run `atlas migrate` on a live database."""
    folder = f"file://{project.root / 'db' / 'migrations'}"
    run_in(project.root, "atlas", "migrate", *arguments, "--dir", folder, "--url", str(url))


def test_what_is_pending_is_no_drift(sample_project: Project) -> None:
    sample_project.migrate(NEXT, "comment on type mood is 'How they feel';\n")
    result = drifted(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert result.notes == (f"not applied yet, and not expected in it: {NEXT}.sql",)
    assert result.summary.endswith("is what its 2 migrations make")
    atlas(sample_project, sample_project.live, "apply")
    result = drifted(sample_project)
    assert result.summary.endswith("is what its 3 migrations make")
    assert (result.findings, result.notes) == ((), ())


def test_one_migration_of_two(sample_project: Project) -> None:
    """Only what it has run is expected."""
    settings = sample_project.settings
    with scratch_database(settings.url) as url, Workspace(settings, live=url) as workspace:
        atlas(sample_project, url, "apply", "1")
        result = examine(workspace)
    assert rules(result) == []
    assert result.summary.endswith("is what its one migration makes")
    assert result.notes == (
        "not applied yet, and not expected in it: 20260201000000_purchases.sql",
    )


def test_an_empty_database_has_run_nothing(sample_project: Project) -> None:
    settings = sample_project.settings
    with scratch_database(settings.url) as url, Workspace(settings, live=url) as workspace:
        result = examine(workspace)
    assert result.outcome is Outcome.CLEAN
    assert result.summary.endswith("is empty: no migration has run there")


def test_a_baseline_stands_for_what_was_before(sample_project: Project) -> None:
    sample_project.sql(f"delete from {REVISIONS} where version = '20260101000000'")
    sample_project.sql(f"update {REVISIONS} set type = 1, hash = ''")
    assert rules(drifted(sample_project)) == []


def test_versions_that_were_set_by_hand(sample_project: Project) -> None:
    sample_project.sql(f"delete from {REVISIONS}")
    atlas(sample_project, sample_project.live, "set", "20260201000000")
    assert rules(drifted(sample_project)) == []


def test_a_migration_that_stopped_half_way(sample_project: Project) -> None:
    sample_project.migrate(
        NEXT, "-- atlas:txmode none\n\ncreate table pet (id bigint primary key);\nselect 1 / 0;\n"
    )
    url = str(sample_project.live)
    folder = f"file://{sample_project.root / 'db' / 'migrations'}"
    failed = try_in(sample_project.root, "atlas", "migrate", "apply", "--dir", folder, "--url", url)
    assert failed.returncode == 1
    result = drifted(sample_project)
    (finding,) = result.findings
    assert finding.message == "of version 20260301000000 only 1 of 2 statements have run"
    assert "division by zero" in finding.detail
    assert result.notes == ("what is in it was not compared: it is not known what should be",)


def test_a_migration_edited_after_it_ran(sample_project: Project) -> None:
    sample_project.edit(PURCHASES, "where customer.credit > 0", "where customer.credit > 5")
    sample_project.sign()
    result = drifted(sample_project)
    assert rules(result) == ["edited-migration", "different"]
    assert [str(finding.place).partition(":")[0] for finding in result.findings] == [PURCHASES] * 2


def test_a_checkpoint_stands_for_what_is_before_it(sample_project: Project) -> None:
    """A database that has the migrations never runs it; a new one runs nothing else."""
    texts = [
        path.read_text() for path in sorted((sample_project.root / "db/migrations").glob("*.sql"))
    ]
    checkpoint = "-- atlas:checkpoint\n\n" + "\n".join(texts)
    sample_project.migrate("20260215000000_checkpoint", checkpoint)
    result = drifted(sample_project)
    assert rules(result) == []
    assert result.notes == ()
    sample_project.sql(f"delete from {REVISIONS}")
    sample_project.sql(
        f"insert into {REVISIONS} values ('20260215000000', 'checkpoint', 2, 25, 25, now(), 0, '',"
        " '', '', null, 'x')"
    )
    assert rules(drifted(sample_project)) == []


def test_the_revisions_of_goose(sample_project: Project) -> None:
    directory_of(
        sample_project, "goose", "{:05}_x.sql", "-- +goose Up\n{}-- +goose Down\nselect;\n"
    )
    sample_project.sql("drop schema atlas_schema_revisions cascade")
    sample_project.sql(
        "create table goose_db_version (id integer primary key generated by default as identity,"
        " version_id bigint not null, is_applied boolean not null,"
        " tstamp timestamp not null default now())"
    )
    sample_project.sql(
        "insert into goose_db_version (version_id, is_applied) values"
        " (0, true), (1, true), (2, true), (2, false), (2, true), (3, true), (3, false)"
    )
    result = drifted(sample_project)
    assert rules(result) == []
    assert result.summary.endswith("is what its 2 migrations make")
    sample_project.sql("insert into goose_db_version (version_id, is_applied) values (9, true)")
    assert rules(drifted(sample_project)) == ["unknown-revision"]


def test_the_revisions_of_dbmate(sample_project: Project) -> None:
    directory_of(sample_project, "dbmate", "2026010{}_x.sql", "-- migrate:up\n{}-- migrate:down\n")
    sample_project.sql("drop schema atlas_schema_revisions cascade")
    sample_project.sql("create table schema_migrations (version varchar primary key)")
    sample_project.sql("insert into schema_migrations values ('20260101'), ('20260102')")
    assert rules(drifted(sample_project)) == []
    sample_project.sql("drop index customer_name")
    assert rules(drifted(sample_project)) == ["missing"]


def test_the_revisions_of_golang_migrate(sample_project: Project) -> None:
    directory_of(sample_project, "golang-migrate", "{}_x.up.sql", "{}")
    sample_project.write("db/migrations/1_x.down.sql", "select 1;\n")
    sample_project.sql("drop schema atlas_schema_revisions cascade")
    sample_project.sql(
        "create table schema_migrations (version bigint primary key, dirty boolean not null)"
    )
    sample_project.sql("insert into schema_migrations values (2, false)")
    assert rules(drifted(sample_project)) == []
    sample_project.sql("update schema_migrations set dirty = true")
    result = drifted(sample_project)
    assert rules(result) == ["partially-applied"]
    assert "schema_migrations says it is dirty" in result.findings[0].message


def directory_of(project: Project, tool: str, name: str, text: str) -> None:
    """Make the migrations those of another tool."""
    folder = project.root / "db" / "migrations"
    for number, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        project.write(f"db/migrations/{name.format(number)}", text.format(path.read_text()))
        path.unlink()
    (folder / "atlas.sum").unlink()
    project.write(f"db/migrations/{name.format(3)}", text.format("select 1;\n"))
    hcl = '    dir = "file://db/migrations"\n'
    project.edit("atlas.hcl", hcl, f"{hcl}    format = {tool}\n")


def test_atlas_keeps_its_table_where_the_url_leads(sample_project: Project) -> None:
    sample_project.sql(f"alter table {REVISIONS} set schema public")
    sample_project.sql("drop schema atlas_schema_revisions")
    assert rules(drifted(sample_project)) == []


def test_a_role_that_may_only_read(sample_project: Project) -> None:
    """What watches production should have no more rights than that; and it may have its own."""
    role = sql.Identifier("plumb_test_watcher")
    with connect(sample_project.live) as connection:
        connection.execute(sql.SQL("create role {} login password 'watch'").format(role))
        try:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                as_watcher(sample_project)
            for statement in (
                "grant usage on schema atlas_schema_revisions to {}",
                f"grant select on {REVISIONS} to {{}}",
            ):
                connection.execute(sql.SQL(statement).format(role))
            assert rules(as_watcher(sample_project)) == []
            connection.execute(sql.SQL("grant delete on purchase to {}").format(role))
            (finding,) = as_watcher(sample_project).findings
            assert finding.object == "table public.purchase"
            assert "+DELETE to plumb_test_watcher" not in finding.detail
            assert "-DELETE to plumb_test_watcher" in finding.detail
        finally:
            connection.execute(sql.SQL("drop owned by {}").format(role))
            connection.execute(sql.SQL("drop role {}").format(role))


def as_watcher(project: Project) -> Result:
    url = replace(project.live, user="plumb_test_watcher", password="watch")  # noqa: S106
    return examine(Workspace(project.settings, live=url, builds=project.clean))
