create extension if not exists citext;

create type mood as enum ('sad', 'ok', 'happy');

create type address as (
    street text,
    city text
);

create domain email_address as citext
    constraint email_address_has_one_at check (value ~ '^[^@]+@[^@]+$');

create type price_range as range (subtype = numeric);

create sequence invoice_number increment by 10;
