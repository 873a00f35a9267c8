"""A scratch project whose queries are described."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.describe import to_json
from pgplumb.describing import describe_queries
from pgplumb.settings import load_settings

CONFIG = """
version: "2"
plugins:
  - name: py
    process: {{cmd: pgplumb-sqlc, format: json}}
    env: [DATABASE_URL]
servers:
  - {{engine: postgresql, uri: "{url}"}}
sql:
  - engine: postgresql
    schema: schema.sql
    queries: [query]
    database: {{managed: true}}
    analyzer: {{database: false}}
    codegen:
      - plugin: py
        out: generated
        options:
          overrides:
            - {{column: invoice.details, py_type: app.types.Details}}
"""

SCHEMA = """
create type invoice_state as enum ('open', 'paid');
create domain email as text check (value like '%@%');
create schema billing;
create type billing.money_pair as (amount numeric, currency text);
create table customer (
    id bigint generated always as identity primary key,
    name varchar(80) not null,
    mail email,
    tags text[] not null
);
create table invoice (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customer,
    state invoice_state not null,
    total numeric(12,2) not null,
    rate billing.money_pair,
    details jsonb not null,
    paid_at timestamptz
);
create view open_invoice as select id, total, paid_at from invoice where state = 'open';
"""

Describe = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, empty_database: str) -> Path:
    """A project with a schema and an empty folder of queries."""
    (tmp_path / "query").mkdir()
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "sqlc.yaml").write_text(CONFIG.format(url=empty_database))
    return tmp_path


@pytest.fixture
def describe(folder: Path) -> Describe:
    """Describes what is in the project, or one file of it, as JSON."""

    def described(given: str | None = None, *, config: Path | None = None) -> dict[str, Any]:
        file = config or folder / "sqlc.yaml"
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        report = describe_queries(load_settings(config=file, environ={}), file, given)
        after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert before == after
        return to_json(report)

    return described
