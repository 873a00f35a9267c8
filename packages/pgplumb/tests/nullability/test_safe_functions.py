"""Each function that is believed never to answer NULL is called with odd values."""

import itertools
import random
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.nullability import safe_functions

from .values_by_type import POLYMORPHIC, VALUES

CALLS_EACH = 60
TRY = """
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE SEQUENCE a_sequence;
CREATE FUNCTION try(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer bool;
BEGIN
  EXECUTE 'SELECT x IS NULL FROM (SELECT ' || call || ' AS x) t' INTO answer;
  RETURN CASE WHEN answer THEN 'null' ELSE 'value' END;
EXCEPTION WHEN query_canceled THEN RAISE; WHEN OTHERS THEN RETURN 'error: ' || SQLERRM;
END $$;
SELECT nextval('a_sequence');
"""
# They would block, or keep the server busy.
NOT_CALLED = {"pg_sleep(float8)"}


def _calls(signature: str) -> Iterator[str]:
    name, _, rest = signature.partition("(")
    types = [kind for kind in rest.removesuffix(")").split(",") if kind]
    if "record" in types:
        rows = ["ROW(1, NULL)", "ROW(1, 2)", "ROW(NULL, NULL)"]
        for combination in itertools.product(rows, repeat=len(types)):
            yield f'pg_catalog."{name}"({", ".join(combination)})'
        return
    types = [POLYMORPHIC.get(kind, kind) for kind in types]
    choices = [VALUES[kind] for kind in types]
    combinations = list(itertools.islice(itertools.product(*choices), 200_000))
    if len(combinations) > CALLS_EACH:
        combinations = random.Random(name).sample(combinations, CALLS_EACH)  # noqa: S311
    for values in combinations:
        arguments = ", ".join(
            f"$v${value}$v$::{_name(kind)}" for value, kind in zip(values, types, strict=True)
        )
        yield f'pg_catalog."{name}"({arguments})'


def _name(kind: str) -> str:
    return "mood" if kind == "mood" else f'pg_catalog."{kind}"'


def test_no_safe_function_answers_null(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(TRY)
        connection.execute("SET statement_timeout = '30s'")
        known = {
            f"{name}({','.join(types)})"
            for name, types in connection.execute(
                """SELECT proname::text, ARRAY(
                     SELECT t.typname::text FROM unnest(proargtypes) WITH ORDINALITY a(o, n)
                     JOIN pg_type t ON t.oid = a.o ORDER BY n)
                   FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proisstrict"""
            )
        }
        signatures = sorted(safe_functions.signatures() - NOT_CALLED)
        calls = {
            call: signature
            for signature in signatures
            if signature in known
            for call in _calls(signature)
        }
        answers: dict[str, str] = {}
        listed = list(calls)
        for at in range(0, len(listed), 1000):
            answers.update(
                connection.execute(
                    "SELECT call, try(call) FROM unnest(%s::text[]) call", [listed[at : at + 1000]]
                ).fetchall()
            )
    assert [call for call, answer in answers.items() if answer == "null"] == []
    called = {calls[call] for call, answer in answers.items() if answer == "value"}
    # All but those that no value here suits give a value at least once: they were really called.
    assert len(called) > 0.97 * len(set(calls.values()))


@pytest.mark.parametrize("signature", sorted(NOT_CALLED))
def test_what_is_not_called_is_listed(signature: str) -> None:
    assert signature in safe_functions.signatures()
