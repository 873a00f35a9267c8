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

create function is_good(customer customer) returns boolean
language sql stable
return (customer).credit > 0;

create function keep_name() returns trigger
language plpgsql as $$
begin
    new.name := trim(new.name);
    return new;
end;
$$;

create procedure forget(older_than interval)
language sql
begin atomic
    delete from event_log where at < now() - older_than;
end;

create aggregate longest (text) (sfunc = textcat, stype = text);

create trigger customer_keep_name before insert on customer
for each row execute function keep_name();

create view good_customer with (security_invoker = true) as
select customer.id, customer.name
from customer
where customer.credit > 0;

create materialized view turnover as
select purchase.customer_id, sum(purchase.price) as total
from purchase
group by purchase.customer_id;
-- squawk-ignore require-concurrent-index-creation -- nobody waits for a view that was just made
create unique index turnover_customer_id on turnover (customer_id);

alter table purchase enable row level security;

create policy purchase_of_good_customers on purchase
    using (price >= 0);

grant select on customer to public;
grant usage on sequence invoice_number to public;

create publication everything for table customer, purchase;

create schema archive;
alter default privileges in schema archive grant select on tables to public;
