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

-- What is bought.
create table purchase (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customer (id) on delete restrict,
    number bigint not null default nextval('invoice_number'),
    price numeric(12, 2) not null,
    during tstzrange not null default tstzrange(now(), null),
    tags text[] not null default '{}',
    constraint purchase_number_key unique (number)
);
create index purchase_customer_id on purchase (customer_id);
create statistics purchase_price_by_customer (dependencies) on customer_id, price from purchase;

create table event_log (
    at timestamptz not null,
    what text not null
) partition by range (at);
create table event_log_2026 partition of event_log
    for values from ('2026-01-01 00:00:00+00') to ('2027-01-01 00:00:00+00');
