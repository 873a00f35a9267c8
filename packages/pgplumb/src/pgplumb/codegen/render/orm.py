"""The package of ORM classes, one for each table with a key: SQLAlchemy's or SQLModel's."""

from pgplumb.codegen.model import ModelClass, Package
from pgplumb.codegen.orm import OrmColumn, OrmPackage, OrmRelationship, OrmTable
from pgplumb.codegen.render.models import render_enums
from pgplumb.codegen.render.orm_types import OrmTypes
from pgplumb.codegen.render.package import GeneratedFile, finished, runtime
from pgplumb.codegen.render.text import (
    Imports,
    docstring,
    indented,
    module_text,
    public_names,
    sentence,
    string,
)

_INIT = '"""The ORM\'s classes."""\n'
_BASE = '''class Base(DeclarativeBase):
    """What PostgreSQL fills in is read back at once: nothing is loaded behind your back."""

    __mapper_args__ = MappingProxyType({"eager_defaults": True})'''
_SQLMODEL_BASE = '''class Base(SQLModel, registry=registry()):
    """What PostgreSQL fills in is read back at once: nothing is loaded behind your back."""

    __mapper_args__ = MappingProxyType({"eager_defaults": True})'''


def render_orm(orm: OrmPackage, *, sqlmodel: bool = False) -> list[GeneratedFile]:
    """Write the package's files; they still want formatting. Raises PlumbError for a column whose
    type SQLAlchemy does not have.
    """
    files = {"__init__.py": _INIT, "py.typed": "", "models.py": _models(orm, sqlmodel=sqlmodel)}
    if orm.enums:
        files["enums.py"] = render_enums(Package(orm.enums, (), (), ()))
    if "._types" in files["models.py"]:
        files["_types.py"] = runtime("orm_types")
    if "._ranges" in files["models.py"]:
        files["_ranges.py"] = runtime("orm_ranges")
    return finished(files, {})


def _models(orm: OrmPackage, *, sqlmodel: bool) -> str:
    names = ["Base", *(each.class_name for each in orm.composites)]
    imports = Imports([*names, *(each.class_name for each in orm.tables)])
    base, module = ("SQLModel", "sqlmodel") if sqlmodel else ("DeclarativeBase", "sqlalchemy.orm")
    imports.name(module, base)
    if sqlmodel:
        # SQLModel's own is shared by all packages of a process.
        imports.name("sqlalchemy.orm", "registry")
    imports.name("types", "MappingProxyType")
    composites = {each.class_name: _postgres_name(each) for each in orm.composites}
    enums = {each.class_name: each for each in orm.enums}
    types = OrmTypes(imports, enums, composites, pydantic=sqlmodel)
    used = [each for each in orm.composites if _is_used(each, orm)]
    parts = [_SQLMODEL_BASE if sqlmodel else _BASE, *(_composite(each, types) for each in used)]
    parts += [_table(each, types) for each in orm.tables]
    names = ["Base", *(each.class_name for each in used), *(each.class_name for each in orm.tables)]
    return module_text(
        '"""Classes of tables, and of the composite types in their columns."""',
        imports,
        parts,
        public=public_names(names),
    )


def _postgres_name(composite: ModelClass) -> str:
    return composite.described_as.removeprefix("Composite type ")


def _is_used(composite: ModelClass, orm: OrmPackage) -> bool:
    types = [column.type for table in orm.tables for column in table.columns]
    types += [field.type for each in orm.composites for field in each.fields]
    return any(f"'{composite.class_name}'" in repr(each) for each in types)


def _composite(composite: ModelClass, types: OrmTypes) -> str:
    decorator = types.imports.name("dataclasses", "dataclass")
    lines = [docstring(sentence(composite.comment or composite.described_as)), ""]
    for field in composite.fields:
        where = f"{_postgres_name(composite)}.{field.column}"
        lines.append(f"{field.name}: {types.annotation(field.type, where, nullable=True)} = None")
    return (
        f"@{decorator}(frozen=True, slots=True)\nclass {composite.class_name}:\n{indented(lines)}"
    )


