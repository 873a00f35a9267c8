create schema other;
create text search parser words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
    lextypes = prsd_lextype, headline = prsd_headline);
create text search parser gone (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
    lextypes = prsd_lextype);
create text search template folded (lexize = dsimple_lexize, init = dsimple_init);
create text search template gone (lexize = dsimple_lexize);
create text search dictionary plain (template = simple, accept = false, stopwords = english);
create text search dictionary bare (template = folded);
create text search dictionary switched (template = folded);
create text search dictionary other."Odd" (template = pg_catalog.simple);
create text search dictionary gone (template = gone);
create text search configuration mine (parser = words);
alter text search configuration mine add mapping for asciiword, word with plain, other."Odd";
alter text search configuration mine add mapping for email with switched;
alter text search configuration mine add mapping for int with bare;
create text search configuration copied (copy = english);
create text search configuration empty (parser = gone);
comment on text search parser words is 'the default one';
comment on text search template folded is 'simple';
comment on text search dictionary plain is 'with stop words';
comment on text search configuration mine is 'of words';
create table t (body text, found tsvector generated always as (to_tsvector('mine'::regconfig, body)) stored);
create index t_copied on t using gin (to_tsvector('copied'::regconfig, body));
create view v as select to_tsvector('mine', body) from t;
