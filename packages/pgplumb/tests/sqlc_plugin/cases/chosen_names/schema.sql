create table metadata (id integer primary key, document jsonb not null, isbn text);
create table field (isbn text, kind text not null);
