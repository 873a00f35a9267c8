create type point_pair as (x int, y int);
create type other_pair as (x int, y int);
create function as_text(point_pair) returns text language sql immutable as 'select $1.x::text';
create function as_int(point_pair) returns int language sql immutable as 'select $1.x';
create cast (point_pair as text) with function as_text(point_pair) as implicit;
create cast (point_pair as int) with function as_int(point_pair) as assignment;
create cast (point_pair as other_pair) with inout;
create type mood as enum ('sad');
create cast (varchar as mood) with inout;
comment on cast (point_pair as other_pair) is 'the same';
create table t (a int default (row(1, 3)::point_pair)::int);
create view v as
    select (row(1, 2)::point_pair)::text as p, ((row(1, 2)::point_pair)::other_pair).x;
create schema other;
create default conversion mine for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create conversion other."Back" for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
alter conversion other."Back" owner to plumb_test_writer;
