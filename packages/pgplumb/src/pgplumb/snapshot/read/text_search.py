"""Text search parsers, templates, dictionaries and configurations."""

from typing import Final

from pgplumb.postgres.tokens import tokenize
from pgplumb.snapshot.facts_text_search import Configuration, Dictionary, Parser, Template
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

_PARSERS: Final = f"""
    select p.oid, n.nspname as schema, p.prsname as name, p.prsstart::text as start,
           p.prstoken::text as get_token, p.prsend::text as end,
           nullif(p.prsheadline::oid, 0)::regproc::text as headline,
           p.prslextype::text as token_types
      from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace
     where {USER_SCHEMA.format("n")}
     order by p.oid
"""

_TEMPLATES: Final = f"""
    select t.oid, n.nspname as schema, t.tmplname as name,
           nullif(t.tmplinit::oid, 0)::regproc::text as initialize, t.tmpllexize::text as lexize
      from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace
     where {USER_SCHEMA.format("n")}
     order by t.oid
"""

_DICTIONARIES: Final = f"""
    select d.oid, n.nspname as schema, d.dictname as name, pg_get_userbyid(d.dictowner) as owner,
           quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) as template,
           d.dictinitoption as options
      from pg_ts_dict d
      join pg_namespace n on n.oid = d.dictnamespace
      join pg_ts_template t on t.oid = d.dicttemplate
      join pg_namespace tn on tn.oid = t.tmplnamespace
     where {USER_SCHEMA.format("n")}
     order by d.oid
"""

_CONFIGURATIONS: Final = f"""
    select c.oid, n.nspname as schema, c.cfgname as name, pg_get_userbyid(c.cfgowner) as owner,
           quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) as parser
      from pg_ts_config c
      join pg_namespace n on n.oid = c.cfgnamespace
      join pg_ts_parser p on p.oid = c.cfgparser
      join pg_namespace pn on pn.oid = p.prsnamespace
     where {USER_SCHEMA.format("n")}
     order by c.oid
"""

_MAPPINGS: Final = f"""
    select m.mapcfg as configuration, t.alias as token,
           array_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname)
                     order by m.mapseqno) as dictionaries
      from pg_ts_config c
      join pg_namespace n on n.oid = c.cfgnamespace
      join pg_ts_config_map m on m.mapcfg = c.oid
      join lateral ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
      join pg_ts_dict d on d.oid = m.mapdict
      join pg_namespace dn on dn.oid = d.dictnamespace
     where {USER_SCHEMA.format("n")}
     group by m.mapcfg, m.maptokentype, t.alias
     order by m.mapcfg, m.maptokentype
"""


def read_text_search(collector: Collector) -> None:
    """Add every text search object."""
    for row in collector.rows(_PARSERS):
        if not collector.is_member("pg_ts_parser", row.oid):
            collector.add(
                "pg_ts_parser",
                row.oid,
                Identity(Kind.TEXT_SEARCH_PARSER, (row.schema, row.name)),
                Parser(row.start, row.get_token, row.end, row.headline, row.token_types),
            )
    for row in collector.rows(_TEMPLATES):
        if not collector.is_member("pg_ts_template", row.oid):
            collector.add(
                "pg_ts_template",
                row.oid,
                Identity(Kind.TEXT_SEARCH_TEMPLATE, (row.schema, row.name)),
                Template(row.initialize, row.lexize),
            )
    for row in collector.rows(_DICTIONARIES):
        if not collector.is_member("pg_ts_dict", row.oid):
            collector.add(
                "pg_ts_dict",
                row.oid,
                Identity(Kind.TEXT_SEARCH_DICTIONARY, (row.schema, row.name)),
                Dictionary(row.template, dictionary_options(row.options or "")),
                owner=row.owner,
            )
    mappings: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for row in collector.rows(_MAPPINGS):
        mappings.setdefault(row.configuration, []).append((row.token, tuple(row.dictionaries)))
    for row in collector.rows(_CONFIGURATIONS):
        if not collector.is_member("pg_ts_config", row.oid):
            collector.add(
                "pg_ts_config",
                row.oid,
                Identity(Kind.TEXT_SEARCH_CONFIGURATION, (row.schema, row.name)),
                Configuration(row.parser, tuple(mappings.get(row.oid, ()))),
                owner=row.owner,
            )


def dictionary_options(text: str) -> tuple[str, ...]:
    """dictinitoption, `name = value` joined by commas, as single options in canonical order."""
    starts = [0, *(token.end for token in tokenize(text) if token.text == ",")]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    options = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return tuple(sorted(option for option in options if option))
