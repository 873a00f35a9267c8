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
-- Who buys.
create table customer (
    id bigint generated always as identity primary key,
    name text not null,
    email email_address,
    mood mood not null default 'ok',
    home address,
    credit numeric(12, 2) not null default 0,
    name_length integer generated always as (length(name)) stored,
    note text,
    created_at timestamptz not null default now(),
    constraint customer_email_key unique (email),
    constraint customer_credit_is_enough check (credit >= -100)
);
create index customer_name on customer (name);
create index customer_created_at on customer (created_at desc);
comment on table customer is 'Who buys';
comment on column customer.credit is 'What we owe; negative when it is owed to us';

