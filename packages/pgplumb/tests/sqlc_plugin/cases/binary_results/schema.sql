create extension if not exists citext;
create type state as enum ('open', 'closed');
create type size as (width float8, height float8, state state);
create domain code as text check (value <> '');
create table parcel (
    id bigint primary key,
    code code not null,
    label citext not null,
    state state not null,
    states state[] not null,
    size size,
    weight numeric not null
);
create table postage (parcel_id bigint not null references parcel, price money not null);
