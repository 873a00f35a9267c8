create schema other;
create collation plain (locale = 'C');
create collation split (lc_collate = 'C', lc_ctype = 'POSIX');
create collation gone (locale = 'POSIX');
create collation other."Odd Name" from "C";
create collation used (locale = 'C');
comment on collation plain is 'bytes';
create domain word as text collate used;
create table t (id int primary key, a text collate used, b text collate used not null default 'x',
    c text, d text generated always as (a || 'x' collate used) stored);
create index t_a on t (a);
create index t_c on t (c collate used);
create view v as select a, b from t where a < 'm';
create table leaves (a text collate gone);
create function f(text) returns boolean language sql immutable return $1 < 'a' collate plain;
create type r as range (subtype = text, collation = plain);
