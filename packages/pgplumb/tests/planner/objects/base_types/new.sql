create schema other;
create type sooner;
create type count;
create function count_in(cstring) returns count language internal immutable strict as 'int4in';
create function count_out(count) returns cstring language internal immutable strict as 'int4out';
create type count (input = count_in, output = count_out, internallength = 4, passedbyvalue, alignment = int4,
    delimiter = ';', preferred = true);
create type other.phrase;
create function other.phrase_in(cstring) returns other.phrase language internal immutable strict as 'textin';
create function other.phrase_out(other.phrase) returns cstring language internal immutable strict as 'textout';
create function other.phrase_recv(internal) returns other.phrase language internal stable strict as 'textrecv';
create function other.phrase_send(other.phrase) returns bytea language internal stable strict as 'textsend';
create function fits(cstring[]) returns int language internal immutable strict as 'varchartypmodin';
create function fits_out(int) returns cstring language internal immutable strict as 'varchartypmodout';
create type other.phrase (input = other.phrase_in, output = other.phrase_out, send = other.phrase_send,
    collatable = true, category = 'S', default = 'it''s', like = text, typmod_in = fits, typmod_out = fits_out);
alter type other.phrase set (storage = external);
create type fixed;
create function fixed_in(cstring) returns fixed language internal immutable strict as 'pg_lsn_in';
create function fixed_out(fixed) returns cstring language internal immutable strict as 'pg_lsn_out';
create type fixed (input = fixed_in, output = fixed_out, like = pg_lsn);
create table t (a count, b other.phrase default 'x', c count[], d fixed);
create view v as select b from t;
comment on type other.phrase is 'words';
alter type fixed owner to plumb_test_writer;
