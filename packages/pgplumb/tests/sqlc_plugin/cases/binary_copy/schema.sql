create type mood as enum ('good', 'not "so" good');
create domain short_list as text[] check (cardinality(value) < 5);
create table reading (
    id bigint, small smallint not null, whole integer not null, ratio real not null, exact double precision not null,
    amount numeric not null, name text not null, code varchar not null, data bytea not null, day date not null, at time not null,
    local_at timestamp not null, moment timestamptz not null, lasting interval not null, key uuid not null, document jsonb, ok boolean not null,
    mood mood, names text[] not null, numbers int[] not null, amounts numeric[], raw bytea[] not null, short short_list, sizes float8[] not null
);