def _table(table: OrmTable, types: OrmTypes) -> str:
    name = "__tablename__"
    if types.pydantic:
        # Type checkers take what SQLModel says of its own for something else than a name.
        types.imports.name("typing", "Any")
        name += f": {types.imports.name('typing', 'ClassVar')}[Any]"
    lines = [docstring(sentence(table.described_as)), "", f"{name} = {string(table.table)}"]
    arguments = [_several(key.columns, key.refers, types.imports) for key in table.keys]
    if table.schema is not None:
        arguments.append(f"{{{string('schema')}: {string(table.schema)}}}")
    if arguments:
        lines.append(f"__table_args__ = ({', '.join(arguments)},)")
    lines.append("")
    write = _field if types.pydantic else _column
    lines += [write(column, table, types) for column in table.columns]
    lines += [_relationship(each, types) for each in table.relationships]
    bases = "Base, table=True" if types.pydantic else "Base"
    return f"class {table.class_name}({bases}):\n{indented(lines)}"


def _several(columns: tuple[str, ...], refers: tuple[str, ...], imports: Imports) -> str:
    constraint = imports.name("sqlalchemy", "ForeignKeyConstraint")
    own, others = (", ".join(map(string, each)) for each in (columns, refers))
    return f"{constraint}([{own}], [{others}])"


def _column(column: OrmColumn, table: OrmTable, types: OrmTypes) -> str:
    mapped = types.imports.name("sqlalchemy.orm", "Mapped")
    made = types.imports.name("sqlalchemy.orm", "mapped_column")
    annotation = types.annotation(column.type, _where(column, table), nullable=column.nullable)
    arguments = ", ".join(_column_arguments(column, table, types))
    return f"{column.name}: {mapped}[{annotation}] = {made}({arguments})"


def _field(column: OrmColumn, table: OrmTable, types: OrmTypes) -> str:
    """A field of SQLModel's: None stands for what PostgreSQL fills in."""
    optional = column.nullable or column.filled or column.generated
    annotation = types.annotation(column.type, _where(column, table), nullable=optional)
    arguments = _column_arguments(column, table, types)
    if not column.nullable:
        arguments.append("nullable=False")
    made = f"{types.imports.name('sqlalchemy', 'Column')}({', '.join(arguments)})"
    field = types.imports.name("sqlmodel", "Field")
    default = "default=None, " if optional else ""
    return f"{column.name}: {annotation} = {field}({default}sa_column={made})"


def _where(column: OrmColumn, table: OrmTable) -> str:
    return f"{table.table}.{column.column}"


def _column_arguments(column: OrmColumn, table: OrmTable, types: OrmTypes) -> list[str]:
    imports = types.imports
    arguments = [string(column.column)] if column.name != column.column else []
    arguments.append(types.column_type(column.type, _where(column, table)))
    if column.refers is not None:
        arguments.append(f"{imports.name('sqlalchemy', 'ForeignKey')}({string(column.refers)})")
    if column.primary:
        arguments.append("primary_key=True")
    if column.filled or column.generated:
        fetched = f"{imports.name('sqlalchemy', 'FetchedValue')}()"
        arguments.append(f"server_default={fetched}")
        if column.generated:
            arguments.append(f"server_onupdate={fetched}")
    if column.comment:
        arguments.append(f"comment={string(column.comment)}")
    return arguments


def _relationship(each: OrmRelationship, types: OrmTypes) -> str:
    imports = types.imports
    made = imports.name("sqlalchemy.orm", "relationship")
    target = f'"{each.target}"'
    if each.many:
        annotation = f"list[{target}]"
    else:
        annotation = f'"{each.target} | None"' if each.nullable else target
    keys = ", ".join(f"{each.owner}.{name}" for name in each.foreign)
    arguments = [f"back_populates={string(each.back)}", f"foreign_keys={string(f'[{keys}]')}"]
    # Asynchronous code can't load on access: it has to say what it wants to have loaded.
    arguments.append('lazy="raise"')
    if each.remote and each.target == each.owner:
        remote = ", ".join(f"{each.target}.{name}" for name in each.remote)
        arguments.append(f"remote_side={string(f'[{remote}]')}")
    if not each.remote:
        # What happens to rows whose row is deleted is said by the key, to PostgreSQL.
        arguments.append('passive_deletes="all"')
    if types.pydantic:
        relationship = imports.name("sqlmodel", "Relationship")
        listed = ", ".join([string(each.target), *arguments])
        return f"{each.name}: {annotation} = {relationship}(sa_relationship={made}({listed}))"
    mapped = imports.name("sqlalchemy.orm", "Mapped")
    return f"{each.name}: {mapped}[{annotation}] = {made}({', '.join(arguments)})"
