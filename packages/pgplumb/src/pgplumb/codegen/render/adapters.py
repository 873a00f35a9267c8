"""_adapters.py: how values of the types that the user has chosen are written."""

from pgplumb.codegen.model import ArrayType, CustomType, DomainType, Package, Type
from pgplumb.codegen.render.text import Imports, module_text
from pgplumb.codegen.render.types import adapter_constant


def render_adapters(package: Package) -> str | None:
    """The module's text; None when no argument has a chosen type."""
    chosen = {
        adapter_constant(custom): custom
        for custom in map(_chosen, package.parameter_types())
        if custom is not None
    }
    if not chosen:
        return None
    imports = Imports()
    adapter = imports.name("pydantic", "TypeAdapter")
    lines: list[str] = []
    for constant, each in sorted(chosen.items()):
        name = imports.chosen(each.module, each.name)
        lines.append(f"{constant}: {adapter}[{name}] = {adapter}({name})")
    return module_text(
        '"""Adapters of the types chosen in sqlc.yaml."""', imports, ["\n".join(lines)]
    )


def _chosen(type_: Type) -> CustomType | None:
    match type_:
        case CustomType():
            return type_
        case ArrayType(element):
            return _chosen(element)
        case DomainType(base=base):
            return _chosen(base)
        case _:
            return None
