"""The gate `models`: what is imported, from where, and which databases it is compared with."""

import json

import pytest

from pgplumb.gates import models
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.models.shapes import Shape, in_words, is_fit, is_nullable
from pgplumb.postgres.databases import connect
from pgplumb.urls import parse_url

from .conftest import Project
from .drifts import BUYER, MODELS, written

STR: Shape = {"class": "str", "bases": []}
INT: Shape = {"class": "int", "bases": []}
MOOD: Shape = {"enum": "enums.Mood", "labels": ["sad", "ok"]}
DATE: Shape = {"class": "datetime.date", "bases": []}
TEXTS: Shape = {"generic": "list", "of": [{"union": [STR, "None"]}]}


def examine(project: Project, *, watched: bool = False) -> Result:
    with project.workspace(watched=watched) as workspace:
        return models.examine(workspace)


def said(result: Result) -> list[str]:
    return [f"{each.place}: {each.message} [{each.rule}]" for each in result.findings]


FITS: list[tuple[Shape, Shape, bool]] = [
    (STR, STR, True),
    (STR, "Any", True),
    ("Any", INT, True),
    (STR, {"class": "app.Name", "bases": ["str"]}, True),
    (STR, {"class": "pydantic.networks.EmailStr", "bases": []}, True),
    (STR, {"literal": ["a"]}, True),
    (STR, {"literal": [1]}, False),
    (STR, INT, False),
    (INT, {"class": "bool", "bases": ["int"]}, False),
    (DATE, {"class": "datetime.datetime", "bases": ["datetime.date"]}, False),
    (MOOD, {"enum": "app.Temper", "labels": ["ok", "sad"]}, True),
    (MOOD, {"enum": "app.Temper", "labels": ["ok"]}, False),
    (MOOD, {"literal": ["sad", "ok"]}, True),
    (MOOD, STR, True),
    (MOOD, INT, False),
    (TEXTS, {"generic": "list", "of": [STR]}, True),
    (TEXTS, {"generic": "collections.abc.Sequence", "of": [STR]}, True),
    (TEXTS, {"class": "list", "bases": []}, True),
    (TEXTS, {"generic": "list", "of": [INT]}, False),
    (TEXTS, {"generic": "dict", "of": [STR, STR]}, False),
    ({"union": [STR, INT]}, INT, True),
    ({"union": [STR, INT]}, DATE, False),
    ({"model": "models.Address"}, {"model": "app.Home"}, True),
    ({"model": "models.Address"}, STR, False),
]


@pytest.mark.parametrize(("wanted", "found", "fits"), FITS)
def test_what_a_field_can_hold(wanted: Shape, found: Shape, fits: bool) -> None:  # noqa: FBT001
    assert is_fit(wanted, found) is fits
    assert is_fit({"union": [wanted, "None"]}, {"union": [found, "None"]}) is fits


def test_types_in_words() -> None:
    assert in_words({"union": [TEXTS, "None"]}) == "list[str | None] | None"
    assert (
        in_words({"generic": "psycopg.types.range.Range", "of": [DATE]}) == "Range[datetime.date]"
    )
    assert is_nullable({"union": [STR, {"union": [INT, "None"]}]})
    assert not is_nullable(TEXTS)


def test_findings_have_the_place_of_the_field(sample_project: Project) -> None:
    sample_project.edit(MODELS, "    note: str | None\n", "    note: int\n")
    lines = sample_project.read(MODELS).splitlines()
    line = lines.index("    note: int") + 1
    result = examine(sample_project)
    assert said(result) == [
        f"src/db/models.py:{line}:5: models.Customer.note: type is int and should be str | None"
        " [type]"
    ]
    (finding,) = result.findings
    assert finding.object == "column public.customer.note"
    assert (finding.expected, finding.found) == ("str | None", "int")


