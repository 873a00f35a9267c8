"""Making a random schema, and turning it into another one."""

from collections.abc import Callable

from .random_choices import (
    NUMBER_NAMES,
    OTHER_NAMES,
    RELATION_NAMES,
    SCHEMAS,
    Choices,
)
from .random_code import (
    Argument,
    Function,
    Policy,
    Procedure,
    Rule,
    TableFunction,
    Trigger,
    TriggerFunction,
    View,
)
from .random_schemas import (
    Composite,
    Domain,
    Enum,
    Extension,
    Item,
    Namespace,
    NumberSequence,
    Range,
    Relation,
    Schema,
    Type,
    new_name,
)
from .random_tables import Column, Constraint, Index, Table

_EXTENSIONS = ("btree_gist", "citext", "hstore", "pg_trgm")


Maker = Callable[[Schema, Choices], Item | None]


def random_schema(choices: Choices) -> Schema:
    """A schema of its own."""
    schema = Schema([Namespace(name) for name in SCHEMAS])
    for _ in range(5 + choices.below(18)):
        add_item(schema, choices)
    return schema


def changed(schema: Schema, choices: Choices) -> Schema:
    """A schema that was made of another by a few changes, or by many."""
    other = schema.copy()
    for _ in range(1 + choices.below(3 if choices.below(3) else 16)):
        match choices.below(20):
            case 0 | 1 | 2 | 3 | 4 | 5:
                add_item(other, choices)
            case 6 | 7 | 8 if other.items:
                del other.items[choices.below(len(other.items))]
            case _ if other.items:
                choices.pick(other.items).change(other, choices)
            case _:
                pass
    return other


def add_item(schema: Schema, choices: Choices) -> None:
    """Add an item of any kind that fits what is there."""
    makers: list[Maker] = [
        _table,
        _enum,
        _table,
        _domain,
        _function,
        _sequence,
        _composite,
        _trigger_function,
    ]
    if schema.all(Table):
        makers += [_constraint, _index, _view, _constraint, _trigger, _view, _policy, _key, _part]
        makers += [_rule, _table_function, _procedure, _heir, _table, _key, _owned_sequence]
    makers += [_range, _extension, _namespace, _typed_table]
    maker = choices.pick(makers)
    item = maker(schema, choices)
    if item is not None:
        item.decorate(choices)
        schema.items.append(item)


def _namespace(schema: Schema, choices: Choices) -> Item | None:
    name = choices.pick((*SCHEMAS, "more"))
    return None if schema.find(Namespace, name) else Namespace(name)


def _extension(schema: Schema, choices: Choices) -> Item | None:
    name = choices.pick(_EXTENSIONS)
    if schema.find(Extension, name):
        return None
    return Extension(name, schema=choices.pick(SCHEMAS))


def _enum(schema: Schema, choices: Choices) -> Item:
    enum = Enum(new_name(schema, Type, OTHER_NAMES, choices), labels=["a", "b"])
    enum.change(schema, choices)
    return enum


def _domain(schema: Schema, choices: Choices) -> Item:
    domain = Domain(new_name(schema, Type, OTHER_NAMES, choices), base=schema.type(choices))
    for _ in range(choices.below(3)):
        domain.check(schema, choices)
    return domain


def _composite(schema: Schema, choices: Choices) -> Item:
    item = Composite(new_name(schema, Type, OTHER_NAMES, choices), attributes={"x": "integer"})
    for _ in range(choices.below(4)):
        item.change(schema, choices)
    return item


def _range(schema: Schema, choices: Choices) -> Item:
    item = Range(new_name(schema, Type, OTHER_NAMES, choices))
    item.change(schema, choices)
    return item


def _sequence(schema: Schema, choices: Choices) -> Item:
    sequence = NumberSequence(new_name(schema, Item, NUMBER_NAMES, choices))
    for _ in range(choices.below(3)):
        sequence.change(schema, choices)
    return sequence


def _owned_sequence(schema: Schema, choices: Choices) -> Item | None:
    table = choices.pick(schema.all(Table))
    numbers = [each for each in table.columns if each.type in {"integer", "bigint"}]
    if not numbers:
        return None
    column = choices.pick(numbers)
    schema_name = table.name.partition(".")[0]
    sequence = NumberSequence(f"{schema_name}.{choices.pick(NUMBER_NAMES)}")
    sequence.owned_by = f"{table.name}.{column.name}"
    if not column.identity and not column.generated and choices.below(3):
        column.default = f"nextval('{sequence.name}')"
    return sequence


def _table(schema: Schema, choices: Choices) -> Item:
    table = Table(new_name(schema, Relation, RELATION_NAMES, choices))
    table.columns = [Column("id", choices.pick(("integer", "bigint", "text", "date")))]
    if choices.one_in(4):
        table.strategy = choices.pick(("list", "range", "hash"))
    for _ in range(1 + choices.below(5)):
        table.add_column(schema, choices)
    for _ in range(choices.below(2)):
        table.change(schema, choices)
    if table.strategy:  # "id" is what it is partitioned by
        table.columns.sort(key=lambda column: column.name != "id")
    return table


