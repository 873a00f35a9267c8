create schema other;
create collation plain (locale = 'C');
create collation split (lc_collate = 'POSIX', lc_ctype = 'C');
create collation fresh (locale = 'POSIX');
create collation other."Odd Name" from "POSIX";
create collation used (locale = 'POSIX');
comment on collation used is 'of columns';
alter collation fresh owner to plumb_test_writer;
create domain word as text collate plain;
create table t (id int primary key, a text collate used, b text collate used not null default 'x',
    c text, d text generated always as (a || 'x' collate used) stored);
create index t_a on t (a);
create index t_c on t (c collate used);
create view v as select a, b from t where a < 'm';
create table leaves (a text collate fresh);
create type r as range (subtype = text, collation = plain);
