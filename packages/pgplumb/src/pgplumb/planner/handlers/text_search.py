"""Text search parsers, templates, dictionaries and configurations."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler, bracketed
from pgplumb.planner.names import quoted, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_text_search import Configuration, Dictionary, Parser, Template


class ParserHandler(PlainHandler):
    """A text search parser."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TEXT SEARCH PARSER."""
        made: Parser = facts_of(item)
        clauses = [
            f"START = {made.start}",
            f"GETTOKEN = {made.get_token}",
            f"END = {made.end}",
            f"LEXTYPES = {made.token_types}",
        ]
        if made.headline:
            clauses.append(f"HEADLINE = {made.headline}")
        return [Statement(f"CREATE {reference(item.identity)} {bracketed(clauses)}")]


class TemplateHandler(PlainHandler):
    """A text search template."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TEXT SEARCH TEMPLATE."""
        made: Template = facts_of(item)
        clauses = [f"INIT = {made.initialize}"] if made.initialize else []
        clauses.append(f"LEXIZE = {made.lexize}")
        return [Statement(f"CREATE {reference(item.identity)} {bracketed(clauses)}")]


class DictionaryHandler(PlainHandler):
    """A text search dictionary."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TEXT SEARCH DICTIONARY."""
        made: Dictionary = facts_of(item)
        clauses = [f"TEMPLATE = {made.template}", *made.options]
        return [Statement(f"CREATE {reference(item.identity)} {bracketed(clauses)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER TEXT SEARCH DICTIONARY, for options; one without a value goes."""
        old: Dictionary = facts_of(before)
        new: Dictionary = facts_of(after)
        if old.template != new.template:
            return None
        kept = {_option_name(option) for option in new.options}
        changes = [name for name in map(_option_name, old.options) if name not in kept]
        changes += [option for option in new.options if option not in old.options]
        return Alteration([Statement(f"ALTER {reference(after.identity)} ({', '.join(changes)})")])


def _option_name(option: str) -> str:
    return option.partition(" = ")[0]


class ConfigurationHandler(PlainHandler):
    """A text search configuration."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TEXT SEARCH CONFIGURATION and its mappings."""
        made: Configuration = facts_of(item)
        name = reference(item.identity)
        return [
            Statement(f"CREATE {name} (PARSER = {made.parser})"),
            *_mappings(name, "ADD", made.mappings),
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ADD, ALTER and DROP MAPPING."""
        old: Configuration = facts_of(before)
        new: Configuration = facts_of(after)
        if old.parser != new.parser:
            return None
        name = reference(after.identity)
        had, has = dict(old.mappings), dict(new.mappings)
        gone = [token for token in had if token not in has]
        changed = [each for each in new.mappings if had.get(each[0], each[1]) != each[1]]
        added = [each for each in new.mappings if each[0] not in had]
        dropped = [Statement(f"ALTER {name} DROP MAPPING FOR {_tokens(gone)}")] if gone else []
        return Alteration(
            [
                *dropped,
                *_mappings(name, "ALTER", changed),
                *_mappings(name, "ADD", added),
            ]
        )


def _mappings(
    name: str, verb: str, mappings: Iterable[tuple[str, tuple[str, ...]]]
) -> Iterable[Statement]:
    """One statement for all the tokens that the same dictionaries look at."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for token, dictionaries in mappings:
        groups.setdefault(dictionaries, []).append(token)
    for dictionaries, tokens in groups.items():
        yield Statement(
            f"ALTER {name} {verb} MAPPING FOR {_tokens(tokens)} WITH {', '.join(dictionaries)}"
        )


def _tokens(tokens: Iterable[str]) -> str:
    return ", ".join(map(quoted, tokens))
