"""The command `plumb`.

Exit codes: 0 all is well, 1 something was found, 2 the command could not do its work, 130 Ctrl-C.
Each command imports what it needs when it runs, so that `plumb --help` is there at once.
"""
# ruff: noqa: PLC0415  (the imports inside the commands, for the reason above)

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from pgplumb.cli import terminal
from pgplumb.cli.schema_commands import schema_app
from pgplumb.errors import PlumbError

_COULD_NOT_RUN: Final = 2

app = typer.Typer(
    name="plumb",
    help="Development PostgreSQL, code generation and gates for a sqlc + Atlas project.\n\n"
    "Settings come from the environment, then from .env: DATABASE_URL (another database or "
    "server), PLUMB_PORT (another port for the development server), PLUMB_PG_BIN (other "
    "PostgreSQL programs), PLUMB_ATLAS (another atlas).\n\n"
    "Exit codes: 0 all is well, 1 something was found, 2 could not run.\n\n"
    "Example: plumb up && plumb generate && plumb check",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(schema_app, name="schema")


@app.callback()
def _options(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        terminal.out(f"plumb {version_of('pgplumb')}")
        raise typer.Exit


@app.command()
def init(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The project's folder: NAME, or PATH/NAME.")
    ],
    *,
    adopt: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="Take the schema of this database, which is only read.",
            show_default=False,
        ),
    ] = None,
    mark: Annotated[
        bool,
        typer.Option(
            "--mark",
            help="With --from: tell that database that it has the first migration.",
        ),
    ] = False,
    scratch: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="A server to try the schema out on; by default a temporary one.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=1024, max=65535, help="The development server's port.", show_default="by NAME"
        ),
    ] = None,
    git: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Have the tools from this repository rather than copied into packages/.",
            show_default=False,
        ),
    ] = None,
    rev: Annotated[
        str | None,
        typer.Option(help="With --git: its commit, tag or branch.", show_default=False),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            help="A clone of the template; by default the one that plumb runs from.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Start a project: the template without its example, or for a database that is there.

    The new project has its own pipeline, gates, tests and CI. With --from it has the database's
    schema in db/schema, a first migration that makes it, queries by primary key in db/query, and
    the code for them. Nothing is overwritten, and when something fails nothing is left behind.

    Example: plumb init ../shop --from "$DATABASE_URL"
    """
    from pgplumb.cli import init as init_command

    options = init_command.Options(
        adopt=adopt, mark=mark, scratch=scratch, port=port, git=git, rev=rev, template=template
    )
    raise typer.Exit(init_command.run(name, options))


@app.command()
def up() -> None:
    """Start the development PostgreSQL, or check that DATABASE_URL's server answers.

    The server goes on running when the command ends; `plumb down` stops it. Its data stays in
    .plumb/postgres.

    Example: plumb up
    """
    from pgplumb.cli import server_commands

    server_commands.up()


@app.command()
def down() -> None:
    """Stop the development PostgreSQL. Its data stays.

    Example: plumb down
    """
    from pgplumb.cli import server_commands

    server_commands.down()


@app.command()
def status() -> None:
    """Show which server is used and whether it runs. Exit code 1 when it does not.

    Example: plumb status
    """
    from pgplumb.cli import server_commands

    raise typer.Exit(server_commands.status())


@app.command()
def url() -> None:
    """Print the database's URL, with its password.

    Example: DATABASE_URL="$(plumb url)" python -m app
    """
    from pgplumb.settings import load_settings

    terminal.out(load_settings().database_url)


@app.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "help_option_names": ["--help"],
    }
)
def psql(context: typer.Context) -> None:
    """Open psql on the database; arguments are psql's own. Starts the server if need be.

    Example: plumb psql -c "SELECT count(*) FROM contact"
    """
    from pgplumb.cli import server_commands

    server_commands.psql(context.args)


@app.command()
def doctor() -> None:
    """Check everything the project needs, and say how to mend what is wrong.

    Example: plumb doctor
    """
    from pgplumb.cli import doctor as doctor_command

    raise typer.Exit(doctor_command.run())


@app.command()
def generate() -> None:
    """Run `sqlc generate` against the database that plumb uses. Starts the server if need be.

    With DATABASE_URL set, sqlc uses that server rather than the one written in sqlc.yaml.

    Example: plumb generate
    """
    from pgplumb.cli import generate as generate_command

    raise typer.Exit(generate_command.run())


@app.command()
def describe(
    query_file: Annotated[
        str | None,
        typer.Argument(
            help="One query file, in sqlc.yaml or not; - reads standard input. All by default.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON (see docs/describe.md).")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(help="Another sqlc configuration than sqlc.yaml.", show_default=False),
    ] = None,
) -> None:
    """Show what PostgreSQL says of each query: types, what may be NULL, and why.

    What sqlc or PostgreSQL rejects is shown on stderr, and the rest is described all the same: exit
    code 1. Nothing is executed, and no file is written.

    Example: echo "SELECT max(id) FROM contact" | plumb describe -
    """
    from pgplumb.cli import describe as describe_command

    raise typer.Exit(describe_command.run(query_file, as_json=as_json, config=config))


@app.command()
def diff(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="What the migration is called.")
    ] = "schema",
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the migration instead of writing it.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when there is something to do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (version 1).")] = False,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Lock tables as little as can be: CONCURRENTLY, NOT VALID then VALIDATE.",
        ),
    ] = False,
    allow_drop: Annotated[
        bool, typer.Option("--allow-drop", help="Allow statements that lose data.")
    ] = False,
    reverse: Annotated[
        bool,
        typer.Option("--reverse", help="Print what undoes the latest migration; write nothing."),
    ] = False,
    lock_timeout: Annotated[
        str, typer.Option(help="With --online: how long a statement may wait for a lock.")
    ] = "5s",
) -> None:
    """Write the migration that leads from the migrations to the schema files, whatever is in them.

    The new migration is tried out before it is written: all migrations are replayed, and the
    result is compared with the schema, every kind of object. Where they differ nothing is written.

    Example: plumb diff add_nickname
    """
    from pgplumb.cli import diff as diff_command

    options = diff_command.Options(
        dry_run=dry_run,
        check=check,
        as_json=as_json,
        online=online,
        allow_drop=allow_drop,
        reverse=reverse,
        lock_timeout=lock_timeout,
    )
    raise typer.Exit(diff_command.run(name, options))


_Url = Annotated[
    str | None,
    typer.Option(help="The database; by default the one that plumb uses.", show_default=False),
]
_Env = Annotated[str, typer.Option(help="The environment of atlas.hcl.")]


@app.command()
def apply(
    amount: Annotated[
        int | None,
        typer.Argument(
            min=1, help="The most migrations to apply; all by default.", show_default=False
        ),
    ] = None,
    *,
    env: _Env = "default",
    url: _Url = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be executed; change nothing.")
    ] = False,
    allow_drift: Annotated[
        bool,
        typer.Option("--allow-drift", help="Apply even where the database was changed by hand."),
    ] = False,
    each: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Apply to many databases: a URL a line; - reads standard input.",
            show_default=False,
        ),
    ] = None,
    each_query: Annotated[
        str | None,
        typer.Option(
            metavar="SQL",
            help="Apply to the databases that this query gives, asked of --url: URLs, or names.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="With --each: how many at the same time.")
    ] = 4,
    max_failures: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="With --each: begin no other one after so many that went wrong.",
            show_default="none",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --each: write JSON (see docs/diff.md).")
    ] = False,
) -> None:
    """Run `atlas migrate apply`, between two looks at the database: has anybody changed it?

    The database is compared with what the migrations that it has run make of an empty one. Where
    they differ, nothing is applied.

    With --each or --each-query the same is done with many databases. Those that have all migrations
    are passed over, so that after a failure the same command goes on with the rest.

    Exit codes: 0 applied, 1 the database has drifted, 2 could not run.

    Example: plumb apply --url "$PRODUCTION_URL"

    Example: tenants | plumb apply --each - --jobs 8
    """
    from pgplumb.cli import apply as apply_command

    if each is not None or each_query is not None:
        from pgplumb.cli import apply_many
        from pgplumb.migrations.many import Wishes

        wishes = Wishes(
            amount=amount,
            env=env,
            dry_run=dry_run,
            allow_drift=allow_drift,
            jobs=jobs,
            max_failures=max_failures,
        )
        choice = apply_many.Choice(each, each_query, url)
        raise typer.Exit(apply_many.run(choice, wishes, as_json=as_json))
    options = apply_command.Options(
        amount=amount, env=env, url=url, dry_run=dry_run, allow_drift=allow_drift
    )
    raise typer.Exit(apply_command.run(options))


@app.command()
def baseline(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="What the migration is called.")
    ] = "baseline",
    *,
    env: _Env = "default",
    url: _Url = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the migration instead of writing it.")
    ] = False,
    mark: Annotated[
        bool,
        typer.Option(
            "--mark/--no-mark", help="Tell the database that it has run it (atlas migrate set)."
        ),
    ] = True,
) -> None:
    """Write the first migration of a project whose database is there already.

    The migration is replayed and compared with the database, which is only read. At last the
    database's table of revisions is made to say that the migration has run, so that `plumb apply`
    starts behind it; nothing else is changed there.

    Example: plumb baseline --url "$DATABASE_URL"
    """
    from pgplumb.cli import baseline as baseline_command

    options = baseline_command.Options(name=name, env=env, url=url, dry_run=dry_run, mark=mark)
    raise typer.Exit(baseline_command.run(options))


@app.command()
def check(
    gates: Annotated[
        list[str] | None,
        typer.Argument(help="The gates to run; all of them by default.", show_default=False),
    ] = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON (see docs/gates.md).")
    ] = False,
    sarif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write SARIF 2.1.0, too.", show_default=False),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="PLUMB_LIVE_URL",
            help="A live database, for models and drift. It is only read.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="COMMIT",
            help="Compare with this commit rather than with the main branch.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the gates: is what is committed what it claims to be?

    \b
    generated   the committed code is what the SQL says, file by file
    migrations  the migrations are whole, only grow at their end, and run
    schema      the migrations give what the schema files say
    lint        new migrations destroy nothing and lock no table for long
    queries     every query prepares on the migrated database and keeps to the rules
    models      the models, as imported, are those of the database (or of --url)
    compat      queries of the main branch run on the new schema: rolling releases
    drift       a live database is what its migrations make (needs --url)

    Exit codes: 0 clean, 1 findings, 2 could not run.

    Example: plumb check schema lint
    """
    from pgplumb.cli import check as check_command

    options = check_command.Options(as_json=as_json, sarif=sarif, url=url, base=base)
    raise typer.Exit(check_command.run(gates or [], options))


def main() -> NoReturn:
    """Run the command line and exit."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except PlumbError as error:
        terminal.show_error(error)
    except KeyboardInterrupt:
        _quietly_interrupted()
    except BrokenPipeError:
        # Whoever read our output has seen enough; do not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(_COULD_NOT_RUN)


def _quietly_interrupted() -> NoReturn:
    terminal.end_progress()
    sys.exit(128 + signal.SIGINT)


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    # Raised as an exception so that temporary files are removed on the way out.
    sys.exit(128 + number)
