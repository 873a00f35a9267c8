"""Changes that alter no meaning, made systematically: of SQL files, of code, of live databases.

Rewriting goes by tokens: what stands in strings and in the bodies of functions is data.
"""

import random
import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from pgplumb.postgres.tokens import Kind, split_statements, tokenize

Rewrite = Callable[[str], str]
NAMES = ("customer", "purchase", "event_log", "good_customer", "turnover", "mood", "invoice_number")
_TABLE = r"\b(table|on|references|from|join) (customer|purchase|event_log|turnover)\b(?!\.)"
_SPELLINGS = {
    "bigint": "int8",
    "integer": "int4",
    "boolean": "bool",
    "timestamptz": "timestamp with time zone",
    "numeric": "decimal",
}


def rewritten(text: str, word: Rewrite = str, space: Rewrite = str, comment: Rewrite = str) -> str:
    """The text with other words, other comments, and other white space between its tokens."""
    tokens = list(tokenize(text))
    parts = [space(text[: tokens[0].start])]
    for token, following in pairwise([*tokens, None]):
        assert token is not None
        between = text[token.end : following.start if following else len(text)]
        if token.kind is Kind.COMMENT:
            # It ends with its line.
            parts += [comment(token.text), between]
        else:
            parts += [word(token.text) if token.kind is Kind.WORD else token.text, space(between)]
    return "".join(parts)


def _between_statements(text: str, before: Callable[[int], str], after: str = "") -> str:
    """The text with something put before and behind each statement."""
    parts: list[str] = []
    done = 0
    for number, (start, sql) in enumerate(split_statements(text)):
        end = min(start + len(sql) + 1, len(text))
        parts += [text[done:start], before(number), text[start:end], after]
        done = end
    return "".join([*parts, text[done:]])


def _comments_at_line_ends(text: str) -> str:
    """Not inside of strings, and not behind another comment."""
    tokens = list(tokenize(text))
    parts: list[str] = []
    for token, following in pairwise([*tokens, None]):
        assert token is not None
        between = text[token.end : following.start if following else len(text)]
        marked = token.kind is not Kind.COMMENT and "\n" in between
        parts += [token.text, between.replace("\n", " -- so\n", 1) if marked else between]
    return "".join(parts)


def _quoted(word: str) -> str:
    return f'"{word}"' if word in NAMES else word


def _lines_in_windows(text: str) -> str:
    """Line ends inside of strings are data."""
    return rewritten(text, space=lambda space: space.replace("\n", "\r\n"))