def _typed_table(schema: Schema, choices: Choices) -> Item | None:
    types = schema.all(Composite)
    if not types:
        return None
    name = new_name(schema, Relation, RELATION_NAMES, choices)
    return Table(name, of_type=choices.pick(types).name)


def _heir(schema: Schema, choices: Choices) -> Item:
    parents = choices.some([each.name for each in schema.all(Table) if not each.strategy], 2)
    table = Table(new_name(schema, Relation, RELATION_NAMES, choices), inherits=parents)
    table.add_column(schema, choices)
    return table


def _part(schema: Schema, choices: Choices) -> Item | None:
    wholes = [table for table in schema.all(Table) if table.strategy]
    if not wholes:
        return None
    whole = choices.pick(wholes)
    name = new_name(schema, Relation, RELATION_NAMES, choices)
    table = Table(name, partition_of=whole.name, bound=whole.new_bound(choices))
    table.attached = choices.one_in(3)
    table.strategy = choices.pick(("list", "range", "hash")) if choices.one_in(5) else None
    return table


def _constraint(schema: Schema, choices: Choices) -> Item:
    table = choices.pick(schema.all(Table))
    constraint = Constraint(choices.pick(OTHER_NAMES), table=table.name)
    constraint.choose(schema, choices)
    return constraint


def _key(schema: Schema, choices: Choices) -> Item:
    table = choices.pick(schema.all(Table))
    columns = table.all_columns(schema)
    name = f"{table.name.partition('.')[2].strip(chr(34))[:40]}_pkey".replace(" ", "_")
    column = columns[0].name if columns else "id"
    return Constraint(f'"{name}"', table=table.name, body=f"primary key ({column})")


def _index(schema: Schema, choices: Choices) -> Item:
    materialized = [view for view in schema.all(View) if view.form == "materialized view"]
    relation = choices.pick([*schema.all(Table), *materialized, *materialized])
    namespace = relation.name.partition(".")[0]
    index = Index(f"{namespace}.{choices.pick(OTHER_NAMES)}", table=relation.name)
    index.choose(schema, choices)
    return index


def _function(schema: Schema, choices: Choices) -> Item:
    function = Function(f"{choices.pick(SCHEMAS)}.{choices.pick(OTHER_NAMES)}")
    for number in range(choices.below(3)):
        function.arguments.append(Argument(f"v{number}", schema.type(choices)))
    function.result = schema.type(choices)
    if function.arguments and choices.below(2):
        function.result = choices.pick((function.arguments[0].type, "boolean"))
    function.attributes = ["immutable"] if choices.below(3) else []
    function.language = choices.pick(("sql", "atomic", "plpgsql"))
    function.choose_body(schema, choices)
    return function


def _table_function(schema: Schema, choices: Choices) -> Item:
    name = f"{choices.pick(SCHEMAS)}.{choices.pick(OTHER_NAMES)}"
    relation = choices.pick(schema.all(Relation))
    function = TableFunction(name, table=relation.name)
    function.language = choices.pick(("sql", "atomic", "plpgsql"))
    function.choose(schema, choices)
    return function


def _trigger_function(schema: Schema, choices: Choices) -> Item:
    del schema
    return TriggerFunction(f"{choices.pick(SCHEMAS)}.{choices.pick(('touch', 'audit'))}")


def _procedure(schema: Schema, choices: Choices) -> Item:
    name = f"{choices.pick(SCHEMAS)}.{choices.pick(OTHER_NAMES)}"
    arguments = [Argument("v", schema.type(choices))]
    return Procedure(name, arguments=arguments, table=choices.pick(schema.all(Table)).name)


def _view(schema: Schema, choices: Choices) -> Item:
    view = View(new_name(schema, Relation, (*RELATION_NAMES, "v", "w"), choices))
    relations = [each.name for each in schema.all(Relation)]
    view.source = f"{choices.pick(relations)} t"
    if choices.one_in(3):
        view.source += f" join {choices.pick(relations)} u on true"
    view.form = choices.pick(("view", "view", "materialized view", "recursive view"))
    for _ in range(1 + choices.below(4)):
        view.add_column(schema, choices)
    if choices.below(2):
        view.choose_condition(schema, choices)
    return view


def _trigger(schema: Schema, choices: Choices) -> Item | None:
    functions = schema.all(TriggerFunction)
    if not functions:
        return _trigger_function(schema, choices)
    views = [each.name for each in schema.all(View) if each.form == "view"]
    relation = choices.pick([*(each.name for each in schema.all(Table)), *views[:1]])
    function = choices.pick(functions).name
    trigger = Trigger(choices.pick(OTHER_NAMES), table=relation, function=function)
    trigger.choose(schema, choices)
    return trigger


def _rule(schema: Schema, choices: Choices) -> Item:
    relation = choices.pick([each.name for each in schema.all(Relation)])
    rule = Rule(choices.pick(OTHER_NAMES), table=relation)
    rule.choose(schema, choices)
    return rule


def _policy(schema: Schema, choices: Choices) -> Item:
    table = choices.pick(schema.all(Table)).name
    policy = Policy(choices.pick(OTHER_NAMES), table=table)
    for _ in range(3):
        policy.change(schema, choices)
    return policy
