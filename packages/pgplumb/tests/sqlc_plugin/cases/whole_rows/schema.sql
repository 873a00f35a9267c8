create type tone as enum ('high', 'low');
create table singer (id integer primary key, name text not null, tone tone);
create table choir (leader singer not null, members singer[]);
create table free (note text);
create table holder (free free, leaders singer[] not null);
create view duet as select (one.*)::singer as first, (other.*)::singer as second, one.name from singer as one, singer as other where one.id < other.id;
create table tour (id integer not null, choirs choir[] not null);
