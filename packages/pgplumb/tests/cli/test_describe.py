"""`plumb describe`, as a person runs it; what it says is tested in tests/describing."""

import ast
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pgplumb.cli import describe as command
from pgplumb.codegen.names import snake_case
from pgplumb.describing import (
    ColumnFacts,
    Problem,
    QueryFacts,
    Report,
    describe_queries,
)
from pgplumb.server import free_port
from pgplumb.settings import load_settings

Run = Callable[..., subprocess.CompletedProcess[str]]

LIST_UPCOMING_EVENTS = """\
db/query/event.sql:{line}: ListUpcomingEvents :many
  parameters
    page_size       integer                   int
  columns
    id              bigint                    int                       never NULL: upcoming_event: NOT NULL in event
    title           text                      str                       never NULL: upcoming_event: NOT NULL in event
    starts_at       timestamp with time zone  datetime.datetime | None  may be NULL: upcoming_event: lower() may give NULL
    ends_at         timestamp with time zone  datetime.datetime         never NULL: upcoming_event: a condition says it is not NULL
    organiser_name  text                      str                       never NULL: upcoming_event: NOT NULL in contact
    location_name   text                      str | None                may be NULL: upcoming_event: an outer join may find no row of location
    attendee_count  bigint                    int                       never NULL: upcoming_event: count() counts
"""  # noqa: E501


def test_text(project: Path, run: Run) -> None:
    done = run("plumb", "describe", "db/query/event.sql")
    assert (done.returncode, done.stderr) == (0, "")
    blocks = {block.split()[1]: f"{block}\n" for block in done.stdout.rstrip().split("\n\n")}
    source = (project / "db" / "query" / "event.sql").read_text()
    line = source.partition("-- name: ListUpcomingEvents")[0].count("\n") + 1
    assert blocks["ListUpcomingEvents"] == LIST_UPCOMING_EVENTS.format(line=line)
    event = [line.split()[0] for line in blocks["GetEvent"].splitlines()]
    assert {"event", "event.title", "contact", "location", "location.name"} <= set(event)


def test_standard_input(run: Run) -> None:
    sql = "select kind, max(credit_limit) from contact where id = $1 group by kind"
    done = run("plumb", "describe", "-", stdin=sql)
    assert (done.returncode, done.stderr) == (0, "")
    first, *rest = done.stdout.splitlines()
    assert first == "<stdin>:1: query :many"
    assert [line.split()[:3] for line in rest] == [
        ["parameters"],
        ["id", "bigint", "int"],
        ["columns"],
        ["kind", "contact_kind", "enums.ContactKind"],
        ["max", "numeric", "Numeric"],
    ]


def test_what_is_rejected(project: Path, run: Run) -> None:
    before = {path: path.read_bytes() for path in (project / "src").rglob("*.py")}
    file = project / "db" / "query" / "extra.sql"
    file.write_text(
        "-- name: Wrong :one\nSELECT id,\n    nope FROM contact;\n"
        "-- name: Right :one\nSELECT 1 AS one;\n"
    )
    done = run("plumb", "describe", "--json", str(file))
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert [query["name"] for query in found["queries"]] == ["Right"]
    assert found["errors"] == [
        {
            "file": "db/query/extra.sql",
            "line": 3,
            "column": 5,
            "query": "Wrong",
            "message": 'column "nope" does not exist',
            "hint": None,
        }
    ]
    assert {path: path.read_bytes() for path in (project / "src").rglob("*.py")} == before


def test_a_problem_for_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    column = ColumnFacts("a", "text", "str | None", nullable=True, reason="of that")
    query = QueryFacts("Right", "q.sql", 1, ":one", (), (column,))
    problem = Problem(
        "no such thing", "q.sql", 4, 10, "Wrong", "Try another.", "    from nope -- é"
    )
    report = Report((query,), (problem,))
    command.show(report)
    shown = capsys.readouterr()
    assert shown.out == (
        "q.sql:1: Right :one\n  columns\n    a  text  str | None  may be NULL: of that\n"
    )
    assert shown.err == (
        "\nq.sql:4:10: Wrong: no such thing\n    from nope -- é\n         ^\n"
        "    Hint: Try another.\n"
    )

    def always(_: object) -> bool:
        return True

    monkeypatch.setattr("pgplumb.cli.terminal.has_colours", always)
    command.show(report)
    shown = capsys.readouterr()
    assert "\x1b[33mmay be NULL: of that\x1b[0m" in shown.out
    assert "\x1b[31mWrong: no such thing\x1b[0m" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope.sql"], "no query file nope.sql"),
        (["--config", "nope.yaml"], "no file nope.yaml"),
        (["-"], "<stdin> holds no query"),
    ],
)
def test_what_can_not_be_described_exits_2(arguments: list[str], message: str, run: Run) -> None:
    done = run("plumb", "describe", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_server_is_down(run: Run) -> None:
    url = f"postgres://u:secret@127.0.0.1:{free_port()}/d"
    done = run("plumb", "describe", "--json", env={"DATABASE_URL": url})
    assert (done.returncode, done.stdout) == (2, "")
    assert "No PostgreSQL answers" in done.stderr
    assert "secret" not in done.stderr


def test_types_are_those_of_the_generated_code(project: Path) -> None:
    """What is said of the template's queries, held against the annotations in src/db."""
    report = describe_queries(load_settings(project, {}), project / "sqlc.yaml", None)
    assert report.problems == ()
    assert len(report.queries) > 20
    models = _classes(project / "src" / "db" / "models.py")
    for query in report.queries:
        path = project / "src" / "db" / Path(query.file).with_suffix(".py").name
        classes = _classes(path)
        function = next(
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.AsyncFunctionDef) and node.name == snake_case(query.name)
        )
        if query.cmd == ":copyfrom":
            arguments = list(classes[f"{query.name}Row"].values())
        elif query.cmd.startswith(":batch"):
            arguments = list(classes[f"{query.name}Item"].values())
        else:
            arguments = [_text(each.annotation) for each in function.args.kwonlyargs]
        assert [each.py_type for each in query.params] == arguments, query.name
        returns = _text(function.returns)
        if query.cmd in (":exec", ":execrows", ":copyfrom", ":batchexec"):
            assert query.columns == ()
        elif f"{query.name}Row" in classes:
            items = [_item(column) for column in query.columns]
            assert list(dict.fromkeys(items)) == list(classes[f"{query.name}Row"].items())
        elif "models." not in returns:
            assert [each.py_type.removesuffix(" | None") for each in query.columns] == [
                returns.removeprefix("list[").removesuffix("]").removesuffix(" | None")
            ]
        else:
            row = next(name for name in models if f"models.{name}" in returns)
            said = {each.name: each.py_type.replace("models.", "") for each in query.columns}
            assert said == models[row], query.name
            for each in query.columns:
                assert each.nullable == each.py_type.endswith("| None") or each.py_type == "Any"


def _item(column: ColumnFacts) -> tuple[str, str]:
    if column.embed is not None:
        return column.embed.name, column.embed.py_type
    return column.name, column.py_type


def _classes(path: Path) -> dict[str, dict[str, str]]:
    """The fields of each class of a module, with their annotations."""
    return {
        node.name: {
            ast.unparse(field.target): _text(field.annotation)
            for field in node.body
            if isinstance(field, ast.AnnAssign)
        }
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }


def _text(annotation: ast.expr | None) -> str:
    assert annotation is not None
    return ast.unparse(annotation)
