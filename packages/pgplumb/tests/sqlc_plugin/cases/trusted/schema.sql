create type mood as enum ('good', 'bad');
create domain rating as integer check (value between 1 and 5);
create table review (
    id bigint primary key,
    stars rating not null,
    title text,
    price numeric(10, 2) not null,
    written_at timestamptz not null,
    mood mood not null,
    tags text[] not null,
    details jsonb not null
);
