"""Kinds of drift: how each comes about, and which gates catch it.

docs/drift-matrix.md is written from this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .conftest import Project, run_in

Change = Callable[[Project], None]
INITIAL = "db/migrations/20260101000000_initial.sql"
PURCHASES = "db/migrations/20260201000000_purchases.sql"
TYPES = "db/schema/10_types.sql"
TABLES = "db/schema/20_tables.sql"
FUNCTIONS = "db/schema/30_functions.sql"
VIEWS = "db/schema/40_views.sql"
ACCESS = "db/schema/50_access.sql"
CODE = "src/db/customer.py"
MODELS = "src/db/models.py"
ENUMS = "src/db/enums.py"


class Where(StrEnum):
    """What somebody has changed, in the words of the documentation."""

    CODE = "Generated code"
    QUERIES = "Queries"
    RULES = "Queries, on the migrated database"
    MODELS = "Models, as imported"
    SCHEMA = "Schema files, or migrations, but not both"
    MIGRATIONS = "Migrations"
    NEW = "New migrations"
    RELEASE = "A release that is rolled out: the queries of main, and this branch's migrations"
    LIVE = "A live database"
    WATCHED = "A live database, and the models that are to read it"


@dataclass(frozen=True)
class Drift:
    """One kind.

    what: in words, with what it is caught by as `gate/rule`, and a part of each message.
    """

    where: Where
    what: str
    change: Change
    caught: dict[str, str]

    @property
    def gates(self) -> set[str]:
        return {rule.partition("/")[0] for rule in self.caught}


def edit(name: str, old: str, new: str) -> Change:
    """Somebody edits a file."""
    return lambda project: project.edit(name, old, new)


def add(name: str, text: str) -> Change:
    """Somebody adds to a file."""
    return lambda project: project.add(name, text)


def execute(statement: str) -> Change:
    """Somebody runs SQL in the live database."""
    return lambda project: project.sql(statement)


def query(text: str) -> Change:
    """Somebody writes a query."""
    return add("db/query/more.sql", text)


def migrate(text: str, name: str = "20260301000000_next") -> Change:
    """Somebody writes a migration."""
    return lambda project: project.migrate(name, text)


def delete(name: str) -> Change:
    return lambda project: (project.root / name).unlink()


def steps(*changes: Change) -> Change:
    """Several changes that are one drift."""

    def change(project: Project) -> None:
        for each in changes:
            each(project)

    return change


def signed(*changes: Change) -> Change:
    """Changes to migrations, and a new atlas.sum."""
    return steps(*changes, Project.sign)


def _format(*options: str) -> Change:
    return lambda project: _ran(run_in(project.root, "ruff", "format", *options, "src/db"))


def _ran(output: str) -> None:
    assert "reformatted" in output


def _rename(project: Project) -> None:
    (project.root / PURCHASES).rename(project.root / PURCHASES.replace("0201", "0202"))
    project.sign()


def _windows_lines(project: Project) -> None:
    path = project.root / CODE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _swap(project: Project) -> None:
    """The second migration comes to stand before the first."""
    (project.root / PURCHASES).rename(project.root / PURCHASES.replace("20260201", "20251231"))
    project.sign()


def schema(what: str, change: Change, rule: str, message: str) -> Drift:
    """A drift between schema files and migrations."""
    return Drift(Where.SCHEMA, what, change, {f"schema/{rule}": message})


def model(what: str, change: Change, rule: str, message: str) -> Drift:
    """A drift between the models and the migrated database."""
    return Drift(Where.MODELS, what, change, {f"models/{rule}": message})


def release(what: str, change: Change, rule: str, message: str) -> Drift:
    """A new migration that programs of the previous version don't survive."""
    return Drift(Where.RELEASE, what, change, {f"compat/{rule}": message})


def watched(what: str, statement: str, rule: str, message: str) -> Drift:
    """A drift between the models and a live database."""
    return Drift(Where.WATCHED, what, execute(statement), {f"models/{rule}": message})


def written(fields: str) -> Change:
    """Somebody writes a model by hand, and says of which table it is."""
    return steps(
        add("pyproject.toml", '[tool.plumb.models]\n"shop:Buyer" = "customer"\n'),
        add(
            "src/shop.py",
            "import datetime\nfrom decimal import Decimal\nfrom pydantic import BaseModel, Field\n"
            "from db import models\nfrom typing import Literal, NewType\n"
            "\n\nclass Buyer(BaseModel):\n"
            + "".join(f"    {field.strip()}\n" for field in fields.split(";")),
        ),
    )


