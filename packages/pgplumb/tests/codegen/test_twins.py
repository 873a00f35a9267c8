"""The synchronous runtime does what the asynchronous one does, without waiting."""

import ast
from importlib.resources import files
from typing import Any, Final

NAMES: Final = {
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncConnection": "Connection",
    "AsyncRawCursor": "RawCursor",
    "AsyncRawServerCursor": "RawServerCursor",
    "AsyncRows": "Iterable",
    "AsyncSource": "Source",
    "aclosing": "closing",
}


class WithoutWaiting(ast.NodeTransformer):
    """Makes of asynchronous code what it would be as synchronous code."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        return self.generic_visit(ast.FunctionDef(**dict(ast.iter_fields(node))))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> Any:
        return self.generic_visit(ast.With(**dict(ast.iter_fields(node))))

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        return self.visit(ast.For(**dict(ast.iter_fields(node))))

    def visit_For(self, node: ast.For) -> Any:
        """A loop that only yields is written as `yield from` where that can be."""
        match node:
            case ast.For(target=ast.Name(id=one), body=[ast.Expr(ast.Yield(ast.Name(id=other)))]):
                assert one == other
                return ast.Expr(ast.YieldFrom(self.visit(node.iter)))
            case _:
                return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> Any:
        return self.visit(node.value)

    def visit_If(self, node: ast.If) -> Any:
        """Only asynchronous code has to ask what kind of iterable it is given."""
        if ast.unparse(node.test).endswith(", AsyncIterable)"):
            return [self.visit(each) for each in node.orelse]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        return ast.Name(NAMES.get(node.id, node.id), node.ctx)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """What is sent to a generator, and what it returns."""
        match node:
            case ast.Subscript(ast.Name("AsyncGenerator"), ast.Tuple([given, sent])):
                name = ast.Name("Generator", ast.Load())
                listed = ast.Tuple([self.visit(given), sent, sent], ast.Load())
                return ast.Subscript(name, listed, node.ctx)
            case _:
                return self.generic_visit(node)


def functions(name: str, transformer: ast.NodeTransformer) -> dict[str, str]:
    module = ast.parse(files("pgplumb.codegen.runtime").joinpath(name).read_text("utf-8"))
    found = [
        each for each in module.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return {
        each.name: ast.unparse(ast.fix_missing_locations(transformer.visit(each))) for each in found
    }


def test_run() -> None:
    made = functions("run_async.py", WithoutWaiting())
    assert "fetch_one" in made
    assert made == functions("run_sync.py", ast.NodeTransformer())
