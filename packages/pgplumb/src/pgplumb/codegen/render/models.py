"""models.py and enums.py."""

from collections.abc import Iterable
from decimal import Decimal

from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    DomainAlias,
    DomainType,
    Driver,
    EnumClass,
    Field,
    ModelClass,
    Package,
    RangeType,
    Scalar,
    Type,
    base_of,
)
from pgplumb.codegen.render.text import (
    Imports,
    docstring,
    indented,
    module_text,
    public_names,
    sentence,
    string,
)
from pgplumb.codegen.render.types import TypeWriter


def render_enums(package: Package) -> str:
    """enums.py: a StrEnum for each enum type."""
    imports = Imports()
    imports.name("enum", "StrEnum")
    names = public_names(each.class_name for each in package.enums)
    enums = (_enum(each) for each in package.enums)
    return module_text('"""Enum types."""', imports, enums, public=names)


def _enum(each: EnumClass) -> str:
    title = each.comment or f"Enum type {each.postgres_name}"
    members = [f"{name} = {string(label)}" for name, label in each.members]
    body = [docstring(sentence(title))]
    return f"class {each.class_name}(StrEnum):\n{indented(body)}\n" + (
        f"\n{indented(members)}" if members else ""
    )


def render_models(package: Package, driver: Driver = Driver.PSYCOPG, *, frozen: bool) -> str:
    """models.py: an alias for each domain, a model for each composite type, table and view."""
    names = [each.alias for each in package.domains]
    names += [each.class_name for each in package.models]
    imports = Imports(names)
    hidden = {field.name for model in package.models for field in model.fields}
    writer = TypeWriter(imports, hidden, in_models=True, frozen=frozen, driver=driver)
    parts = [
        _alias(each, writer) if isinstance(each, DomainAlias) else render_model(each, writer)
        for each in _in_order(package)
    ]
    head = '"""Models of tables, views and composite types."""'
    return module_text(head, imports, parts, public=public_names(names))


def _in_order(package: Package) -> list[DomainAlias | ModelClass]:
    """Domains, then models; but each behind those that it refers to."""
    waiting: dict[str, DomainAlias | ModelClass] = {each.alias: each for each in package.domains}
    waiting |= {each.class_name: each for each in package.models}
    ordered: list[DomainAlias | ModelClass] = []

    def add(name: str) -> None:
        each = waiting.pop(name, None)
        if each is None:
            return
        own = [each.base] if isinstance(each, DomainAlias) else [x.type for x in each.fields]
        for referred in map(_referred, own):
            if referred is not None:
                add(referred)
        ordered.append(each)

    for name in list(waiting):
        add(name)
    return ordered


def _referred(type_: Type) -> str | None:
    """The alias or model that an annotation of this type names."""
    match type_:
        case DomainType(name) | CompositeType(name):
            return name
        case ArrayType(inner) | RangeType(inner):
            return _referred(inner)
        case _:
            return None


def _alias(domain: DomainAlias, writer: TypeWriter) -> str:
    alias = writer.imports.name("typing", "TypeAlias")
    title = sentence(domain.comment or f"Domain {domain.postgres_name}")
    if domain.constraints:
        title += "\n\n" + "\n".join(domain.constraints)
    return f"{domain.alias}: {alias} = {_limited(domain, writer)}\n{docstring(title)}"


def _limited(domain: DomainAlias, writer: TypeWriter) -> str:
    """The annotation of a domain: its base type's, within the limits that it has."""
    limits = domain.limits
    if limits is None:
        return writer.annotation(domain.base)
    if limits.values:
        values = (string(each) if isinstance(each, str) else str(each) for each in limits.values)
        return f"{writer.imports.name('typing', 'Literal')}[{', '.join(values)}]"
    annotated = writer.imports.name("typing", "Annotated")
    field = writer.imports.name("pydantic", "Field")
    bounds = (f"{name}={_number(bound, writer.imports)}" for name, bound in limits.bounds)
    return f"{annotated}[{writer.annotation(domain.base)}, {field}({', '.join(bounds)})]"


def _number(value: float | Decimal, imports: Imports) -> str:
    if isinstance(value, Decimal) and value != int(value):
        return f'{imports.name("decimal", "Decimal")}("{value}")'
    return str(int(value)) if isinstance(value, Decimal) else repr(value)


def render_model(model: ModelClass, writer: TypeWriter) -> str:
    """One model's class."""
    lines = [docstring(sentence(model.comment or model.described_as)), ""]
    aliases = aliases_of((field.name, field.column) for field in model.fields)
    lines += model_lines(writer, aliased=any(aliases))
    lines += [
        model_field(field, alias, writer)
        for field, alias in zip(model.fields, aliases, strict=True)
    ]
    return model_class(model.class_name, lines, writer.imports)


def model_class(name: str, lines: list[str], imports: Imports) -> str:
    """A class, given its body.

    Rows need no validator of their model: most are never built (Pydantic, ConfigDict.defer_build).
    """
    base = imports.name("pydantic", "BaseModel")
    return f"class {name}({base}, defer_build=True):\n{indented(lines)}"


def model_lines(writer: TypeWriter, *, aliased: bool) -> list[str]:
    """The configuration of a model, where it needs one."""
    settings = ["frozen=True"] * writer.frozen
    settings += ["validate_by_name=True", "validate_by_alias=True"] * aliased
    if not settings:
        return []
    config = writer.imports.name("pydantic", "ConfigDict")
    return [f"model_config = {config}({', '.join(settings)})", ""]


def aliases_of(fields: Iterable[tuple[str, str]]) -> list[str | None]:
    """The alias of each field, given by name and column: the column where that is another name.

    But none that is another field's name or alias: Pydantic would take that one's value.
    """
    named = list(fields)
    taken = {name for name, _ in named}
    aliases: list[str | None] = []
    for _, column in named:
        aliases.append(None if column in taken else column)
        taken.add(column)
    return aliases


def model_field(field: Field, alias: str | None, writer: TypeWriter) -> str:
    """One field; a column's comment is its description, a name that Python can't hold an alias."""
    annotation = writer.annotation(field.type, nullable=field.nullable)
    return plain_field(field.name, annotation, writer.imports, alias, field.comment)


def plain_field(
    name: str, annotation: str, imports: Imports, alias: str | None, comment: str | None
) -> str:
    """A field of which the annotation is known."""
    arguments: list[str] = []
    if alias is not None:
        written = string(alias)
        arguments += [f"validation_alias={written}", f"serialization_alias={written}"]
    if comment:
        arguments.append(f"description={string(comment)}")
    if not arguments:
        return f"{name}: {annotation}"
    return f"{name}: {annotation} = {imports.name('pydantic', 'Field')}({', '.join(arguments)})"


def needs_fields(type_: Type) -> bool:
    """Whether a field of this type needs the module _fields."""
    match base_of(type_):
        case RangeType() | Scalar(name="numeric", builtin=True):
            return True
        case ArrayType(element, dimensions):
            return dimensions is None or needs_fields(element)
        case _:
            return False
