-- What the template's own schema has no example of.
create schema billing;
comment on schema billing is 'What contacts owe';

create type billing.period as range (subtype = date);
create domain billing.amount as numeric(10, 2) default 0 not null constraint amount_is_not_negative check (value >= 0);
create type billing.money as (amount billing.amount, currency char(3));
create collation billing.by_byte (locale = 'C');
create sequence billing.invoice_number start with 1000 increment by 10 cache 5;

create unlogged table billing.draft (
    id bigserial primary key,
    text text collate billing.by_byte default 'empty',
    twice integer generated always as (length(text) * 2) stored
) with (fillfactor = 80);
alter table billing.draft alter text set storage external, alter text set statistics 500;

create table billing.invoice (
    number bigint default nextval('billing.invoice_number') primary key,
    contact_id bigint not null references contact deferrable initially deferred,
    billed billing.period,
    total billing.money,
    open billing.amount,
    reference text,
    constraint invoice_reference unique nulls not distinct (reference) include (open),
    constraint invoice_open_is_small check (open < 1000000) not valid
);
alter sequence billing.invoice_number owned by billing.invoice.number;
alter table billing.invoice replica identity using index invoice_pkey;
alter table billing.invoice cluster on invoice_pkey;
create index invoice_partly on billing.invoice (contact_id desc nulls last) where open > 0;
create statistics billing.invoice_statistics (ndistinct, dependencies) on contact_id, open from billing.invoice;
create table billing.special () inherits (billing.invoice);

create function billing.rounded(value numeric, digits integer default 2) returns numeric
language sql immutable parallel safe return round(value, digits);
create function billing.numbers(variadic names text[]) returns table (number bigint, name text)
language plpgsql stable security definer set search_path = billing as $$
begin
    return query select i.number, i.reference from billing.invoice as i where i.reference = any (names);
end;
$$;
create procedure billing.close(inout closed integer)
language plpgsql as $$ begin update billing.invoice set open = 0; get diagnostics closed = row_count; end; $$;
create aggregate billing.total(numeric) (sfunc = numeric_add, stype = numeric, initcond = '0');
create operator billing.=~ (leftarg = text, rightarg = text, function = textregexeq, commutator = operator(billing.=~));
create cast (billing.money as text) with inout;

create view billing.open_invoice with (security_barrier) as
select number, open from billing.invoice where open > 0 with cascaded check option;
create materialized view billing.figures as select count(*) as invoices from billing.invoice with no data;
create rule invoice_is_kept as on delete to billing.invoice do instead nothing;
create constraint trigger invoice_checked after insert or update on billing.invoice deferrable initially deferred
for each row when (new.open > 100) execute function touch_updated_at();
alter table billing.invoice disable trigger invoice_checked;
alter table billing.invoice enable row level security, force row level security;
create policy invoice_reader on billing.invoice as restrictive for select to public using (open is not null);

create text search configuration billing.plain (copy = simple);
create foreign data wrapper nothing;
create server nowhere foreign data wrapper nothing options (host 'localhost');
create foreign table billing.elsewhere (id integer options (name 'key')) server nowhere options (file '/dev/null');
create publication billed for table billing.invoice (number, open) where (number > 0) with (publish = 'insert, update');
create publication rest for tables in schema public;
create function billing.ddl_seen() returns event_trigger language plpgsql as $$ begin end; $$;
create event trigger billing_seen on ddl_command_end when tag in ('CREATE TABLE') execute function billing.ddl_seen();

grant usage on schema billing to public;
grant select, insert on billing.invoice to public;
grant update (reference) on billing.invoice to public;
revoke execute on function billing.rounded(numeric, integer) from public;
alter default privileges in schema billing grant select on tables to public;
comment on index billing.invoice_partly is 'What is open';
comment on trigger invoice_checked on billing.invoice is 'Not in use';
comment on policy invoice_reader on billing.invoice is 'Everything';
