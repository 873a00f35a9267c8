"""Random schemas: objects of all kinds, and the changes that people make to them.

A schema is a list of items. Each item writes its own SQL and can change; items refer to one another
by name only, and PostgreSQL says which of them it takes: the rest is left out of the schema.
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeVar

from .random_choices import (
    BUILT_IN,
    COMMENTS,
    FAMILIES,
    OTHER_NAMES,
    ROLES,
    SCHEMAS,
    Choices,
    Family,
)

_LABELS: Final = ("a", "b", "c", "d", "it's", "Z z", "e")


@dataclass
class Item(ABC):
    """Something that a schema has; `name` is written as in SQL, with its schema."""

    name: str
    comment: str | None = None
    grants: list[str] = field(default_factory=list[str])
    owner: str | None = None
    word: ClassVar[str] = ""
    """What COMMENT ON and ALTER call it."""
    privileges: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def make(self, schema: "Schema") -> Iterator[str]:
        """The statements that make it; without the first there is no such item."""

    @abstractmethod
    def change(self, schema: "Schema", choices: Choices) -> None:
        """Change it in one way."""

    def reference(self) -> str:
        """What COMMENT ON and ALTER call it."""
        return f"{self.word} {self.name}"

    def statements(self, schema: "Schema") -> Iterator[str]:
        """All that makes it what it is."""
        yield from self.make(schema)
        if self.comment is not None:
            text = self.comment.replace("'", "''")
            yield f"comment on {self.reference()} is '{text}'"
        if self.owner is not None:
            yield f"alter {self.reference()} owner to {self.owner}"
        for grant in self.grants:
            verb, preposition = ("revoke", "from") if grant.endswith("public") else ("grant", "to")
            privilege, _, role = grant.partition(" to ")
            yield f"{verb} {privilege} on {self.granted()} {preposition} {role}"

    def call(self, result: str | None, arguments: tuple[str, ...]) -> str | None:
        """Its name, if it is a function of these arguments that gives that result, or any."""
        del result, arguments
        return None

    def granted(self) -> str:
        """What GRANT calls it."""
        return self.reference()

    def decorate(self, choices: Choices) -> None:
        """Choose what any object may have."""
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None
        if self.privileges:
            self.grants = [
                f"{choices.pick(self.privileges)} to {choices.pick((*ROLES, ROLES[0] + option))}"
                for option in (" with grant option", "")
                if choices.one_in(4)
            ]
            self.owner = choices.pick(ROLES) if choices.one_in(25) else None


class Relation(Item):
    """A table or view."""

    @abstractmethod
    def shape(self, schema: "Schema") -> list[tuple[str, str]]:
        """Its columns and their types."""


ItemType = TypeVar("ItemType", bound=Item)


@dataclass
class Schema:
    """The items of a schema, in the order they are made in."""

    items: list[Item] = field(default_factory=list[Item])

    def all(self, kind: type[ItemType]) -> list[ItemType]:
        """The items of a kind."""
        return [item for item in self.items if isinstance(item, kind)]

    def find(self, kind: type[ItemType], name: str) -> ItemType | None:
        """The item of that kind and name."""
        return next((item for item in self.all(kind) if item.name == name), None)

    def copy(self) -> "Schema":
        """A schema that can be changed by itself."""
        return copy.deepcopy(self)

    def types(self) -> list[str]:
        """The types of the schema's own."""
        return [item.name for item in self.items if isinstance(item, Type)]

    def family(self, name: str) -> Family:
        """How the values of a type are used."""
        if name in BUILT_IN:
            return FAMILIES[BUILT_IN[name]]
        item = next((each for each in self.all(Type) if each.name == name), None)
        if item is not None:
            return item.family(self)
        if name.endswith("[]"):
            elements = [each.strip("'") for each in self.family(name[:-2]).constants]
            plain = [each for each in elements if each.isalnum()]
            return Family(("'{}'", *(f"'{{{each}}}'" for each in plain)), ("cardinality({0}) < 9",))
        return Family(("null",))

    def callable(self, result: str | None, arguments: tuple[str, ...]) -> list[str]:
        """The functions of these arguments that give that result, None for any."""
        calls = (item.call(result, arguments) for item in self.items)
        return [each for each in calls if each is not None]

    def shape(self, relation: str) -> list[tuple[str, str]]:
        """The columns and types of the relation of that name."""
        item = self.find(Relation, relation)
        return item.shape(self) if item is not None else []

    def type(self, choices: Choices) -> str:
        """A type: often one of the schema's own, sometimes an array of them."""
        own = self.types()
        if own and not choices.below(2):
            name = choices.pick(own)
            return f"{name}[]" if choices.one_in(4) else name
        names = tuple(BUILT_IN)
        return choices.pick(names[:6] if choices.below(2) else names)

    def other_type(self, name: str, choices: Choices) -> str:
        """A type that the values of another can be cast to, as a rule."""
        others = [each for each in self.family(name).others if each != name]
        return choices.pick(others) if others else name


