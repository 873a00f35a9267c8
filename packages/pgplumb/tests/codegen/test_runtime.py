"""The modules that are copied into every package."""

import ast
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, ClassVar

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import ConnectionPool

from pgplumb.codegen.runtime import run_sync
from pgplumb.codegen.runtime.query import Batch, Copy, Query, Statement

NAMES = {
    "AsyncConnection": "Connection",
    "AsyncRawCursor": "RawCursor",
    "AsyncRawServerCursor": "RawServerCursor",
    "AsyncRows": "Iterable",
    "AsyncSource": "Source",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "aclosing": "closing",
}


class Synchronous(ast.NodeTransformer):
    """Makes of asynchronous code the synchronous code that does the same."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.generic_visit(ast.FunctionDef(**vars(node)))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**vars(node)))

    def visit_For(self, node: ast.For) -> ast.AST:
        match node:
            # An asynchronous generator has no `yield from`.
            case ast.For(ast.Name(given), body=[ast.Expr(ast.Yield(ast.Name(name)))]) if (
                name == given
            ):
                return ast.Expr(ast.YieldFrom(node.iter))
            case _:
                return self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**vars(node)))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        value: ast.AST = self.visit(node.value)
        return value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = NAMES.get(node.id, node.id)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Name("AsyncGenerator"), ast.Tuple([given, sent])):
                node.value = ast.Name("Generator", ast.Load())
                node.slice = ast.Tuple([given, sent, sent], ast.Load())
            case _:
                pass
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if "AsyncIterable" in ast.unparse(node.test):  # rows may be that, too
            return [self.visit(each) for each in node.orelse]
        return self.generic_visit(node)


def body(name: str) -> str:
    """A module of the runtime without its docstring and its imports."""
    text = files("pgplumb.codegen.runtime").joinpath(f"{name}.py").read_text("utf-8")
    tree = ast.parse(text)
    if name == "run_async":
        tree = ast.fix_missing_locations(Synchronous().visit(tree))
    imports = (ast.Import, ast.ImportFrom, ast.Expr)
    return "\n".join(ast.unparse(each) for each in tree.body if not isinstance(each, imports))


def test_synchronous_and_asynchronous_connections_run_queries_alike() -> None:
    assert body("run_sync") == body("run_async")


class ObservedConnection(psycopg.Connection[Any]):
    """Notes which queries run on it, and which of them fail."""

    seen: ClassVar[list[str]] = []

    @contextmanager
    def observe(self, query: str) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            query += f": {type(error).__name__}"
            raise
        finally:
            self.seen.append(query)


def test_a_stream_has_rows_sent_only_where_its_connection_is_its_own_and_time_unlimited(
    empty_database: str,
) -> None:
    query = Query("Cursors", "select name from pg_cursors where name <> ''", lambda row: row[0])
    for options, is_cursor in (("", False), ("-c statement_timeout=1min", True)):
        with ConnectionPool(empty_database, kwargs={"options": options}) as pool:
            assert bool(list(run_sync.stream(pool, query, (), 10))) is is_cursor
            with pool.connection() as conn:
                assert [*run_sync.stream(conn, query, (), 10)]


def test_a_connection_may_observe_the_queries_that_run_on_it(empty_database: str) -> None:
    one = Query("One", "select 1", lambda row: row[0])
    with ObservedConnection.connect(empty_database, autocommit=True) as conn:
        run_sync.execute(conn, Statement("Create", "create table t (n int)"), ())
        run_sync.execute_for_result(conn, Statement("Insert", "insert into t values (1)"), ())
        assert run_sync.copy_from(conn, Copy("Load", "copy t from stdin", lambda n: (n,)), [2]) == 1
        assert run_sync.fetch_one(conn, one, ()) == run_sync.fetch_row(conn, one, ()) == 1
        assert run_sync.fetch_all(conn, one, ()) == list(run_sync.stream(conn, one, (), 1)) == [1]
        batch: Batch[int, int] = Batch(
            "Batch", "select $1::int", lambda n: (n,), lambda row: row[0]
        )
        assert run_sync.execute_batch(conn, batch, [1, 2]) == [[1], [2]]
        with pytest.raises(errors.DivisionByZero):
            run_sync.execute(conn, Statement("Fail", "select 1 / 0"), ())

    assert conn.seen == [
        *("Create", "Insert", "Load", "One", "One", "One", "One", "Batch"),
        "Fail: DivisionByZero",
    ]
