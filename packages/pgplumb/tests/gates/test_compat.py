"""The gate `compat`: what a rolling release breaks, in which order to ship, and no more."""

import json
import shutil

import pytest

from pgplumb.gates import compat
from pgplumb.gates.findings import Severity
from pgplumb.gates.model import Outcome, Result

from .conftest import Project
from .drifts import TABLES, migrate, signed

NEXT = "db/migrations/20260301000000_next.sql"
DROP = "alter table customer drop column note;\n"


def examine(project: Project, base: str | None = None) -> Result:
    with project.workspace(base=base) as workspace:
        return compat.examine(workspace)


def said(result: Result) -> list[str]:
    return [f"{each.place}: {each.message} [{each.rule}]" for each in result.findings]


def add_nickname(project: Project) -> None:
    project.edit(TABLES, "    note text,\n", "    note text,\n    nickname text,\n")
    project.migrate("20260301000000_next", "alter table customer add column nickname text;\n")


def test_expand_is_a_note_that_says_the_order(sample_project: Project) -> None:
    add_nickname(sample_project)
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert said(result) == []
    assert result.summary == (
        "4 queries of main run on the new schema: migrate first, then deploy the code"
    )
    assert result.notes == (
        "Expand: migrate first, then deploy the code. Before 20260301000000_next.sql these fail: "
        'GetCustomer fails: column "nickname" does not exist (db/query/customer.sql:1)',
    )


