"""What is said of queries, with a real sqlc and a real server."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.errors import LocatedError, PlumbError

from .conftest import CONFIG, Describe

TYPICAL = """\
-- Customers and their invoices.

-- name: ListInvoices :many
-- Their invoices.
select c.name, c.mail, i.total, i.state, i.rate, i.total * 2::numeric(5,1) as twice
from customer as c left join invoice as i on i.customer_id = c.id
where c.id = any(@ids::bigint[]) and (sqlc.narg('state')::invoice_state is null or i.paid_at > $3);

-- name: SumUp :one
-- non-null: total
-- nullable: state
select state, count(*), sum(total) as total, max(paid_at) as latest from invoice group by state;

-- name: GetCustomer :one
select * from customer where mail = @mail;

-- name: Embedded :many
select sqlc.embed(customer), sqlc.embed(i), i.details as extra
from customer left join invoice as i on i.customer_id = customer.id
where customer.id in (sqlc.slice('customer_ids')) and customer.mail is not null;

-- name: ListOpen :many
select * from open_invoice;

-- name: AddCustomer :exec
insert into customer (name, mail, tags) values ($1, $2, $3);

-- name: CountAll :one
select count(*) from invoice;

-- name: ImportCustomers :copyfrom
insert into customer (name, mail, tags) values ($1, $2, $3);
"""


def columns_of(query: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        each["name"]: (each["pg_type"], each["py_type"], each["nullable"])
        for each in query["columns"]
    }


def params_of(query: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(each.values()) for each in query["params"]]


def test_typical_queries(folder: Path, describe: Describe) -> None:
    (folder / "query" / "all.sql").write_text(TYPICAL)
    found = describe()
    assert list(found) == ["version", "queries", "errors"]
    assert found["version"] == 1
    assert found["errors"] == []
    assert [(each["name"], each["line"], each["cmd"]) for each in found["queries"]] == [
        ("ListInvoices", 3, ":many"),
        ("SumUp", 9, ":one"),
        ("GetCustomer", 14, ":one"),
        ("Embedded", 17, ":many"),
        ("ListOpen", 22, ":many"),
        ("AddCustomer", 25, ":exec"),
        ("CountAll", 28, ":one"),
        ("ImportCustomers", 31, ":copyfrom"),
    ]
    for query in found["queries"]:
        assert list(query) == ["name", "file", "line", "cmd", "params", "columns"]
        assert query["file"] == "query/all.sql"
    queries = {each["name"]: each for each in found["queries"]}

    query = queries["ListInvoices"]
    assert list(query["params"][0]) == ["name", "pg_type", "py_type", "nullable"]
    assert params_of(query) == [
        ("ids", "bigint[]", "Sequence[int | None]", False),
        ("state", "invoice_state", "enums.InvoiceState | None", True),
        ("paid_at", "timestamp with time zone", "datetime.datetime", False),
    ]
    assert list(query["columns"][0]) == ["name", "pg_type", "py_type", "nullable", "reason"]
    assert columns_of(query) == {
        "name": ("character varying(80)", "str", False),
        "mail": ("email", "models.Email | None", True),
        "total": ("numeric(12,2)", "Numeric | None", True),
        "state": ("invoice_state", "enums.InvoiceState | None", True),
        "rate": ("billing.money_pair", "models.BillingMoneyPair | None", True),
        "twice": ("numeric", "Numeric | None", True),
    }
    reasons = {each["name"]: each["reason"] for each in query["columns"]}
    assert reasons["name"] == "NOT NULL in customer"
    assert "outer join" in reasons["total"]

    query = queries["SumUp"]
    assert columns_of(query) == {
        "state": ("invoice_state", "enums.InvoiceState | None", True),
        "count": ("bigint", "int", False),
        "total": ("numeric", "Numeric", False),
        "latest": ("timestamp with time zone", "datetime.datetime | None", True),
    }
    reasons = {each["name"]: each["reason"] for each in query["columns"]}
    assert reasons["state"].startswith("asserted by the query's comment, in spite of: NOT NULL in")
    assert reasons["count"] == "count() counts"
    assert "max()" in reasons["latest"]

    query = queries["GetCustomer"]
    # PostgreSQL compares texts; code takes what the column is.
    assert params_of(query) == [("mail", "text", "models.Email", False)]
    mail = query["columns"][2]
    assert (mail["name"], mail["py_type"], mail["nullable"]) == (
        "mail",
        "models.Email | None",
        True,
    )
    # The comparison proves it, but the row is the table's model.
    assert mail["reason"].startswith("a field of models.Customer that may be None; ")

    query = queries["Embedded"]
    assert params_of(query) == [("customer_ids", "bigint[]", "Sequence[int]", False)]
    embeds = [(each["name"], each.get("embed")) for each in query["columns"]]
    assert embeds[0] == ("id", "customer")
    assert embeds[4] == ("id", "i")
    assert embeds[-1] == ("extra", None)
    customer, invoice = query["columns"][0], query["columns"][4]
    assert (customer["embed_py_type"], customer["nullable"]) == ("models.Customer", False)
    assert (invoice["embed_py_type"], invoice["nullable"]) == ("models.Invoice | None", True)
    assert (invoice["py_type"], "outer join" in invoice["reason"]) == ("int", True)
    assert (query["columns"][-3]["name"], query["columns"][-3]["py_type"]) == ("details", "Details")
    assert (query["columns"][-1]["pg_type"], query["columns"][-1]["py_type"]) == (
        "jsonb",
        "Details | None",
    )

    assert columns_of(queries["ListOpen"])["total"] == ("numeric(12,2)", "Numeric", False)
    assert queries["ListOpen"]["columns"][0]["reason"].startswith("open_invoice: ")

    assert queries["AddCustomer"]["columns"] == []
    assert params_of(queries["AddCustomer"]) == [
        ("name", "character varying", "str", False),
        ("mail", "email", "models.Email | None", True),
        ("tags", "text[]", "Sequence[str | None]", False),
    ]
    assert queries["ImportCustomers"]["params"] == queries["AddCustomer"]["params"]
    assert columns_of(queries["CountAll"]) == {"count": ("bigint", "int", False)}


REJECTED = """\
-- name: Right :one
select id from customer where name = $1;

