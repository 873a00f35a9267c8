create schema app;
create schema gone;
alter default privileges grant select on tables to plumb_test_reader;
alter default privileges in schema app grant insert, update on tables to plumb_test_writer with grant option;
alter default privileges in schema gone grant usage on sequences to plumb_test_reader;
alter default privileges for role plumb_test_writer revoke execute on functions from public;
alter default privileges for role plumb_test_writer in schema app grant all on types to plumb_test_reader;
alter default privileges revoke execute on functions from public;
create table app.old (id int);
create table app.both (id int);
create table app.turns (a int generated always as identity, b serial, c int generated always as identity,
    d int not null);
grant usage on sequence app.turns_c_seq to plumb_test_reader;
comment on sequence app.turns_c_seq is 'counts';
create function app.f() returns int language sql as 'select 1';
