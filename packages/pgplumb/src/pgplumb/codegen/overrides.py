"""Python types that the user has chosen: `overrides` in the plugin's options.

overrides:
  - {pg_type: jsonb, py_type: app.json.Document}
  - {column: contact.preferences, py_type: app.contacts.Preferences}
  - {query_column: GetReport.totals, py_type: app.reports.Totals}
  - {pg_type: timestamptz, py_type: str}

str stands for PostgreSQL's text form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pgplumb.codegen.model import CustomType, Scalar, TextType, Type, base_of
from pgplumb.errors import PlumbError
from pgplumb.postgres.catalog import Catalog, PostgresType, Relation


class PythonName(NamedTuple):
    """`from module import name`."""

    module: str
    name: str


AS_TEXT = PythonName("builtins", "str")


def chosen_type(chosen: PythonName, base: Type) -> Type:
    """The type chosen in place of `base`. Raises PlumbError for one that can't be."""
    if chosen != AS_TEXT:
        return CustomType(*chosen, base)
    scalar = base_of(base)
    if isinstance(scalar, Scalar) and scalar.builtin and scalar.name in ("json", "jsonb"):
        raise PlumbError(
            f"sqlc.yaml: overrides: {scalar.name} can't be str, which a JSON value may be, too.",
            hint="For the text of it, cast it in the query: column::text",
        )
    return TextType(base)


@dataclass(frozen=True, slots=True)
class Overrides:
    """The chosen types, by what they are chosen for, as the user wrote it."""

    types: dict[str, PythonName] = field(default_factory=dict[str, PythonName])
    columns: dict[str, PythonName] = field(default_factory=dict[str, PythonName])
    query_columns: dict[str, PythonName] = field(default_factory=dict[str, PythonName])

    def of_type(self, facts: PostgresType) -> PythonName | None:
        """The chosen type for a PostgreSQL type, named with or without its schema."""
        return self.types.get(facts.name) or self.types.get(f"{facts.schema}.{facts.name}")

    def of_column(self, relation: Relation, column: str) -> PythonName | None:
        """The chosen type for a column, its table named with or without its schema."""
        name = f"{relation.name}.{column}"
        return self.columns.get(name) or self.columns.get(f"{relation.schema}.{name}")

    def of_query_column(self, query: str, column: str) -> PythonName | None:
        """The chosen type for a result column."""
        return self.query_columns.get(f"{query}.{column}")

    def within(self, catalog: Catalog) -> "Overrides":
        """Without those for types and columns that a database does not have."""
        types, columns = _known(catalog)
        return Overrides(
            {name: chosen for name, chosen in self.types.items() if name in types},
            {name: chosen for name, chosen in self.columns.items() if name in columns},
            self.query_columns,
        )

    def check(self, catalog: Catalog) -> None:
        """Raises PlumbError for a type or a column that does not exist."""
        known_types, known_columns = _known(catalog)
        for kind, given, known in (
            ("type", self.types, known_types),
            ("column", self.columns, known_columns),
        ):
            for name in given:
                if name not in known:
                    raise PlumbError(
                        f'sqlc.yaml: overrides: there is no {kind} "{name}" in the schema.'
                    )

    def check_queries(self, known: Iterable[str]) -> None:
        """Raises PlumbError for a result column, `Query.column`, that no query has."""
        for name in self.query_columns.keys() - set(known):
            raise PlumbError(f'sqlc.yaml: overrides: no query has the column "{name}".')


def _known(catalog: Catalog) -> tuple[set[str], set[str]]:
    """The names of a database's types and columns, with their schemas and without."""
    types = _both_names((each.schema, each.name) for each in catalog.types.values())
    columns = _both_names(
        (relation.schema, f"{relation.name}.{column.name}")
        for relation in catalog.relations.values()
        for column in relation.columns
    )
    return types, columns


def _both_names(names: Iterable[tuple[str, str]]) -> set[str]:
    known: set[str] = set()
    for schema, name in names:
        known |= {name, f"{schema}.{name}"}
    return known
