create type kind as enum ('small', 'medium', 'large');

create table item (
    id bigint primary key,
    name text not null,
    title text not null,
    note text,
    kind kind not null,
    code uuid not null,
    price numeric not null,
    made_at timestamptz not null,
    made_on date not null,
    active boolean not null,
    tags text[] not null,
    data jsonb not null
);