def new_name(schema: Schema, kinds: type[Item], names: Sequence[str], choices: Choices) -> str:
    """A qualified name that no item of the kinds has as yet."""
    there = {item.name for item in schema.all(kinds)}
    while True:
        name = f"{choices.pick(SCHEMAS)}.{choices.pick(names)}"
        if name not in there:
            return name
        names = (*names, f"more{len(names)}")


@dataclass
class Namespace(Item):
    """A schema."""

    word: ClassVar[str] = "schema"
    privileges: ClassVar[tuple[str, ...]] = ("usage", "create")

    def make(self, schema: Schema) -> Iterator[str]:
        if self.name != "public":
            yield f"create schema {self.name}"

    def change(self, schema: Schema, choices: Choices) -> None:
        self.decorate(choices)


@dataclass
class Extension(Item):
    """An extension."""

    schema: str = "public"
    word: ClassVar[str] = "extension"

    def make(self, schema: Schema) -> Iterator[str]:
        yield f"create extension {self.name} schema {self.schema}"

    def change(self, schema: Schema, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS)


class Type(Item):
    """A type of the schema's own."""

    word: ClassVar[str] = "type"
    privileges: ClassVar[tuple[str, ...]] = ("usage",)

    @abstractmethod
    def family(self, schema: Schema) -> Family:
        """How its values are used."""


@dataclass
class Enum(Type):
    """An enum."""

    labels: list[str] = field(default_factory=list[str])

    def make(self, schema: Schema) -> Iterator[str]:
        yield f"create type {self.name} as enum ({', '.join(map(_literal, self.labels))})"

    def change(self, schema: Schema, choices: Choices) -> None:
        left = [label for label in _LABELS if label not in self.labels]
        for _ in range(1 + choices.below(2)):
            match choices.below(5):
                case 0 | 1 if left:
                    label = left.pop(choices.below(len(left)))
                    self.labels.insert(choices.below(len(self.labels) + 1), label)
                case 2 if len(self.labels) > 1:
                    del self.labels[choices.below(len(self.labels))]
                case 3:
                    self.labels = choices.some(self.labels, 9) or self.labels
                case _:
                    self.decorate(choices)

    def family(self, schema: Schema) -> Family:
        literals = tuple(map(_literal, self.labels))
        one, other = literals[0], literals[-1]
        return Family(
            literals,
            (
                f"{{0}} <> {one}",
                f"{{0}} in ({one}, {other})",
                f"{{0}} = any (array[{one}, {other}]::{self.name}[])",
                f"{{0}} > {one}",
                "({0})::text <> 'x'",
                f"({{0}} is null or {{0}} >= {one}::{self.name})",
            ),
            ("{0}", f"coalesce({{0}}, {one})", f"greatest({{0}}, {other})"),
            ("text", *(each.name for each in schema.all(Enum)), "character varying(40)"),
        )


@dataclass
class Check:
    """A CHECK constraint of a domain."""

    name: str
    condition: str
    valid: bool = True


@dataclass
class Domain(Type):
    """A domain."""

    base: str = "integer"
    default: str | None = None
    not_null: bool = False
    collation: str | None = None
    checks: list[Check] = field(default_factory=list[Check])
    word: ClassVar[str] = "domain"

    def make(self, schema: Schema) -> Iterator[str]:
        words = [f"create domain {self.name} as {self.base}"]
        words += [f"collate {self.collation}"] if self.collation else []
        words += [f"default {self.default}"] if self.default else []
        words += ["not null"] if self.not_null else []
        for check in self.checks:
            words += [f"constraint {check.name} check ({check.condition})"] if check.valid else []
        yield " ".join(words)
        for check in self.checks:
            if not check.valid:
                yield (
                    f"alter domain {self.name} add constraint {check.name}"
                    f" check ({check.condition}) not valid"
                )

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(8):
            case 0 | 1:
                self.check(schema, choices)
            case 2 if self.checks:
                self.checks.pop()
            case 3:
                self.default = choices.pick((None, *schema.family(self.base).constants))
            case 4:
                self.base = schema.other_type(self.base, choices)
                self.collation = None
            case 5 if self.checks:
                choices.pick(self.checks).valid ^= True
            case 6:
                self.not_null = not self.not_null
            case _:
                self.decorate(choices)

    def check(self, schema: Schema, choices: Choices) -> None:
        """Add a check, or change it."""
        name = choices.pick(OTHER_NAMES)
        condition = choices.pick(schema.family(self.base).conditions).format("value")
        self.checks = [each for each in self.checks if each.name != name]
        self.checks.append(Check(name, condition, valid=not choices.one_in(4)))

    def family(self, schema: Schema) -> Family:
        base = schema.family(self.base)
        others = (self.base, *base.others, *(each.name for each in schema.all(Domain)))
        return Family(base.constants, base.conditions, base.expressions, others)


