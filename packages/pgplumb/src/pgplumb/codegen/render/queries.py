"""The module of a query file, in its asynchronous or its synchronous form."""

from pgplumb.codegen.model import Embed, QueryModule, RowOfQuery
from pgplumb.codegen.render.definitions import (
    import_definitions,
    render_definitions,
)
from pgplumb.codegen.render.functions import (
    Flavour,
    functions_of,
    render_class,
    render_function,
)
from pgplumb.codegen.render.text import Imports, docstring, module_text, public_names
from pgplumb.codegen.render.types import Reading, TypeWriter


def render_queries(module: QueryModule, flavour: Flavour, reading: Reading, *, frozen: bool) -> str:
    """The whole module."""
    imports = Imports([name for query in module.queries for name in query.public_names()])
    writer = TypeWriter(
        imports,
        _hidden(module),
        root=flavour.root,
        frozen=frozen,
        reading=reading,
        driver=flavour.driver,
    )
    flavour.connection(imports)
    if flavour.shares:
        import_definitions(module, imports)
        definitions: list[str] = []
    else:
        definitions = render_definitions(module, writer)
    functions = [
        function for query in module.queries for function in functions_of(query, flavour, writer)
    ]
    names = [name for query in module.queries for name in query.public_names()]
    kind = "asynchronous" if flavour.asynchronous else "synchronous"
    return module_text(
        docstring(f"Queries of {module.source}, {kind}."),
        imports,
        [
            *definitions,
            *(render_function(function, flavour, imports) for function in functions),
            render_class(module, functions, flavour, writer),
        ],
        public=public_names([*names, module.class_name]),
    )


def _hidden(module: QueryModule) -> set[str]:
    """Names that the module's functions and the fields of its classes hide."""
    hidden = {query.function for query in module.queries}
    for query in module.queries:
        if isinstance(query.row, RowOfQuery):
            hidden |= {item.name for item in query.row.items if not isinstance(item, Embed)}
        if query.item_class is not None:
            hidden |= {parameter.name for parameter in query.parameters}
    return hidden