BUYER = (
    "id: int; name: str; email: str | None; mood: Literal['sad', 'ok', 'happy'];"
    "home: models.Address | None; credit: Decimal; name_length: int | None; note: str | None;"
    "since: datetime.datetime = Field(alias='created_at')"
)


def live(what: str, statement: str, rule: str, message: str) -> Drift:
    """A drift of a live database."""
    return Drift(Where.LIVE, what, execute(statement), {f"drift/{rule}": message})


_GENERATED = [
    Drift(
        Where.CODE,
        "a file edited by hand",
        add(CODE, "# mended\n"),
        {"generated/changed": "src/db/customer.py is not what is generated"},
    ),
    Drift(
        Where.CODE,
        "a file deleted",
        delete(CODE),
        {"generated/missing": "src/db/customer.py is missing"},
    ),
    Drift(
        Where.CODE,
        "a module whose query file is gone",
        add("src/db/supplier.py", "SUPPLIERS = 1\n"),
        {"generated/orphaned": "src/db/supplier.py is generated by nothing"},
    ),
    Drift(
        Where.CODE,
        "a formatter with other settings run on it",
        _format("--line-length=60"),
        {"generated/changed": "is not what is generated"},
    ),
    Drift(
        Where.CODE,
        "line ends changed",
        _windows_lines,
        {"generated/changed": "src/db/customer.py is not what is generated"},
    ),
]
_QUERIES = [
    Drift(
        Where.QUERIES,
        "a query changed, and the code not generated again",
        edit("db/query/purchase.sql", "purchase.price, customer", "purchase.tags, customer"),
        {"generated/changed": "src/db/purchase.py is not what is generated"},
    ),
    Drift(
        Where.QUERIES,
        "a query that names what the schema has not",
        edit("db/query/purchase.sql", "purchase.price, customer", "purchase.cost, customer"),
        {
            "generated/refused": 'column "cost" does not exist',
            "queries/refused": "ListPurchases: column purchase.cost does not exist",
        },
    ),
    Drift(
        Where.QUERIES,
        "a query that sqlc takes and PostgreSQL refuses",
        add("db/query/purchase.sql", "\n-- name: Next :one\nselect nextval('no_such') as next;\n"),
        {
            "generated/refused": 'relation "no_such" does not exist',
            "queries/does-not-prepare": 'Next: relation "no_such" does not exist',
        },
    ),
    Drift(
        Where.QUERIES,
        "a column of the schema, and neither migrated nor generated",
        edit(TABLES, "    note text,\n", "    note text,\n    nickname text,\n"),
        {
            "generated/changed": "src/db/models.py is not what is generated",
            "schema/missing": "column public.customer.nickname is missing",
            "queries/does-not-prepare": 'GetCustomer: column "nickname" does not exist',
        },
    ),
]
_RULES = [
    Drift(
        Where.RULES,
        "a column that a query names dropped by a migration",
        migrate("alter table purchase drop column price cascade;\n"),
        {"queries/does-not-prepare": "ListPurchases: column purchase.price does not exist"},
    ),
    Drift(
        Where.RULES,
        "a column that a query names renamed by a migration",
        migrate("alter table customer rename column mood to temper;\n"),
        {"queries/does-not-prepare": 'ListCustomers: column "mood" does not exist'},
    ),
    Drift(
        Where.RULES,
        "a DELETE without WHERE",
        query("-- name: Forget :exec\ndelete from event_log;\n"),
        {
            "queries/no-where": "Forget: the DELETE removes every row: it has no WHERE",
        },
    ),
    Drift(
        Where.RULES,
        "an UPDATE without WHERE, in a WITH",
        query(
            "-- name: Freeze :many\nwith frozen as (update customer set credit = 0 returning id)\n"
            "select id from frozen where id > 1;\n"
        ),
        {
            "queries/no-where": "Freeze: the UPDATE changes every row: it has no WHERE",
        },
    ),
    Drift(
        Where.RULES,
        "a star in what an API hands out",
        edit("db/query/customer.sql", "-- One customer.\n", "-- One customer.\n-- plumb:api\n"),
        {"queries/star-in-api": "GetCustomer: the star hands out whatever the table holds"},
    ),
    Drift(
        Where.RULES,
        "a large table that can only be read from end to end",
        steps(
            add(TABLES, "-- plumb:large table purchase\n"),
            query("-- name: CountDear :one\nselect count(*) from purchase where price > $1;\n"),
        ),
        {
            "queries/full-scan": "CountDear: reads all of public.purchase, row by row",
        },
    ),
    Drift(
        Where.RULES,
        "the index that a query on a large table needs dropped",
        signed(
            edit(TABLES, "create index purchase_customer_id on purchase (customer_id);\n", ""),
            add(TABLES, "-- plumb:large table purchase\n"),
            add("db/migrations/20260301000000_n.sql", "drop index purchase_customer_id;\n"),
        ),
        {"queries/full-scan": "ListPurchases: reads all of public.purchase, row by row"},
    ),
    Drift(
        Where.RULES,
        "a rule silenced without a reason",
        query("-- plumb:ignore no-where\n-- name: Forget :exec\ndelete from event_log;\n"),
        {
            "queries/ignore-without-reason": "`-- plumb:ignore no-where` gives no reason",
        },
    ),
    Drift(
        Where.RULES,
        "a rule of sqlc.yaml broken",
        steps(
            edit(
                "sqlc.yaml",
                "sql:\n",
                "rules:\n  - name: no-order\n    message: sorted elsewhere\n"
                "    rule: query.sql.contains('order by')\nsql:\n",
            ),
            edit("sqlc.yaml", "      - sqlc/db-prepare\n", "      - no-order\n"),
        ),
        {"queries/no-order": "ListCustomers: sorted elsewhere"},
    ),
]
_MODELS = [
    model(
        "a field missing",
        edit(MODELS, "    note: str | None\n", ""),
        "missing-field",
        "column public.customer.note has no field in models.Customer",
    ),
    model(
        "a field that no column has",
        edit(MODELS, "    note: str | None\n", "    note: str | None\n    remark: str | None\n"),
        "extra-field",
        "models.Customer.remark is of no column of table public.customer",
    ),
    model(
        "a field of another type",
        edit(MODELS, "    note: str | None\n", "    note: int | None\n"),
        "type",
        "models.Customer.note: type is int | None and should be str | None",
    ),
    model(
        "a field that takes no None",
        edit(MODELS, "    note: str | None\n", "    note: str\n"),
        "nullable",
        "models.Customer.note takes no None, and column public.customer.note may be NULL",
    ),
    model(
        "a field that takes None for nothing",
        edit(MODELS, "    mood: enums.Mood\n", "    mood: enums.Mood | None\n"),
        "nullable",
        "models.Customer.mood may be None, and column public.customer.mood is never NULL",
    ),
    model(
        "a label of an enum lost",
        edit(ENUMS, '    HAPPY = "happy"\n', ""),
        "labels",
        "enums.Mood: labels are sad, ok and should be sad, ok, happy",
    ),
    Drift(
        Where.MODELS,
        "a model renamed",
        edit(MODELS, "class EventLog(", "class Log("),
        {
            "models/missing-model": "table public.event_log has no model",
            "models/extra-model": "models.Log is of no table, view or type",
        },
    ),
    model(
        "a module that does not import",
        add(CODE, "raise RuntimeError('no such luck')\n"),
        "does-not-import",
        "db.customer does not import: RuntimeError: no such luck",
    ),
    model(
        "a module that is no Python",
        add(MODELS, "class Broken(:\n"),
        "does-not-import",
        "does not import: SyntaxError: invalid syntax",
    ),
    model(
        "a column dropped by a migration",
        migrate("alter table customer drop column note;\n"),
        "extra-field",
        "models.Customer.note is of no column of table public.customer",
    ),
    Drift(
        Where.MODELS,
        "a column renamed by a migration",
        migrate("alter table customer rename column note to remark;\n"),
        {
            "models/missing-field": "column public.customer.remark has no field",
            "models/extra-field": "models.Customer.note is of no column",
        },
    ),
    model(
        "a column's type changed by a migration",
        migrate("alter table customer alter column note type integer using 0;\n"),
        "type",
        "models.Customer.note: type is str | None and should be int | None",
    ),
    model(
        "a column of a hand-written model's table without a field",
        written(BUYER.replace(" note: str | None;", "")),
        "missing-field",
        "column public.customer.note has no field in shop:Buyer",
    ),
    model(
        "a hand-written field of another type",
        written(BUYER.replace("credit: Decimal", "credit: float")),
        "type",
        "shop:Buyer.credit: type is float and should be Decimal",
    ),
    model(
        "a hand-written enum with other labels",
        written(BUYER.replace("'happy'", "'glad'")),
        "type",
        "shop:Buyer.mood: type is Literal['sad', 'ok', 'glad'] and should be enums.Mood",
    ),
]
_SCHEMA = [
    schema(
        "column dropped",
        edit(TABLES, "    note text,\n", ""),
        "unexpected",
        "column public.customer.note is one too many",
    ),
    schema(
        "column type changed",
        edit(TABLES, "credit numeric(12, 2)", "credit numeric(14, 2)"),
        "different",
        "column public.customer.credit: type is numeric(12,2) and should be numeric(14,2)",
    ),
    schema(
        "nullability changed",
        edit(TABLES, "    note text,\n", "    note text not null,\n"),
        "different",
        "column public.customer.note: not null is none and should be NOT NULL",
    ),
    schema(
        "default changed",
        edit(TABLES, "default 'ok'", "default 'happy'"),
        "different",
        "default public.customer.mood: expression is 'ok'::public.mood and should be",
    ),
    schema(
        "generated column's expression changed",
        edit(TABLES, "(length(name))", "(length(name) + 1)"),
        "different",
        "column public.customer.name_length: generated is",
    ),
    schema(
        "identity column changed",
        edit(
            TABLES,
            "id bigint generated always as identity primary key,\n    name",
            "id bigint generated by default as identity primary key,\n    name",
        ),
        "different",
        "column public.customer.id: identity is",
    ),
    schema(
        "CHECK changed",
        edit(TABLES, "credit >= -100", "credit >= -200"),
        "different",
        "constraint public.customer.customer_credit_is_enough: definition is",
    ),
    schema(
        "UNIQUE dropped",
        edit(TABLES, "default 0,\n    name_length", "default 0 unique,\n    name_length"),
        "missing",
        "constraint public.customer.customer_credit_key is missing",
    ),
    schema(
        "foreign key's action changed",
        edit(TABLES, "on delete restrict", "on delete cascade"),
        "different",
        "constraint public.purchase.purchase_customer_id_fkey: definition is",
    ),
    schema(
        "index dropped",
        edit(TABLES, "create index customer_name on customer (name);\n", ""),
        "unexpected",
        "index public.customer_name is one too many",
    ),
    schema(
        "index changed",
        edit(TABLES, "(created_at desc)", "(created_at)"),
        "different",
        "index public.customer_created_at: definition is",
    ),
    schema(
        "table added",
        add(TABLES, "\ncreate table supplier (id bigint primary key);\n"),
        "missing",
        "table public.supplier is missing",
    ),
    schema(
        "replica identity changed",
        add(TABLES, "\nalter table customer replica identity full;\n"),
        "missing",
        "replica identity public.customer is missing",
    ),
    schema(
        "partition's bounds changed",
        edit(TABLES, "'2027-01-01 00:00:00+00'", "'2028-01-01 00:00:00+00'"),
        "different",
        "event_log_2026",
    ),
    schema(
        "extended statistics changed",
        edit(TABLES, "(dependencies)", "(ndistinct)"),
        "different",
        "statistics public.purchase_price_by_customer: kinds are dependencies and should be",
    ),
    schema(
        "table's comment changed",
        edit(TABLES, "customer is 'Who buys'", "customer is 'Who has bought'"),
        "different",
        "table public.customer: comment is Who buys and should be Who has bought",
    ),
    schema(
        "enum value added on one side",
        edit(TYPES, "'happy')", "'happy', 'glad')"),
        "different",
        "enum public.mood: labels are sad, ok, happy and should be sad, ok, happy, glad",
    ),
    schema(
        "enum values in another order",
        edit(TYPES, "('sad', 'ok', 'happy')", "('happy', 'ok', 'sad')"),
        "different",
        "enum public.mood: labels are sad, ok, happy and should be happy, ok, sad",
    ),
    schema(
        "domain's CHECK changed",
        edit(TYPES, "'^[^@]+@[^@]+$'", "'^.+@.+$'"),
        "different",
        "domain constraint public.email_address.email_address_has_one_at: definition is",
    ),
    Drift(
        Where.SCHEMA,
        "attribute of a composite type added",
        edit(TYPES, "    city text\n", "    city text,\n    country text\n"),
        {
            "schema/different": "composite type public.address: attributes are not as expected",
            "schema/missing": "column public.address.country is missing",
        },
    ),
    schema(
        "range type changed",
        edit(TYPES, "subtype = numeric", "subtype = bigint"),
        "different",
        "range type public.price_range: subtype is numeric and should be bigint",
    ),
    schema(
        "sequence changed",
        edit(TYPES, "increment by 10", "increment by 20"),
        "different",
        "sequence public.invoice_number: options are",
    ),
    schema(
        "extension added",
        add(TYPES, "create extension pg_trgm;\n"),
        "missing",
        "extension pg_trgm is missing",
    ),
    schema(
        "function's body changed",
        edit(FUNCTIONS, "(customer).credit > 0", "(customer).credit > 10"),
        "different",
        "function public.is_good(public.customer): definition is not as expected",
    ),
    schema(
        "function's volatility changed",
        edit(FUNCTIONS, "language sql stable", "language sql volatile"),
        "different",
        "function public.is_good(public.customer): definition is not as expected",
    ),
    schema(
        "procedure added",
        add(FUNCTIONS, "\ncreate procedure nothing() language sql begin atomic end;\n"),
        "missing",
        "procedure public.nothing() is missing",
    ),
    schema(
        "aggregate changed",
        edit(FUNCTIONS, "stype = text)", "stype = text, initcond = 'x')"),
        "different",
        "aggregate public.longest(text)",
    ),
    schema(
        "trigger changed",
        edit(FUNCTIONS, "before insert on", "before insert or update on"),
        "different",
        "trigger public.customer.customer_keep_name: definition is",
    ),
    schema(
        "trigger disabled",
        add(FUNCTIONS, "\nalter table customer disable trigger customer_keep_name;\n"),
        "different",
        "trigger public.customer.customer_keep_name: enabled is on and should be off",
    ),
    schema(
        "view's query changed",
        edit(VIEWS, "credit > 0", "credit > 1"),
        "different",
        "view public.good_customer: definition is not as expected",
    ),
    schema(
        "view's option lost",
        edit(VIEWS, " with (security_invoker = true)", ""),
        "different",
        "view public.good_customer: options are security_invoker=true and should be none",
    ),
    schema(
        "materialized view's query changed",
        edit(VIEWS, "sum(purchase.price)", "max(purchase.price)"),
        "different",
        "materialized view public.turnover: definition is not as expected",
    ),
    schema(
        "rule added",
        add(VIEWS, "\ncreate rule quiet as on insert to event_log do instead nothing;\n"),
        "missing",
        "rule public.event_log.quiet is missing",
    ),
    schema(
        "row-level security disabled",
        edit(ACCESS, "alter table purchase enable row level security;\n", ""),
        "different",
        "table public.purchase: row security is yes and should be no",
    ),
    schema(
        "policy changed",
        edit(ACCESS, "(price >= 0)", "(price > 0)"),
        "different",
        "policy public.purchase.purchase_of_good_customers: using is",
    ),
    schema(
        "grant lost",
        edit(ACCESS, "grant select on customer to public;\n", ""),
        "different",
        "table public.customer: grants are not as expected",
    ),
    schema(
        "default privileges changed",
        edit(ACCESS, "grant select on tables", "grant insert on tables"),
        "different",
        "default privileges",
    ),
    schema(
        "publication's tables changed",
        edit(ACCESS, "for table customer, purchase", "for table customer"),
        "unexpected",
        "publication table everything.public.purchase is one too many",
    ),
]
_MIGRATIONS = [
    Drift(
        Where.MIGRATIONS,
        "a migration edited",
        add(INITIAL, "-- harmless\n"),
        {
            "migrations/checksum": "20260101000000_initial.sql was edited since atlas.sum",
            "migrations/edited": "20260101000000_initial.sql is not what main has",
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a view's body edited in a migration, and signed",
        signed(edit(PURCHASES, "where customer.credit > 0", "where customer.credit > 5")),
        {
            "migrations/edited": "20260201000000_purchases.sql is not what main has",
            "schema/different": "view public.good_customer: definition is not as expected",
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration deleted",
        delete(PURCHASES),
        {
            "migrations/checksum": "20260201000000_purchases.sql was removed since atlas.sum",
            "migrations/deleted": "20260201000000_purchases.sql is gone; main has it",
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration deleted, and signed",
        signed(delete(PURCHASES)),
        {
            "migrations/deleted": "20260201000000_purchases.sql is gone; main has it",
            "schema/missing": "table public.purchase is missing",
            "schema/different": "sequence public.invoice_number: grants are",
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration renamed, and signed",
        _rename,
        {"migrations/renamed": "20260201000000_purchases.sql is called 20260202000000"},
    ),
    Drift(
        Where.MIGRATIONS,
        "two migrations reordered, and signed",
        _swap,
        {
            "migrations/does-not-run": 'relation "invoice_number" does not exist',
            "migrations/renamed": "20260201000000_purchases.sql is called 20251231000000",
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration inserted before one that main has",
        migrate("comment on type mood is null;\n", "20260115000000_between"),
        {
            "migrations/inserted": "20260115000000_between.sql stands before "
            "20260201000000_purchases.sql, which main has"
        },
    ),
    Drift(
        Where.MIGRATIONS,
        "a second migration of one version",
        add("db/migrations/20260201000000_more.sql", "select 1;\n"),
        {"migrations/same-version": "have the same version, 20260201000000"},
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration that is not signed",
        add("db/migrations/20260301000000_next.sql", "comment on type mood is null;\n"),
        {"migrations/checksum": "20260301000000_next.sql was added since atlas.sum"},
    ),
    Drift(
        Where.MIGRATIONS,
        "atlas.sum edited",
        edit(
            "db/migrations/atlas.sum",
            "20260101000000_initial.sql h1:",
            "20260101000000_initial.sql h1:A",
        ),
        {"migrations/checksum": "atlas.sum"},
    ),
    Drift(
        Where.MIGRATIONS,
        "atlas.sum lost",
        delete("db/migrations/atlas.sum"),
        {"migrations/checksum": "there is no atlas.sum"},
    ),
    Drift(
        Where.MIGRATIONS,
        "a statement in a migration that PostgreSQL refuses",
        migrate("alter table customer add colum x int;\n"),
        {"migrations/does-not-run": "syntax error"},
    ),
    Drift(
        Where.MIGRATIONS,
        "a migration written by hand, and not in the schema files",
        migrate("comment on type mood is 'How they feel';\n"),
        {"schema/different": "enum public.mood: comment is How they feel and should be none"},
    ),
]
_NEW = [
    Drift(
        Where.NEW,
        "column dropped",
        signed(
            edit(TABLES, "    note text,\n", ""),
            add("db/migrations/20260301000000_n.sql", "alter table customer drop column note;\n"),
        ),
        {
            "lint/DS103": 'Dropping non-virtual column "note"',
            "lint/ban-drop-column": "Dropping a column may break existing clients.",
        },
    ),
    Drift(
        Where.NEW,
        "NOT NULL column without a default added",
        signed(
            edit(TABLES, "    note text,\n", "    note text,\n    rank integer not null,\n"),
            add(
                "db/migrations/20260301000000_n.sql",
                "alter table customer add column rank integer not null;\n",
            ),
        ),
        {
            "lint/MF103": "will fail in case table",
            "lint/adding-required-field": "effectively makes it required",
        },
    ),
    Drift(
        Where.NEW,
        "index made while writers wait",
        signed(
            add(TABLES, "create index customer_note on customer (note);\n"),
            add(
                "db/migrations/20260301000000_n.sql",
                "create index customer_note on customer (note);\n",
            ),
        ),
        {"lint/require-concurrent-index-creation": "table updates are blocked"},
    ),
    Drift(
        Where.NEW,
        "column renamed",
        signed(
            edit(TABLES, "    note text,\n", "    remark text,\n"),
            add(
                "db/migrations/20260301000000_n.sql",
                "alter table customer rename column note to remark;\n",
            ),
        ),
        {
            "lint/DS103": 'Dropping non-virtual column "note"',
            "lint/renaming-column": "Renaming a column may break existing clients.",
        },
    ),
    Drift(
        Where.NEW,
        "table rewritten under a lock",
        signed(
            edit(TABLES, "    note text,\n", "    note citext,\n"),
            add(
                "db/migrations/20260301000000_n.sql",
                "alter table customer alter column note type citext;\n",
            ),
        ),
        {"lint/changing-column-type": "Changing a column type requires"},
    ),
    Drift(
        Where.NEW,
        "a linter silenced without a reason",
        signed(
            edit(TABLES, "    note text,\n", ""),
            add(
                "db/migrations/20260301000000_n.sql",
                "-- atlas:nolint DS103\n-- squawk-ignore ban-drop-column\n"
                "alter table customer drop column note;\n",
            ),
        ),
        {"lint/ignore-without-reason": "`-- atlas:nolint DS103` gives no reason"},
    ),
]
_RELEASE = [
    release(
        "a column dropped that a query of main names",
        signed(
            edit(TABLES, "    note text,\n", ""),
            add("db/migrations/20260301000000_n.sql", "alter table customer drop column note;\n"),
        ),
        "old-query-fails",
        'GetCustomer (db/query/customer.sql:1 in main) fails: column "note" does not exist',
    ),
    Drift(
        Where.RELEASE,
        "a column renamed, in migration, schema and queries",
        signed(
            edit(TABLES, "mood mood not null", "temper mood not null"),
            edit("db/query/customer.sql", "name, mood from", "name, temper from"),
            add(
                "db/migrations/20260301000000_n.sql",
                "alter table customer rename column mood to temper;\n",
            ),
        ),
        {
            "compat/old-query-fails": "ListCustomers (db/query/customer.sql:5 in main) fails",
            "compat/new-query-fails": 'ListCustomers fails: column "temper" does not exist',
        },
    ),
    release(
        "a table renamed",
        migrate("alter table purchase rename to sale;\n"),
        "old-query-fails",
        'ListPurchases (db/query/purchase.sql:1 in main) fails: relation "purchase" does not exist',
    ),
    Drift(
        Where.RELEASE,
        "a column's type changed that a query of main returns",
        migrate("alter table customer alter column note type integer using 0;\n"),
        {
            "compat/old-query-changes": "column note is int4 instead of text",
            "compat/new-query-fails": "GetCustomer: column note is text instead of int4 before",
        },
    ),
    Drift(
        Where.RELEASE,
        "a column's type changed that a query of main takes",
        migrate(
            "alter table customer alter column created_at drop default,"
            " alter column created_at type tstzrange using tstzrange(created_at, null);\n"
        ),
        {
            "compat/old-query-fails": "ListCustomers (db/query/customer.sql:5 in main) fails: "
            "operator does not exist: tstzrange >= timestamp with time zone",
            "compat/old-query-changes": "column created_at is tstzrange instead of timestamptz",
            "compat/new-query-fails": "parameter since is timestamptz instead of tstzrange",
        },
    ),
    release(
        "NOT NULL dropped from what a query of main returns",
        migrate("alter table customer alter column mood drop not null;\n"),
        "old-query-nullable",
        "column mood may be NULL",
    ),
    release(
        "a NOT NULL column without a default added",
        migrate(
            "drop trigger customer_keep_name on customer;\n"
            "alter table customer add column tax_number text not null;\n"
        ),
        "old-insert-fails",
        "AddCustomer (db/query/customer.sql:10 in main) fails: it gives no value to",
    ),
    Drift(
        Where.RELEASE,
        "a label of an enum renamed",
        migrate("alter type mood rename value 'happy' to 'glad';\n"),
        {
            "compat/old-query-changes": "column mood may be glad, which its mood does not know",
            "compat/new-query-fails": "column mood may be happy, which its mood does not know",
        },
    ),
    release(
        "the gate silenced without a reason",
        migrate("-- plumb:ignore compat\nalter table customer rename column note to remark;\n"),
        "ignore-without-reason",
        "`-- plumb:ignore compat` gives no reason",
    ),
]
_LIVE = [
    live(
        "column added",
        "alter table customer add column nickname text",
        "unexpected",
        "column public.customer.nickname is one too many",
    ),
    live(
        "column dropped",
        "alter table customer drop column note",
        "missing",
        "column public.customer.note is missing",
    ),
    live(
        "column type changed",
        "alter table customer alter column note type varchar(80)",
        "different",
        "column public.customer.note: type is character varying(80) and should be text",
    ),
    live(
        "nullability changed",
        "alter table customer alter column name drop not null",
        "different",
        "column public.customer.name: not null is none and should be NOT NULL",
    ),
    live(
        "default changed",
        "alter table customer alter column mood drop default",
        "missing",
        "default public.customer.mood is missing",
    ),
    live(
        "constraint dropped",
        "alter table customer drop constraint customer_credit_is_enough",
        "missing",
        "constraint public.customer.customer_credit_is_enough is missing",
    ),
    live(
        "constraint not validated",
        "alter table customer drop constraint customer_credit_is_enough,"
        " add constraint customer_credit_is_enough check (credit >= -100) not valid",
        "different",
        "constraint public.customer.customer_credit_is_enough: validated is",
    ),
    live(
        "index dropped",
        "drop index customer_name",
        "missing",
        "index public.customer_name is missing",
    ),
    live(
        "index added",
        "create index by_hand on customer (note)",
        "unexpected",
        "index public.by_hand is one too many",
    ),
    live(
        "table added",
        "create table customer_backup as select * from customer",
        "unexpected",
        "table public.customer_backup is one too many",
    ),
    live(
        "partition added",
        "create table event_log_2027 partition of event_log"
        " for values from ('2027-01-01 00:00:00+00') to ('2028-01-01 00:00:00+00')",
        "unexpected",
        "table public.event_log_2027 is one too many",
    ),
    live(
        "storage parameter set",
        "alter table purchase set (fillfactor = 70)",
        "different",
        "table public.purchase: options are fillfactor=70 and should be none",
    ),
    live(
        "enum value added",
        "alter type mood add value 'glad' before 'happy'",
        "different",
        "enum public.mood: labels are sad, ok, glad, happy and should be sad, ok, happy",
    ),
    live(
        "function replaced",
        "create or replace function is_good(customer customer) returns boolean"
        " language sql stable return true",
        "different",
        "function public.is_good(public.customer): definition is not as expected",
    ),
    live(
        "trigger disabled",
        "alter table customer disable trigger customer_keep_name",
        "different",
        "trigger public.customer.customer_keep_name: enabled is off and should be on",
    ),
    live(
        "trigger dropped",
        "drop trigger customer_keep_name on customer",
        "missing",
        "trigger public.customer.customer_keep_name is missing",
    ),
    live(
        "view replaced",
        "create or replace view good_customer with (security_invoker = true) as"
        " select id, name from customer",
        "different",
        "view public.good_customer: definition is not as expected",
    ),
    live(
        "materialized view dropped",
        "drop materialized view turnover",
        "missing",
        "materialized view public.turnover is missing",
    ),
    live(
        "row-level security disabled",
        "alter table purchase disable row level security",
        "different",
        "table public.purchase: row security is no and should be yes",
    ),
    live(
        "policy changed",
        "alter policy purchase_of_good_customers on purchase using (true)",
        "different",
        "policy public.purchase.purchase_of_good_customers: using is",
    ),
    live(
        "grant lost",
        "revoke select on customer from public",
        "different",
        "table public.customer: grants are not as expected",
    ),
    live(
        "grant added",
        "grant delete on purchase to public",
        "different",
        "table public.purchase: grants are not as expected",
    ),
    live(
        "comment changed",
        "comment on column customer.credit is 'Money'",
        "different",
        "column public.customer.credit: comment is Money and should be What we owe",
    ),
    live(
        "extension added",
        "create extension pg_trgm",
        "unexpected",
        "extension pg_trgm is one too many",
    ),
    live(
        "schema added",
        "create schema playground",
        "unexpected",
        "schema playground is one too many",
    ),
    live(
        "sequence changed",
        "alter sequence invoice_number increment by 1",
        "different",
        "sequence public.invoice_number: options are",
    ),
    live(
        "publication dropped",
        "drop publication everything",
        "missing",
        "publication everything is missing",
    ),
    live(
        "a migration that stopped half way",
        "update atlas_schema_revisions.atlas_schema_revisions set applied = 3, error = 'no disk'"
        " where version = '20260201000000'",
        "partially-applied",
        "of version 20260201000000 only 3 of 20 statements have run",
    ),
    live(
        "a migration that no file has",
        "update atlas_schema_revisions.atlas_schema_revisions set version = '20260202000000'"
        " where version = '20260201000000'",
        "unknown-revision",
        "atlas_schema_revisions.atlas_schema_revisions has version 20260202000000",
    ),
    live(
        "a migration that was another when it ran",
        "update atlas_schema_revisions.atlas_schema_revisions set hash = 'x'"
        " where version = '20260101000000'",
        "edited-migration",
        "20260101000000_initial.sql, or a file before it, is not what the database has run",
    ),
    live(
        "the table of revisions lost",
        "drop schema atlas_schema_revisions cascade",
        "no-revisions",
        "and no table that says which migrations have run",
    ),
    Drift(
        Where.LIVE,
        "a migration left out, and a later one applied",
        steps(
            migrate("comment on type mood is null;\n", "20260110000000_left_out"),
            execute("update atlas_schema_revisions.atlas_schema_revisions set hash = ''"),
        ),
        {"drift/left-out": "20260110000000_left_out.sql has not run, and later ones have"},
    ),
]
_WATCHED = [
    watched(
        "column dropped",
        "alter table customer drop column note",
        "extra-field",
        "models.Customer.note is of no column of table public.customer",
    ),
    watched(
        "column added",
        "alter table customer add column nickname text",
        "missing-field",
        "column public.customer.nickname has no field in models.Customer",
    ),
    watched(
        "column type changed",
        "alter table purchase alter column number type text",
        "type",
        "models.Purchase.number: type is int and should be str",
    ),
    watched(
        "nullability changed",
        "alter table customer alter column name drop not null",
        "nullable",
        "models.Customer.name takes no None, and column public.customer.name may be NULL",
    ),
    watched(
        "enum value added",
        "alter type mood add value 'glad' before 'happy'",
        "labels",
        "enums.Mood: labels are sad, ok, happy and should be sad, ok, glad, happy",
    ),
    watched(
        "attribute of a composite type added",
        "alter type address add attribute country text",
        "missing-field",
        "column public.address.country has no field in models.Address",
    ),
    watched(
        "table added",
        "create table customer_backup as select * from customer",
        "missing-model",
        "table public.customer_backup has no model",
    ),
    watched(
        "table dropped",
        "drop table event_log cascade",
        "extra-model",
        "models.EventLog is of no table, view or type",
    ),
]
DRIFTS = (
    *_GENERATED,
    *_QUERIES,
    *_RULES,
    *_MODELS,
    *_SCHEMA,
    *_MIGRATIONS,
    *_NEW,
    *_RELEASE,
    *_LIVE,
    *_WATCHED,
)
