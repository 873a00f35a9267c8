"""Makes models of rows, a slice of them at a time, each value validated.

Pydantic validates all rows of a slice at once, as tuples, which takes a fraction of the time that a
model after the other takes. The models are then put together from the validated values, as
`Model(**values)` would leave them. That passes over a model's own validators, its __init__ and its
private attributes: rows of a model that has any of these go through `Model(**values)`.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeGuard, TypeVar

from pydantic import BaseModel, Json, TypeAdapter

# Larger slices are slower: their values no longer fit into the processor's cache.
SLICE = 100

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)
TupleRow: TypeAlias = tuple[Any, ...]
Load = Callable[[Any], Any]
Read = Callable[[Sequence[TupleRow], int], list[T]]

Make: TypeAlias = "Callable[[Rows[Any], Sequence[TupleRow]], list[Any]]"
AnyJson: TypeAlias = Json[Any] | None

_SETTINGS = {"defer_build", "frozen", "validate_by_alias", "validate_by_name"}
_OWN = ("__init__", "__new__", "__setattr__", "model_post_init")
_NO_LOADS: Mapping[int, Load] = MappingProxyType({})
_NO_EMBEDS: "Mapping[int, Embedded]" = MappingProxyType({})
_new = object.__new__
_set_values = BaseModel.__dict__["__dict__"].__set__
_set_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__


class Embedded(NamedTuple):
    """A model inside of another: its `rows`, and how many columns it has.

    `absent_when_null`: the column, counted from its first, whose NULL says that there is none.
    """

    rows: "Rows[Any]"
    columns: int
    absent_when_null: int | None = None


class Rows(Generic[Model]):
    """Makes models of rows: `values` names a row's values, and nothing else.

    `loads`: what makes a value of what the driver gives, by the field's position. `json`: the
    fields that are any JSON; they can be parsed while they are validated, unless `json_as_text` is
    false. `trusted`: the fields that PostgreSQL is trusted to send right. `embeds`: the fields that
    are models; each takes several of a row's columns.
    """

    def __init__(
        self,
        model: type[Model],
        values: Callable[[TupleRow], dict[str, Any]],
        *,
        loads: Mapping[int, Load] = _NO_LOADS,
        json: Collection[int] = (),
        json_as_text: bool = True,
        trusted: Collection[int] = (),
        embeds: Mapping[int, Embedded] = _NO_EMBEDS,
    ) -> None:
        self._model = model
        self._values = values
        self._loads = loads
        self._json = json
        self._trusted = {*trusted, *embeds}
        self._embeds = embeds
        inside = (each.rows.json_as_text for each in embeds.values())
        self.json_as_text: bool = json_as_text and (bool(json) or any(inside))

    def __call__(self, row: TupleRow) -> Model:
        """The model of one row. Raises ValidationError."""
        if self._embeds:
            row = self._joined([row], lambda part, found: [part(each) for each in found])[0]
        return self._model(**self._values(self._loaded(row)))

    def from_json_text(self, row: TupleRow) -> Model:
        """The model of one row in which JSON is still a text. Raises ValidationError."""
        if self._embeds:
            row = self._joined(
                [row], lambda part, found: [part.from_json_text(each) for each in found]
            )[0]
        return self._model(**self._values(self._loaded(self._parsed(row))))

    def from_rows(self, rows: Sequence[TupleRow]) -> list[Model]:
        """The models of some rows. Raises ValidationError, which does not say of which."""
        if not self._is_plain:
            return [self(row) for row in rows]
        if self._embeds:
            rows = self._joined(rows, lambda part, found: part.from_rows(found))
        return self._built(self._validate(self._all_loaded(rows)))

    def from_json_texts(self, rows: Sequence[TupleRow]) -> list[Model]:
        """The same, where JSON is still a text."""
        if not self._is_plain:
            return [self.from_json_text(row) for row in rows]
        if self._embeds:
            rows = self._joined(rows, lambda part, found: part.from_json_texts(found))
        return self._built(self._validate_texts(self._all_loaded(rows)))

    def _joined(self, rows: Sequence[TupleRow], make: Make) -> list[TupleRow]:
        """The rows with a value for each field: with models in place of their columns."""
        fields: list[list[Any]] = []
        start = 0
        for position in range(len(self._model.model_fields)):
            embedded = self._embeds.get(position)
            if embedded is None:
                fields.append([row[start] for row in rows])
                start += 1
                continue
            part, columns, absent = embedded
            end = start + columns
            if absent is None:
                fields.append(make(part, [row[start:end] for row in rows]))
            else:
                null = start + absent
                there = [row[start:end] for row in rows if row[null] is not None]
                made = iter(make(part, there))
                fields.append([None if row[null] is None else next(made) for row in rows])
            start = end
        return list(zip(*fields, strict=True))

    def _built(self, rows: Sequence[TupleRow]) -> list[Model]:
        model, values, fields_set = self._model, self._values, self._fields_set
        built: list[Model] = []
        for row in rows:
            instance = _new(model)
            _set_values(instance, values(row))
            _set_fields_set(instance, fields_set.copy())
            _set_extra(instance, None)
            _set_private(instance, None)
            built.append(instance)
        return built

    def _all_loaded(self, rows: Sequence[TupleRow]) -> Sequence[TupleRow]:
        return [self._loaded(row) for row in rows] if self._loads else rows

    def _loaded(self, row: TupleRow) -> TupleRow:
        if not self._loads:
            return row
        values = list(row)
        for position, load in self._loads.items():
            values[position] = load(values[position])
        return tuple(values)

    def _parsed(self, row: TupleRow) -> TupleRow:
        values = list(row)
        for position in self._json:
            if isinstance(values[position], str):
                values[position] = json.loads(values[position])
        return tuple(values)

    @cached_property
    def _fields_set(self) -> set[str]:
        return set(self._model.model_fields)

    @cached_property
    def _is_plain(self) -> bool:
        model = self._model
        decorators = model.__pydantic_decorators__
        return (
            model.__bases__ == (BaseModel,)
            and not model.__private_attributes__
            and model.model_config.keys() <= _SETTINGS
            and not any(name in model.__dict__ for name in _OWN)
            and not decorators.validators
            and not decorators.field_validators
            and not decorators.root_validators
            and not decorators.model_validators
        )

    @cached_property
    def _validate(self) -> Callable[[Sequence[TupleRow]], list[TupleRow]]:
        return self._validator(())

    @cached_property
    def _validate_texts(self) -> Callable[[Sequence[TupleRow]], list[TupleRow]]:
        return self._validator(self._json)

    def _validator(self, texts: Collection[int]) -> Callable[[Sequence[TupleRow]], list[TupleRow]]:
        if not texts and len(self._trusted) == len(self._model.model_fields):
            return list
        types: list[Any] = []
        for position, field in enumerate(self._model.model_fields.values()):
            type_: Any = field.annotation
            if position in texts:
                type_ = AnyJson
            elif position in self._trusted:
                types.append(Any)
                continue
            for each in field.metadata:
                type_ = Annotated[type_, each]
            types.append(type_)
        rows: Any = list.__class_getitem__(tuple.__class_getitem__(tuple(types)))
        adapter: TypeAdapter[list[TupleRow]] = TypeAdapter(rows)
        return adapter.validate_python


def is_rows(maker: object) -> TypeGuard[Rows[Any]]:
    """Whether that makes models, and many at a time."""
    return isinstance(maker, Rows)


def reading(
    name: str,
    one: Callable[[TupleRow], T],
    many: Callable[[Sequence[TupleRow]], list[T]] | None,
) -> Read[T]:
    """What makes of the rows of the query so named what it gives, `many` at a time where it can;
    the second argument is how many were before.

    The error of a row has a note that names the row.
    """

    def read(found: Sequence[TupleRow], before: int) -> list[T]:
        if many is not None:
            # An error names no row, nor the model's fields; what follows does.
            with suppress(Exception):
                return many(found)
        made: list[T] = []
        for each in found:
            try:
                made.append(one(each))
            except Exception as error:
                number = before + len(made)
                error.add_note(f"{name}: row {number} (counted from 0) failed")
                raise
        return made

    return read