def test_what_modules_do_when_imported_is_a_finding_and_no_traceback(
    sample_project: Project,
) -> None:
    sample_project.add("src/db/customer.py", "print('{}')\nraise SystemExit(3)\n")
    line = len(sample_project.read("src/db/customer.py").splitlines())
    done = sample_project.check("models", "--json", env={"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1, done.stderr
    (gate,) = json.loads(done.stdout)["gates"]
    assert [(each["rule"], each["file"], each["line"]) for each in gate["findings"]] == [
        ("models/does-not-import", "src/db/customer.py", line)
    ]
    assert "Traceback" not in done.stdout + done.stderr
    assert (
        f"::error file=src/db/customer.py,line={line},title=models/does-not-import" in done.stderr
    )


def test_models_that_people_wrote_may_have_types_of_their_own(sample_project: Project) -> None:
    written(BUYER.replace("name: str", "name: 'Name'"))(sample_project)
    sample_project.edit(
        "src/shop.py", "\n\nclass Buyer", "\n\nName = NewType('Name', str)\n\n\nclass Buyer"
    )
    result = examine(sample_project)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert result.summary == "7 models are those of the migrated database"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('"shop:Buyer" = "nothing"', "shop:Buyer is of table public.nothing, and there is none"),
        ('"shop:Missing" = "customer"', "shop:Missing is no Pydantic model"),
        ('"bazaar:Buyer" = "customer"', "bazaar does not import: ModuleNotFoundError"),
    ],
)
def test_written_models_that_are_not_there(
    table: str, message: str, sample_project: Project
) -> None:
    written(BUYER)(sample_project)
    sample_project.write("pyproject.toml", f"[tool.plumb.models]\n{table}\n")
    (finding,) = examine(sample_project).findings
    assert message in finding.message


def test_bad_configuration_exits_2(sample_project: Project) -> None:
    for text in ("[tool.plumb.models]\nBuyer = 1\n", "[tool.plumb]\nmodels = 1\n", "[tool\n"):
        sample_project.write("pyproject.toml", text)
        done = sample_project.check("models")
        assert done.returncode == 2, done.stdout
        assert "pyproject.toml" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr


def test_a_package_in_a_package(sample_project: Project) -> None:
    sample_project.edit("sqlc.yaml", "out: src/db", "out: src/shop/db")
    sample_project.write("src/shop/__init__.py", "")
    (sample_project.root / "src/db").rename(sample_project.root / "src/shop/db")
    assert examine(sample_project).outcome is Outcome.CLEAN
    sample_project.edit("src/shop/db/models.py", "    note: str | None\n", "")
    assert [each.rule for each in examine(sample_project).findings] == ["missing-field"]


def test_a_chosen_type_of_a_column_that_a_database_lacks(sample_project: Project) -> None:
    sample_project.edit(
        "sqlc.yaml",
        "        out: src/db\n",
        "        out: src/db\n        options:\n          overrides:\n"
        "            - {column: customer.note, py_type: pathlib.PurePath}\n",
    )
    assert [each.message for each in examine(sample_project).findings] == [
        "models.Customer.note: type is str | None and should be PurePath | None"
    ]
    sample_project.sql("alter table customer drop column note")
    found = examine(sample_project, watched=True).findings
    assert [each.rule for each in found] == ["extra-field"]


def test_production_is_only_read_and_by_anybody(sample_project: Project) -> None:
    live = sample_project.live
    sample_project.sql("create role plumb_watcher_of_models login password 'secret-of-models'")
    try:
        sample_project.sql(f'alter database "{live.database}" set default_transaction_read_only=on')
        url = str(live).replace(
            f"{live.user}:{live.password}@", "plumb_watcher_of_models:secret-of-models@"
        )
        done = sample_project.check("models", "--url", url)
        assert done.returncode == 2, done.stdout
        assert "permission denied" in done.stdout
        with connect(live) as connection:
            connection.execute("set default_transaction_read_only = off")
            connection.execute(
                "grant usage on schema atlas_schema_revisions to plumb_watcher_of_models"
            )
            connection.execute(
                "grant select on all tables in schema atlas_schema_revisions"
                " to plumb_watcher_of_models"
            )
        done = sample_project.check("models", "--url", url)
        assert done.returncode == 0, done.stdout
        assert "secret-of-models" not in done.stdout + done.stderr
    finally:
        with connect(live) as connection:
            connection.execute("set default_transaction_read_only = off")
            connection.execute("drop owned by plumb_watcher_of_models")
            connection.execute("drop role plumb_watcher_of_models")


def test_what_production_has_not_run_yet_is_noted(sample_project: Project) -> None:
    sample_project.migrate(
        "20260301000000_next", "alter table customer add column nickname text;\n"
    )
    result = examine(sample_project, watched=True)
    assert result.outcome is Outcome.CLEAN, said(result)
    assert result.notes == ("not applied there yet: 20260301000000_next.sql",)


def test_a_server_to_work_on_is_no_database_to_watch(
    sample_project: Project, empty_database: str
) -> None:
    done = sample_project.check("models", env={"DATABASE_URL": empty_database})
    assert done.returncode == 0, done.stdout
    assert "the migrated database" in done.stdout
    done = sample_project.check("models", "--url", empty_database)
    assert done.returncode == 1, done.stdout
    assert f"/{parse_url(empty_database).database}" in done.stdout
    done = sample_project.check("models", "--url", "postgres://plumb:secret@127.0.0.1:1/plumb")
    assert done.returncode == 2
    assert "secret" not in done.stdout + done.stderr