@dataclass
class Composite(Type):
    """A composite type."""

    attributes: dict[str, str] = field(default_factory=dict[str, str])

    def make(self, schema: Schema) -> Iterator[str]:
        lines = ", ".join(f"{name} {kind}" for name, kind in self.attributes.items())
        yield f"create type {self.name} as ({lines})"

    def change(self, schema: Schema, choices: Choices) -> None:
        names = list(self.attributes)
        match choices.below(5):
            case 0 | 1:
                self.attributes[choices.pick(OTHER_NAMES)] = schema.type(choices)
            case 2 if len(names) > 1:
                del self.attributes[choices.pick(names)]
            case 3:
                name = choices.pick(names)
                self.attributes[name] = schema.other_type(self.attributes[name], choices)
            case _:
                chosen = choices.some(names, 9)
                left = [name for name in names if name not in chosen]
                self.attributes = {name: self.attributes[name] for name in (*chosen, *left)}

    def family(self, schema: Schema) -> Family:
        empty = f"'({',' * (len(self.attributes) - 1)})'"
        return Family(
            (empty,),
            tuple(f"({{0}}).{name} is null" for name in self.attributes),
            others=tuple(each.name for each in schema.all(Composite)),
        )


@dataclass
class Range(Type):
    """A range type."""

    subtype: str = "double precision"
    options: str = ""

    def make(self, schema: Schema) -> Iterator[str]:
        yield f"create type {self.name} as range (subtype = {self.subtype}{self.options})"

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(3):
            case 0:
                self.decorate(choices)
            case 1:
                self.subtype = choices.pick(("double precision", "text", "integer", "time"))
                self.options = ""
            case _:
                name = f"{self.name.partition('.')[0]}.many"
                extra = ", subtype_diff = float8mi" if "double" in self.subtype else ""
                self.options = choices.pick((extra, f", multirange_type_name = {name}"))

    def family(self, schema: Schema) -> Family:
        return Family(
            ("'empty'", "'(,)'"),
            ("not isempty({0})", "{0} <> 'empty'"),
            others=(*(each.name for each in schema.all(Range)), "text"),
        )


@dataclass
class NumberSequence(Item):
    """A sequence."""

    options: dict[str, str] = field(default_factory=dict[str, str])
    owned_by: str | None = None
    unlogged: bool = False
    word: ClassVar[str] = "sequence"
    privileges: ClassVar[tuple[str, ...]] = ("usage", "select", "update")

    def make(self, schema: Schema) -> Iterator[str]:
        words = " ".join(f"{name} {value}" for name, value in self.options.items())
        unlogged = "unlogged " if self.unlogged else ""
        yield f"create {unlogged}sequence {self.name} {words}"
        if self.owned_by:
            yield f"alter sequence {self.name} owned by {self.owned_by}"

    def change(self, schema: Schema, choices: Choices) -> None:
        name, values = choices.pick(SEQUENCE_OPTIONS)
        match choices.below(5):
            case 0 | 1 | 2:
                self.options[name] = choices.pick(values)
            case 3:
                self.options.pop(name, None)
                self.unlogged = choices.one_in(3)
            case _:
                self.decorate(choices)


SEQUENCE_OPTIONS: Final = (
    ("increment by", ("2", "5", "-1")),
    ("minvalue", ("1", "-5", "-1000")),
    ("maxvalue", ("1000", "99", "30000")),
    ("cache", ("10", "2")),
    ("cycle", ("",)),
    ("as", ("integer", "smallint", "bigint")),
    ("start with", ("5", "7")),
)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
