create extension if not exists citext;
create extension if not exists hstore;
create domain word as text check (value <> '');
create table author (
    id bigint generated always as identity primary key,
    name text not null,
    born date
);
create table book (
    id bigint generated always as identity primary key,
    author_id bigint references author (id),
    isbn citext not null unique,
    title word not null,
    price numeric(10, 2),
    sold_during tstzrange,
    metadata jsonb not null default '{}',
    reviews jsonb[] not null default '{}',
    labels hstore,
    ratings real[][] not null default '{}',
    place point,
    flags bit(4),
    seen_at timestamptz not null default now()
);
