create table item (id integer primary key, name text not null, tags text[]);
create type pair as (one integer, other text);
create function pairs() returns setof pair language sql as $$ values (1, 'a'), (2, null) $$;
create function parts(integer) returns table (part integer, label text) language sql as $$ select $1, 'x' $$;
create function items() returns setof item language sql as 'select * from item';
