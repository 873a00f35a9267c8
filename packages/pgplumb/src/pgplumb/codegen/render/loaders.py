"""_loaders.py: how the values of the schema's own types are read."""

import re

from pgplumb.codegen.model import ArrayType, CompositeType, Package, Type, base_of
from pgplumb.codegen.render.text import Imports, module_text
from pgplumb.codegen.render.types import (
    Reading,
    inner_loader,
    loader,
    loader_constant,
    loader_name,
)


def render_loaders(package: Package, reading: Reading) -> str | None:
    """The module's text; None when no query needs it."""
    loaders = (loader(each, reading) for each in package.types())
    # A text by itself needs no loader, only decoding.
    written = {each for each in loaders if each not in (None, "text")}
    if not written:
        return None
    lines: list[str] = []
    inner = map(_innermost, package.types())
    # A table's row type is a composite type too: `select contact from contact`.
    rows = {each.class_name for each in inner if isinstance(each, CompositeType)}
    for model in package.models:
        if model.is_composite or model.class_name in rows:
            name = loader_constant(model.class_name)
            fields = ", ".join(f"{field.name}={inner_loader(field.type)}" for field in model.fields)
            lines.append(f"{name} = composite({fields})")
            written.discard(name)
    lines += [f"{loader_name(each)} = {each}" for each in sorted(written)]
    body = "\n".join(lines)
    imports = Imports()
    for function in ("array", "composite", "multirange_of", "range_of", "scalar"):
        if re.search(rf"\b{function}\(", body):
            imports.name("._wire", function)
    for plain in ("hstore", "text", "vector", "void"):
        if re.search(rf"[=(] ?{plain}\b", body):
            imports.name("._wire", plain)
    return module_text('"""Loaders of the schema\'s own types."""', imports, [body])


def _innermost(type_: Type) -> Type:
    """The type below all arrays and domains."""
    base = base_of(type_)
    return _innermost(base.element) if isinstance(base, ArrayType) else base
