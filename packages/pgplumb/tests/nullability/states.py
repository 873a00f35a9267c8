"""One schema in several states of its data, and what a statement returns in each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from pgplumb.nullability import Statement, Verdict, explain

HERE = Path(__file__).parent
# Parameter values by type OID: each is sent as NULL in one round and as this in the other.
SAMPLES = {23: "1", 20: "1", 25: "a", 16: "t", 701: "0.5", 1007: "{1,NULL}", 1184: "2020-01-01"}
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass
class Observed:
    """What a statement returned in all states."""

    rows: int = 0
    null: set[int] = field(default_factory=set[int])
    """The columns that were NULL once at least."""
    errors: list[str] = field(default_factory=list[str])


class States:
    """The states, in a database of their own."""

    def __init__(self, url: str, *, shared: str = "", extra: Sequence[str] = ()) -> None:
        self.connection: Connection = psycopg.connect(url, autocommit=True)
        self.version = self.connection.info.server_version // 10000
        self.has_xml = self.parameter_types("SELECT xmlelement(name a)") is not None
        self.names: list[str] = []
        self._run(shared and _read(shared))
        scripts = [self._suited(_read(name)) for name in ("schema.sql", *extra)]
        for state in re.split(r"^-- (?=\w+:)", _read("data.sql"), flags=re.MULTILINE)[1:]:
            name, _, data = state.partition(":")
            self.names.append(name)
            self._run(f"CREATE SCHEMA {name}; SET search_path = {name}")
            for script in (*scripts, data.partition("\n")[2]):
                self._run(script)
            for (view,) in self.connection.execute(
                "SELECT relname FROM pg_class"
                " WHERE relkind = 'm' AND relnamespace = %s::regnamespace",
                [name],
            ).fetchall():
                self._run(f"REFRESH MATERIALIZED VIEW {view}")
        self._run(f"SET search_path = {self.names[0]}; SET statement_timeout = '2s'")

    def _suited(self, script: str) -> str:
        """The script in what an older server understands."""
        if self.version >= 18:
            return script
        # A child could drop its parent's constraint then.
        script = script.replace(
            "(extra int) INHERITS (parent);",
            "(extra int) INHERITS (parent); ALTER TABLE child ALTER y DROP NOT NULL;",
        )
        script = script.replace(
            "TABLE child_first INHERIT parent_last;",
            "TABLE child_first ALTER y SET NOT NULL, INHERIT parent_last;"
            "ALTER TABLE child_first ALTER y DROP NOT NULL;",
        )
        return re.sub(r"(CONSTRAINT own )?NOT NULL NO INHERIT", "NOT NULL", script)

    def _run(self, script: str) -> None:
        result = self.connection.pgconn.exec_(script.encode())
        if result.status == psycopg.pq.ExecStatus.FATAL_ERROR:
            raise AssertionError(result.error_message.decode())

    def parameter_types(self, text: str) -> tuple[int, ...] | None:
        """What PostgreSQL takes the parameters for; None if it rejects the statement."""
        pgconn = self.connection.pgconn
        if pgconn.prepare(b"", text.encode()).status != psycopg.pq.ExecStatus.COMMAND_OK:
            return None
        described = pgconn.describe_prepared(b"")
        return tuple(described.param_type(number) for number in range(described.nparams))

    def explain(self, texts: Sequence[str]) -> list[tuple[Verdict, ...] | None]:
        """The verdicts on statements, None for those that are no statements too."""
        return explain(
            self.connection, [Statement(text, self.parameter_types(text) or ()) for text in texts]
        )

    def observe(self, text: str) -> Observed:
        """Run the statement in every state, with its parameters NULL and not, and roll back."""
        observed = Observed()
        types = self.parameter_types(text)
        rounds: list[list[bytes | None]] = [[None for _ in types or ()]]
        if types:
            rounds.append([SAMPLES.get(kind, "1").encode() for kind in types])
        for name in self.names:
            for values in rounds:
                self._observe(name, text, values, observed)
        return observed

    def _observe(
        self, state: str, text: str, values: list[bytes | None], observed: Observed
    ) -> None:
        pgconn = self.connection.pgconn
        pgconn.exec_(f"BEGIN; SET LOCAL search_path = {state}".encode())
        result = pgconn.exec_params(text.encode(), values)
        if result.status == psycopg.pq.ExecStatus.TUPLES_OK:
            observed.rows += result.ntuples
            for column in range(result.nfields):
                if any(result.get_value(row, column) is None for row in range(result.ntuples)):
                    observed.null.add(column)
        elif result.status != psycopg.pq.ExecStatus.COMMAND_OK:
            observed.errors.append(result.error_message.decode().splitlines()[0])
        pgconn.exec_(b"ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