def test_contract_is_a_finding_at_its_statement(sample_project: Project) -> None:
    signed(lambda project: project.edit(TABLES, "    note text,\n", ""))(sample_project)
    sample_project.migrate("20260301000000_next", DROP)
    done = sample_project.check("compat", "--json", env={"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1, done.stdout + done.stderr
    (gate,) = json.loads(done.stdout)["gates"]
    assert gate["summary"] == (
        "1 finding about a rolling release: the code has to be deployed first"
    )
    (finding,) = gate["findings"]
    assert finding["rule"] == "compat/old-query-fails"
    assert (finding["file"], finding["line"], finding["column"]) == (NEXT, 1, 34)
    assert finding["fix"].startswith(
        "Contract: the code of this branch runs on the previous schema, so deploy it first, and "
        "apply 20260301000000_next.sql in a later release"
    )
    assert f"::error file={NEXT},line=1,col=34,title=compat/old-query-fails::" in done.stderr


def test_where_no_order_works_it_says_so(sample_project: Project) -> None:
    migrate("alter table customer alter column note type integer using 0;\n")(sample_project)
    result = examine(sample_project)
    assert result.summary == "2 findings about a rolling release: either order breaks something"
    assert said(result) == [
        f"{NEXT}:1:35: GetCustomer (db/query/customer.sql:1 in main): column note is int4 instead"
        " of text [old-query-changes]",
        "db/query/customer.sql:1: GetCustomer: column note is text instead of int4 before"
        " 20260301000000_next.sql [new-query-fails]",
    ]
    assert all((each.fix or "").startswith("No order of the two works") for each in result.findings)
    assert (result.findings[0].expected, result.findings[0].found) == ("text", "int4")


def test_no_order_is_said_while_the_new_queries_fail_themselves(sample_project: Project) -> None:
    migrate("alter table customer rename column mood to temper;\n")(sample_project)
    result = examine(sample_project)
    assert result.summary == "2 findings about a rolling release: the order can't be said"
    assert {each.rule for each in result.findings} == {"old-query-fails"}
    assert all("plumb check queries" in (each.fix or "") for each in result.findings)


@pytest.mark.parametrize(
    "statement",
    [
        "alter table customer add column x text not null default ''",
        "alter table customer add column x bigint not null generated always as identity",
        "create index by_note on customer (note)",
        "alter table customer alter column note type varchar(80)",
        "alter table customer alter column created_at type timestamptz(0)",
        "alter table customer alter column email drop not null",
        "create table more (id bigint primary key, name text not null)",
        # The trigger may fill it in.
        "alter table customer add column x text not null",
        "alter domain email_address drop constraint email_address_has_one_at",
    ],
)
def test_what_breaks_nothing(statement: str, sample_project: Project) -> None:
    migrate(f"{statement};\n")(sample_project)
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert said(result) == []
    assert result.summary.endswith("both orders work")


def test_a_label_added_is_a_warning(sample_project: Project) -> None:
    migrate("alter type mood add value 'glad';\n")(sample_project)
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert {(each.rule, each.severity) for each in result.findings} == {
        ("old-query-labels", Severity.WARNING)
    }


def test_decisions_are_written_into_the_migration(sample_project: Project) -> None:
    rename = "alter table customer rename column note to remark;\n"
    migrate(f"-- plumb:ignore compat GetCustomer -- nobody calls it\n{rename}")(sample_project)
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert said(result) == []
    migrate(f"-- plumb:ignore compat AddCustomer -- nobody calls it\n{rename}")(sample_project)
    result = examine(sample_project)
    assert [each.rule for each in result.findings] == ["old-query-fails", "unused-ignore"]
    migrate(f"-- plumb:ignore compat -- released with downtime\n{rename}")(sample_project)
    assert examine(sample_project).outcome is Outcome.CLEAN


def test_without_a_branch_nothing_is_claimed(sample_project: Project) -> None:
    sample_project.write("notes.txt", "a commit of the branch's own\n")
    sample_project.commit()
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert result.summary == "no migration is new: both versions run on one schema"

    sample_project.git("checkout", "--quiet", "main")
    (note,) = examine(sample_project).notes
    assert note.startswith("this is the main branch")

    # What is not committed is compared on the main branch, too.
    migrate(DROP)(sample_project)
    assert [each.rule for each in examine(sample_project).findings] == ["old-query-fails"]
    sample_project.commit()
    assert examine(sample_project).outcome is Outcome.CLEAN
    assert [each.rule for each in examine(sample_project, "HEAD^").findings] == ["old-query-fails"]

    shutil.rmtree(sample_project.root / ".git")
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert result.notes == ("this is no git repository",)


def test_an_unknown_base_exits_2(sample_project: Project) -> None:
    done = sample_project.check("compat", "--base", "v0")
    assert done.returncode == 2, done.stdout
    assert "There is no commit 'v0'" in done.stdout


def test_what_was_wrong_before_is_not_held_against_the_branch(sample_project: Project) -> None:
    sample_project.git("checkout", "--quiet", "main")
    sample_project.add("db/migrations/20260201000000_purchases.sql", "this is no SQL;\n")
    sample_project.commit()
    sample_project.git("checkout", "--quiet", "-b", "repair")
    sample_project.edit("db/migrations/20260201000000_purchases.sql", "this is no SQL;\n", "")
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    (note,) = result.notes
    assert note.startswith(
        "main can't be compared with: db/migrations/20260201000000_purchases.sql:"
    )


def test_a_project_in_a_folder_of_its_repository(sample_project: Project) -> None:
    inner = sample_project.root / "service"
    inner.mkdir()
    for name in ("db", "src", "atlas.hcl", "sqlc.yaml"):
        sample_project.git("mv", name, f"service/{name}")
    sample_project.git("checkout", "--quiet", "-B", "main")
    sample_project.commit()
    sample_project.git("checkout", "--quiet", "-b", "next")
    project = Project(
        inner,
        sample_project.settings.__class__(
            inner, sample_project.settings.url, sample_project.settings.project_url
        ),
        sample_project.clean,
        sample_project.open_live,
        sample_project.reads,
    )
    migrate(DROP)(project)
    assert said(examine(project)) == [
        f'{NEXT}:1:34: GetCustomer (db/query/customer.sql:1 in main) fails: column "note" does not'
        " exist [old-query-fails]"
    ]
