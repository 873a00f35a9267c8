"""A schema as SQL in files by kind, which may be loaded in any order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, groupby
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.planner.attributes import DEFAULT_PRIVILEGES_WORDS, attribute_statements
from pgplumb.planner.difference import described, differences
from pgplumb.planner.script import script
from pgplumb.planner.steps import PlannedStatement
from pgplumb.snapshot.facts_privileges import DefaultPrivileges
from pgplumb.snapshot.model import Grant, Kind, Snapshot
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, SqlText

FILES: Final[dict[str, frozenset[Kind]]] = {
    "schemas.sql": frozenset({Kind.SCHEMA}),
    "extensions.sql": frozenset(
        {Kind.EXTENSION, Kind.EXTENSION_PRIVILEGES, Kind.LANGUAGE, Kind.ACCESS_METHOD}
    ),
    "types.sql": frozenset(
        {
            Kind.COLLATION,
            Kind.BASE_TYPE,
            Kind.ENUM,
            Kind.COMPOSITE,
            Kind.DOMAIN,
            Kind.DOMAIN_CONSTRAINT,
            Kind.RANGE,
        }
    ),
    "sequences.sql": frozenset({Kind.SEQUENCE, Kind.SEQUENCE_OWNER}),
    "foreign.sql": frozenset(
        {Kind.FOREIGN_DATA_WRAPPER, Kind.SERVER, Kind.USER_MAPPING, Kind.FOREIGN_TABLE}
    ),
    "functions.sql": frozenset({Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE}),
    "operators.sql": frozenset(
        {
            Kind.CAST,
            Kind.CONVERSION,
            Kind.TRANSFORM,
            Kind.OPERATOR,
            Kind.OPERATOR_FAMILY,
            Kind.OPERATOR_CLASS,
        }
    ),
    "text_search.sql": frozenset(
        {
            Kind.TEXT_SEARCH_PARSER,
            Kind.TEXT_SEARCH_TEMPLATE,
            Kind.TEXT_SEARCH_DICTIONARY,
            Kind.TEXT_SEARCH_CONFIGURATION,
        }
    ),
    "tables.sql": frozenset(
        {
            Kind.TABLE,
            Kind.COLUMN,
            Kind.IDENTITY_SEQUENCE,
            Kind.DEFAULT,
            Kind.CONSTRAINT,
            Kind.INHERITANCE,
            Kind.TABLE_TYPE,
            Kind.REPLICA_IDENTITY,
            Kind.CLUSTER,
            Kind.STATISTICS,
        }
    ),
    "indexes.sql": frozenset({Kind.INDEX}),
    "views.sql": frozenset({Kind.VIEW}),
    "views_materialized.sql": frozenset({Kind.MATERIALIZED_VIEW}),
    "rules.sql": frozenset({Kind.RULE}),
    "triggers.sql": frozenset({Kind.TRIGGER}),
    "event_triggers.sql": frozenset({Kind.EVENT_TRIGGER}),
    "policies.sql": frozenset({Kind.POLICY}),
    "replication.sql": frozenset(
        {Kind.PUBLICATION, Kind.PUBLICATION_TABLE, Kind.PUBLICATION_SCHEMA, Kind.SUBSCRIPTION}
    ),
    "default_privileges.sql": frozenset({Kind.DEFAULT_PRIVILEGES}),
}
_COMMENT: Final = "COMMENT ON COLUMN "
_FILE_OF: Final = {kind: name for name, kinds in FILES.items() for kind in kinds}


def split(planned: Sequence[PlannedStatement], schema: Snapshot) -> dict[str, str]:
    """The SQL of each file; `planned` makes `schema` of an empty database."""
    files: dict[str, list[PlannedStatement]] = {name: [] for name in FILES}
    for each in _whatever_the_defaults(planned, schema):
        files[_FILE_OF[each.step.identity.kind]].append(_for_sqlc(each))
    return {name: script(statements) for name, statements in files.items() if statements}


def _for_sqlc(planned: PlannedStatement) -> PlannedStatement:
    """The statement as sqlc takes it, which reads these files, too.

    To sqlc a composite type is no relation, and a comment on its column an error.
    """
    statement = planned.statement
    if planned.step.identity.kind is not Kind.COMPOSITE or not statement.sql.startswith(_COMMENT):
        return planned
    tags = chain(["$$", "$sql$"], (f"$sql{number}$" for number in count(1)))
    quotes = next(each for each in tags if each not in statement.sql)
    sql = f"DO {quotes} BEGIN {statement.sql}; END {quotes}"
    return replace(planned, statement=replace(statement, sql=sql))


def check_split(files: Mapping[str, str], whole: Built) -> None:
    """Raise PlumbError when the files, loaded again, do not give the schema."""
    texts = tuple(SqlText(name, text) for name, text in files.items())
    with build(Script("the files", texts), whole.server, owners=whole.owners) as again:
        left = differences(whole.snapshot, again.snapshot)
    if left:
        raise PlumbError(
            f"In files, {whole.source.name} would not be the same; nothing was written.\n"
            + described(left)
        )


def _whatever_the_defaults(
    planned: Sequence[PlannedStatement], schema: Snapshot
) -> Iterator[PlannedStatement]:
    """The statements, and those that undo what default privileges do to objects made after them.

    The plan has them at its end. In files they may come before what they would then apply to.
    """
    defaults: dict[str, frozenset[Grant]] = {}
    for item in schema:
        if isinstance(item.facts, DefaultPrivileges):
            word = item.identity.path[-1]
            defaults[word] = defaults.get(word, frozenset()) | frozenset(item.facts.grants)
    for identity, statements in groupby(planned, key=lambda each: each.step.identity):
        group = list(statements)
        yield from group
        made = schema.get(identity)
        granted = defaults.get(DEFAULT_PRIVILEGES_WORDS.get(identity.kind, ""))
        if made is not None and made.grants is not None and granted is not None:
            for statement in attribute_statements(replace(made, grants=granted), made):
                yield PlannedStatement(group[-1].step, statement)