-- name: Wrong :one
select id,
    no_such_column
from customer;

-- name: Catalogs :many
select relname, relnamespace::regnamespace::text from pg_class;

-- name: Typo :one
selec 1;

-- name: Right :one
select 1;

-- name: Untyped :one
select 'é', $1 is null;

-- name: Nothing :one
delete from customer where id = $1;

-- name: Whole :many
select customer, 1 as one from customer;

-- name: Tree :many
with recursive tree as (
    select id, 1 as depth from customer union all
    select tree.id, tree.depth + 1 from tree where tree.depth < @deepest::int
)
select id, depth from tree

-- name: Last :one
-- non-null: nobody
select name from customer;
"""


def managed_databases(url: str) -> set[str]:
    """The databases that sqlc has made on the server; other tests let it."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select datname from pg_database where datname ~ '^sqlc_managed'")
        return {name for (name,) in rows}


def test_what_is_rejected_hurts_nothing_else(
    folder: Path, describe: Describe, empty_database: str
) -> None:
    before = managed_databases(empty_database)
    (folder / "query" / "a.sql").write_text("-- name: First :one\nselect 1 as one;\n")
    (folder / "query" / "b.sql").write_text(REJECTED)
    found = describe()
    described = {each["name"]: each for each in found["queries"]}
    assert list(described) == ["First", "Right", "Catalogs", "Tree"]
    assert columns_of(described["Catalogs"]) == {
        "relname": ("name", "str", False),
        "relnamespace": ("text", "str", False),
    }
    assert params_of(described["Tree"]) == [("deepest", "integer", "int", False)]
    assert columns_of(described["Tree"])["depth"][:1] == ("integer",)
    assert list(found["errors"][0]) == ["file", "line", "column", "query", "message", "hint"]
    assert {each["file"] for each in found["errors"]} == {"query/b.sql"}
    places = [(each["line"], each["column"], each["query"]) for each in found["errors"]]
    assert places == [
        (6, 5, "Wrong"),
        (13, 1, "Typo"),
        (16, 1, "Right"),
        (19, 1, "Untyped"),
        (22, 1, "Nothing"),
        (25, 8, "Whole"),
        (32, 27, "Tree"),
        (36, 1, "Last"),
    ]
    messages = [each["message"] for each in found["errors"]]
    assert messages[0] == 'column "no_such_column" does not exist'
    assert messages[1] == 'syntax error at or near "selec"'
    assert "duplicate" in messages[2]
    assert "type of parameter" in messages[3]
    assert "::type" in found["errors"][3]["hint"]
    assert "RETURNING" in messages[4]
    assert messages[5] == 'column "customer" does not exist'  # as sqlc sees it
    assert "semicolon" in messages[6]
    assert '"nobody"' in messages[7]
    # The shadow is all that is asked: sqlc makes no database of its own.
    assert managed_databases(empty_database) == before


