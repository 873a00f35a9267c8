"""`plumb schema ...`: what its commands take. Their work is in schema.py."""
# ruff: noqa: PLC0415  (the imports inside the commands: `plumb --help` is there at once)

from pathlib import Path
from typing import Annotated

import typer

schema_app = typer.Typer(
    help="Compare schemas, and show them: files, folders, migrations, databases.\n\n"
    "A schema is an SQL file, a folder of .sql files in any order, a folder of migrations, a "
    "database URL (only read), - for standard input, or the word empty.\n\n"
    "Example: plumb schema diff --from db/migrations --to db/schema",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Owners = Annotated[
    bool, typer.Option("--owners/--no-owners", help="Whether it matters who owns what.")
]


@schema_app.command("diff")
def schema_diff(
    before: Annotated[
        str, typer.Option("--from", metavar="SCHEMA", help="What there is.", show_default=False)
    ],
    after: Annotated[str, typer.Option("--to", metavar="SCHEMA", help="What there should be.")],
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 when the two differ.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON (see docs/schema.md).")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file.", show_default=False),
    ] = None,
    owners: Annotated[
        bool | None,
        typer.Option(
            "--owners/--no-owners",
            help="Whether it matters who owns what. Default: between files of SQL.",
            show_default=False,
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Lock tables as little as can be: CONCURRENTLY, NOT VALID then VALIDATE.",
        ),
    ] = False,
    column_order: Annotated[
        bool | None,
        typer.Option(
            "--column-order/--no-column-order",
            help="Bring columns into order, too; rewrites tables. Default: between files of SQL.",
            show_default=False,
        ),
    ] = None,
    allow_drop: Annotated[
        bool, typer.Option("--allow-drop", help="Do not warn of statements that lose data.")
    ] = False,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="The way back: from --to to --from.")
    ] = False,
) -> None:
    """Print the SQL that turns one schema into another.

    The SQL has run in a copy of the first schema, and has given the second: where that can't be
    done, nothing is printed. No database that is named is changed.

    Exit codes: 0 the SQL is printed, 1 with --exit-code: the two differ, 2 it could not be done.

    Example: plumb schema diff --from "$DATABASE_URL" --to db/schema
    """
    from pgplumb.cli import schema as schema_command

    options = schema_command.DiffOptions(
        exit_code=exit_code,
        as_json=as_json,
        output=output,
        owners=owners,
        online=online,
        column_order=column_order,
        allow_drop=allow_drop,
        reverse=reverse,
    )
    raise typer.Exit(schema_command.diff(before, after, options))


@schema_app.command("inspect")
def schema_inspect(
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", show_default=False)],
    *,
    split_to: Annotated[
        Path | None,
        typer.Option(
            help="Write files by kind (tables.sql, views.sql, ...) into this folder.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --split-to: replace files that are there.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON (see docs/schema.md).")
    ] = False,
    owners: _Owners = False,
) -> None:
    """Print a schema as SQL, in an order that PostgreSQL takes.

    Example: plumb schema inspect "$DATABASE_URL" --split-to db/schema
    """
    from pgplumb.cli import schema as schema_command

    options = schema_command.InspectOptions(
        as_json=as_json, split_to=split_to, force=force, owners=owners
    )
    raise typer.Exit(schema_command.inspect(schema, options))
