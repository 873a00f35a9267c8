create schema sales;
create type mood as enum ('sad', 'very happy');
create type sales.channel as enum ('web', 'shop');
create domain code as text check (value <> '');
create type size as (width integer, height numeric, made_on date);
create type unused as (x integer);
create table person (
    id bigint generated always as identity primary key,
    name text not null,
    boss_id bigint references person (id),
    mentor bigint references person (id) on delete set null,
    metadata jsonb not null default '{}',
    class text,
    moods mood[] not null,
    grid integer[][],
    initial text generated always as (left(name, 1)) stored
);
comment on table person is 'Somebody "we" know';
comment on column person.class is 'Of a school';
-- At most one for each person.
create table passport (
    person_id bigint primary key references person (id) on delete cascade,
    number code not null unique,
    valid daterange not null,
    pauses tstzmultirange,
    size size
);
create table sales.shop (
    country char(2),
    number integer,
    channel sales.channel,
    primary key (country, number)
);
create table sales.orders (
    id uuid primary key default gen_random_uuid(),
    shop_country char(2) not null,
    shop_number integer not null,
    person_id bigint references person (id),
    total numeric(10, 2) not null,
    placed_at timestamp not null,
    address inet,
    foreign key (shop_country, shop_number) references sales.shop (country, number)
);
-- Neither has a primary key: no class can be mapped to it.
create table log (line text);
create view names as select name from person;