def test_any_configuration(
    folder: Path, describe: Describe, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two blocks, one of them for Go, in a folder that is no project of ours."""
    place = folder / "other" / "deep"
    (place / "sql").mkdir(parents=True)
    (place / "a b.sql").write_text("create table t (a int not null);")
    (place / "sql" / "q.sql").write_text("-- name: A :many\nselect * from t;\n")
    (place / "sql" / "w.sql").write_text("-- name: W :many\nselect wrong from t;\n")
    config = place / "mine.yml"
    text = CONFIG.format(url=empty_database).replace("schema.sql", "../../schema.sql")
    config.write_text(
        text.replace("[query]", "../../query")
        + '  - {engine: mysql, schema: x, queries: x, gen: {go: {out: "g", package: g}}}\n'
        '  - {engine: postgresql, schema: "a b.sql", queries: [sql/q.sql, sql/w.sql],'
        ' gen: {go: {out: "g", package: g}}}\n'
    )
    (folder / "query" / "all.sql").write_text("-- name: B :many\nselect mail from customer;\n")
    found = describe(config=config)
    assert [(each["name"], each["file"]) for each in found["queries"]] == [
        ("B", "../../query/all.sql"),
        ("A", "sql/q.sql"),
    ]
    assert [(each["query"], each["file"]) for each in found["errors"]] == [("W", "sql/w.sql")]

    # A file that is not named yet belongs to the block with files beside it.
    monkeypatch.chdir(place / "sql")
    (place / "sql" / "new.sql").write_text("select a + 1 as b from t")
    found = describe("new.sql", config=config)
    assert [(each["name"], each["file"]) for each in found["queries"]] == [("query", "sql/new.sql")]
    assert columns_of(found["queries"][0]) == {"b": ("integer", "int", False)}


def test_what_can_not_be_read(folder: Path, describe: Describe) -> None:
    with pytest.raises(PlumbError, match=r"no query file nope\.sql"):
        describe("nope.sql")
    config = folder / "sqlc.yaml"
    text = config.read_text()
    for old, new, message in (
        ("queries: [query]", "queries: [nope]", "nope: no such file"),
        ("queries: [query]", "querys: [query]", "`queries:`"),
        ("schema: schema.sql", "schema: nope.sql", r"nope\.sql: no such file"),
        ("engine: postgresql\n", "engine: sqlite\n", "`engine: postgresql`"),
        ("overrides:", "override:", 'no option "override"'),
        ("invoice.details", "invoice.nope", r'no column "invoice\.nope"'),
    ):
        config.write_text(text.replace(old, new))
        with pytest.raises(PlumbError, match=message):
            describe()
    config.write_text(text)
    (folder / "schema.sql").write_text("create table t (\n  a nope\n);\n")
    with pytest.raises(LocatedError, match=r'schema\.sql:2:5: type "nope" does not exist'):
        describe()


def test_unknown_key_in_the_configuration(folder: Path, describe: Describe) -> None:
    config = folder / "sqlc.yaml"
    config.write_text(config.read_text().replace("    codegen:", "    ruless: []\n    codegen:"))
    (folder / "query" / "q.sql").write_text("-- name: A :one\nselect 1;\n")
    with pytest.raises(PlumbError, match=r"(?s)parsing sqlc\.yaml.*ruless"):
        describe()


def test_no_queries_at_all(folder: Path, describe: Describe) -> None:
    (folder / "query" / "q.sql").write_text("select 1;\n")
    assert describe() == {"version": 1, "queries": [], "errors": []}