REWRITES: dict[str, Rewrite] = {
    "words in capitals": lambda text: rewritten(text, str.upper),
    "words with a capital": lambda text: rewritten(text, str.capitalize),
    "each statement on one line": lambda text: rewritten(
        text, space=lambda space: " " if space else ""
    ),
    "a line for each word": lambda text: rewritten(text, space=lambda space: space and "\n"),
    "indented by tabs": lambda text: rewritten(
        text, space=lambda space: space.replace("    ", "\t")
    ),
    "deeper indented": lambda text: rewritten(text, space=lambda space: space.replace(" ", "   ")),
    "Windows line ends": _lines_in_windows,
    "blanks at line ends": lambda text: rewritten(
        text, space=lambda space: space.replace("\n", "  \n")
    ),
    "more empty lines": lambda text: (
        rewritten(text, space=lambda space: space.replace("\n\n", "\n\n\n\n")) + "\n\n"
    ),
    "no line end at the end": str.rstrip,
    "a licence at the top": lambda text: f"/* Licence:\n * do what you like.\n */\n{text}",
    "a comment before each statement": lambda text: _between_statements(
        text, lambda number: f"-- Statement {number}; 'quoted' and $$so$$\n"
    ),
    "comments between words": lambda text: rewritten(
        text, space=lambda space: f"{space}/* so */ " if space else ""
    ),
    "comments at line ends": _comments_at_line_ends,
    "comments removed": lambda text: rewritten(text, comment=lambda _: ""),
    "names quoted": lambda text: rewritten(text, _quoted),
    "names with their schema": lambda text: re.sub(_TABLE, r"\1 public.\2", text),
    "types by other names": lambda text: rewritten(text, lambda word: _SPELLINGS.get(word, word)),
    "empty statements": lambda text: _between_statements(text, lambda _: "", ";"),
    "a block comment after each statement": lambda text: _between_statements(
        text, lambda _: "", " /* done; */"
    ),
}
# What of these sqlc's own reading of the schema takes, too.
FOR_SQLC = (
    "words in capitals",
    "a licence at the top",
    "a comment before each statement",
    "blanks at line ends",
    "types by other names",
)
QUERY_REWRITES: dict[str, Rewrite] = {
    "empty lines between queries": lambda text: text.replace("\n\n-- name", "\n\n\n\n-- name"),
    "empty lines at the top": lambda text: f"\n\n{text}",
    "blanks behind queries": lambda text: text.replace(";\n", " ;   \n"),
    "no line end at the end": str.rstrip,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
}
# Other words for the same, by the file they stand in.
OTHER_WORDS: list[tuple[str, str, str, str]] = [
    (
        "10_types.sql",
        "an extension made without asking",
        "create extension if not exists citext",
        "create extension citext",
    ),
    (
        "10_types.sql",
        "an enum made in two steps",
        "('sad', 'ok', 'happy');",
        "('sad', 'happy');\nalter type mood add value 'ok' before 'happy';",
    ),
    (
        "10_types.sql",
        "a composite type made in two steps",
        "    street text,\n    city text\n);",
        "    street text\n);\nalter type address add attribute city text;",
    ),
    (
        "10_types.sql",
        "a sequence's defaults written out",
        "increment by 10",
        "as bigint increment by 10 minvalue 1 start with 1 cache 1 no cycle",
    ),
    (
        "10_types.sql",
        "a range type's defaults written out",
        "(subtype = numeric)",
        "(subtype = numeric, subtype_opclass = numeric_ops)",
    ),
    (
        "20_tables.sql",
        "a primary key below the columns",
        "    id bigint generated always as identity primary key,\n    name text",
        "    id bigint generated always as identity,\n    primary key (id),\n    name text",
    ),
    (
        "20_tables.sql",
        "NOT NULL after the default",
        "mood mood not null default 'ok'",
        "mood mood default 'ok' not null",
    ),
    (
        "20_tables.sql",
        "a default that is set afterwards",
        "    credit numeric(12, 2) not null default 0,",
        "    credit numeric(12, 2) not null,",
    ),
    (
        "20_tables.sql",
        "NOT NULL that is set afterwards",
        "    price numeric(12, 2) not null,",
        "    price numeric(12, 2),",
    ),
    (
        "20_tables.sql",
        "a constraint at its column",
        "    email email_address,\n",
        "    email email_address constraint customer_email_key unique,\n",
    ),
    (
        "20_tables.sql",
        "a constraint at its column, its double gone",
        "    constraint customer_email_key unique (email),\n",
        "",
    ),
    (
        "20_tables.sql",
        "parentheses in a CHECK",
        "check (credit >= -100)",
        "check ((credit) >= (-100))",
    ),
    (
        "20_tables.sql",
        "an index's method written out",
        "customer (name)",
        "customer using btree (name)",
    ),
    (
        "20_tables.sql",
        "an index's order written out",
        "(created_at desc)",
        "(created_at desc nulls first)",
    ),
    (
        "20_tables.sql",
        "a foreign key's defaults written out",
        "on delete restrict",
        "match simple on delete restrict on update no action not deferrable",
    ),
    (
        "20_tables.sql",
        "a partition's bounds in another time zone",
        "'2026-01-01 00:00:00+00'",
        "'2026-01-01 02:00:00+02'",
    ),
    (
        "30_functions.sql",
        "a function made or replaced",
        "create function is_good",
        "create or replace function is_good",
    ),
    (
        "30_functions.sql",
        "a function's defaults written out",
        "language sql stable",
        "language sql stable called on null input security invoker parallel unsafe",
    ),
    ("30_functions.sql", "a language in quotes", "language plpgsql as", "language 'plpgsql' as"),
    (
        "30_functions.sql",
        "a trigger by its old name",
        "execute function keep_name",
        "execute procedure keep_name",
    ),
    ("40_views.sql", "a view made or replaced", "create view", "create or replace view"),
    ("40_views.sql", "columns without their table", "customer.id, customer.name", "id, name"),
    (
        "50_access.sql",
        "a policy's defaults written out",
        "on purchase\n    using (price >= 0)",
        "on purchase\n    as permissive for all to public using (price >= 0)",
    ),
    (
        "50_access.sql",
        "a grant twice",
        "grant select on customer to public;",
        "grant select on table customer to public;\ngrant select on customer to public;",
    ),
    (
        "50_access.sql",
        "row-level security switched off and on",
        "alter table purchase enable",
        "alter table purchase disable row level security;\nalter table purchase enable",
    ),
    (
        "50_access.sql",
        "a publication's defaults written out",
        "for table customer, purchase;",
        "for table purchase, customer with (publish = 'insert, update, delete, truncate');",
    ),
]
AFTERWARDS = """
alter table customer alter column credit set default 0;
alter table purchase alter column price set not null;
"""
# What happens to a database in use, and what comes and goes.
IN_USE = [
    "insert into customer (name, email) values ('Ann', 'ann@example.org'), ('Bob', null)",
    "insert into purchase (customer_id, price) select id, 3 from customer",
    "update customer set credit = 5",
    "delete from purchase where price > 100",
    "refresh materialized view turnover",
    "refresh materialized view concurrently turnover",
    "select nextval('invoice_number')",
    "alter sequence invoice_number restart with 1000",
    "analyze",
    "vacuum",
    "vacuum full customer",
    "reindex table customer",
    "reindex index concurrently customer_name",
    "truncate event_log",
    "drop index customer_name; create index customer_name on customer (name)",
    "drop view good_customer; create view good_customer with (security_invoker = true) as"
    " select id, name from customer where credit > 0",
    "create or replace function keep_name() returns trigger language plpgsql as"
    " $$\nbegin\n    new.name := trim(new.name);\n    return new;\nend;\n$$",
    "alter table customer disable trigger customer_keep_name;"
    " alter table customer enable trigger customer_keep_name",
    "alter table customer rename column note to remark;"
    " alter table customer rename column remark to note",
    "alter table purchase disable row level security;"
    " alter table purchase enable row level security",
    "alter table customer add column more text; alter table customer drop column more",
    "alter table customer alter column note set statistics 100;"
    " alter table customer alter column note set statistics -1",
    "update customer set note = 'x'",
    "alter table customer alter column note set not null;"
    " alter table customer alter column note drop not null",
    "alter table purchase set (fillfactor = 70); alter table purchase reset (fillfactor)",
    "alter table customer drop constraint customer_credit_is_enough; alter table customer"
    " add constraint customer_credit_is_enough check (credit >= -100) not valid;"
    " alter table customer validate constraint customer_credit_is_enough",
    "revoke select on customer from public; grant select on customer to public",
    "comment on column customer.credit is 'x'; comment on column customer.credit is"
    " 'What we owe; negative when it is owed to us'",
    "create table scratch (id int); drop table scratch",
    "create temporary table mine (id int)",
    "create unlogged table scratch (id int); drop table scratch",
    "create schema scratch; drop schema scratch",
    "alter policy purchase_of_good_customers on purchase using (true);"
    " alter policy purchase_of_good_customers on purchase using ((price) >= (0))",
    "drop statistics purchase_price_by_customer; create statistics purchase_price_by_customer"
    " (dependencies) on price, customer_id from purchase",
    "drop publication everything; create publication everything for table purchase, customer",
    "alter table event_log detach partition event_log_2026; alter table event_log attach"
    " partition event_log_2026 for values from ('2026-01-01 00:00:00+00')"
    " to ('2027-01-01 00:00:00+00')",
    "set time zone 'Asia/Tokyo'; update customer set created_at = now()",
    "cluster customer using customer_name; alter table customer set without cluster",
    "alter type mood rename value 'sad' to 'low'; alter type mood rename value 'low' to 'sad'",
]


def shuffled(files: dict[str, str], seed: int) -> dict[str, str]:
    """All statements of all files in another order, dealt out to the same files."""
    statements = [sql.strip() for text in files.values() for _, sql in split_statements(text)]
    random.Random(seed).shuffle(statements)  # noqa: S311  an order, no secret
    count = len(files)
    return {
        name: ";\n\n".join(statements[number::count]) + ";\n" for number, name in enumerate(files)
    }


def split(files: dict[str, str]) -> dict[str, str]:
    """A file for each statement."""
    return {
        f"{name.removesuffix('.sql')}_{number:02}.sql": f"{sql.strip()};\n"
        for name, text in files.items()
        for number, (_, sql) in enumerate(split_statements(text))
    }


def merged(files: dict[str, str]) -> dict[str, str]:
    """One file."""
    return {"schema.sql": "\n".join(files.values())}


def renamed(files: dict[str, str]) -> dict[str, str]:
    """The files in the opposite order."""
    return {f"{99 - number}.sql": text for number, text in enumerate(files.values())}


REARRANGEMENTS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    **{f"statements in another order ({seed})": partial(shuffled, seed=seed) for seed in range(4)},
    "a file for each statement": split,
    "one file for all": merged,
    "files in the opposite order": renamed,
}
