create type mood as enum ('calm', 'wild');
create table singer (
    id integer primary key,
    tags text[] not null,
    moods mood[],
    grid integer[][] not null,
    prices numeric[] not null default '{}'
);
-- A copy forgets what its columns were declared with.
create table archive (like singer);
create view tagged as select id, tags || 'tagged'::text as tags, array[tags] as nested from singer;
create function labels(integer) returns text[] language sql as $$ select '{{a,b},{c,d}}'::text[] $$;
